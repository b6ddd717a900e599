import { batch, computed, effect, signal } from '@preact/signals'
import type { ServiceView } from '@stillhere/contracts'
import { kept } from '../shared/kept/kept.ts'
import { createNotice } from '../shared/parts/notice.ts'
import { type Api, createApi, NoAnswerError, RefusedError } from '../shared/server/api.ts'
import { persistently } from '../shared/server/persistently.ts'
import { serverTime, unheardClock } from '../shared/server/server-clock.ts'
import { loadSettings, type Settings } from '../shared/server/settings.ts'
import { bringBriefKey, type Me } from '../shared/sign-in/brief-key.ts'
import { credentialStore, passkeyTrouble, takeInvitationFromAddress } from '../shared/sign-in/credential.ts'
import { addPasskey, signInByPasskey } from '../shared/sign-in/passkey.ts'
import { clockTime, type Language, preferredLanguage } from '../shared/words/speak.ts'
import { listenForFirstTouch } from './alarm/sound.ts'
import { newer } from './alert/newer.ts'
import type { Action, Alert, AlertLog, AllClear, Desk, Feed } from './desk/desk.ts'
import { createPractice, type Practice } from './desk/practice.ts'
import { createServiceDesk } from './desk/service-desk.ts'
import { type LineState, lineState, neverHeard, secondsSinceHeard } from './line/line.ts'
import { type Line, openLine } from './line/open-line.ts'
import { steadily } from './line/steadily.ts'
import { say, speak } from './words.ts'

/*
 * What the whole console shares: who is signed in, what the service says, which alert is open. Screens read the signals
 * and call the functions. Nothing depends on this page: an alert that nobody claims here escalates without it.
 */

export type Screen = 'loading' | 'offline' | 'sign-in' | 'passkey' | 'shift' | 'board'

interface Preferences {
  language?: Language
  /** Single keys act. */
  keys: boolean
}

const preferencesStore = kept<Preferences>('support-preferences')

export const screen = signal<Screen>('loading')
export const preferences = signal<Preferences>({ keys: true })
export const service = signal<ServiceView | undefined>(undefined)
export const feed = signal<Feed | undefined>(undefined)
export const me = signal<Me | undefined>(undefined)
export const byPasskey = signal(false)
/** The service's time, epoch ms, four times a second; 0 until it has been heard. */
export const serverNow = signal(0)
export const line = signal<LineState>('lost')
export const silentSeconds = signal(0)
export const practice = signal<Practice | undefined>(undefined)
/** The alert whose three zones are open. */
export const openedId = signal<string | undefined>(undefined)
/** Alerts that were declined here, and when. It is of this browser: the ladder goes on. */
const declined = signal<ReadonlyMap<string, number>>(new Map())
/** What is on its way: `alertId what kind`. */
const sending = signal<ReadonlySet<string>>(new Set())
/** The last thing that was done or refused. */
export const { notice, tell } = createNotice(12_000)
interface Over {
  alert: Alert
  desk: Desk
  stage: 'log' | 'debrief' | 'done'
}
/** How this supporter stands with the service: debrief, logs not written yet, and until when they are signed in. */
interface Standing {
  debriefOpen: boolean
  /** Epoch ms of the service's clock. */
  signedInUntil: number
  toLog: readonly string[]
}
export const standing = signal<Standing | undefined>(undefined)
/** Signed out while on shift. `open`: the time was over, and the alert stays on the screen; `shut`: nothing is shown. */
export const loudlySignedOut = signal<'open' | 'shut' | undefined>(undefined)
/** Who has what was ours until a moment ago, until it was read. */
export const lostTo = signal<{ alertId: string; code: string; name: string } | undefined>(undefined)
/** It is over, and it was ours: the log, and care. */
export const afterwards = signal<Over | undefined>(undefined)
/** Two that ended one after the other have a log each. */
const toLog: Over[] = []
function beginAfterwards(over: Over): void {
  if (afterwards.peek()) toLog.push(over)
  else afterwards.value = over
}
/** No number is known for whoever is on shift: only this page reaches them. */
export const unreachable = signal(false)
export const helpOpen = signal(false)

let ask: Api | undefined
let token: string | undefined
let settings: Settings | undefined
let openedLine: Line | undefined
let serviceDesk: Desk | undefined

const api: Api = (...request) => {
  if (ask === undefined) throw new Error('the console is not open yet')
  return ask(...request)
}

export const isOnShift = computed(() => feed.value?.onShift.some(({ id }) => id === me.value?.recipientId) ?? false)
const myName = computed(() => feed.value?.onShift.find(({ id }) => id === me.value?.recipientId)?.name ?? say('me.you'))
/** The exercise first, where there is one; then as the service orders them. */
export const alerts = computed<readonly Alert[]>(() => [
  ...(practice.value ? [practice.value.alert.value] : []),
  ...(feed.value?.alerts ?? []),
])
export const opened = computed(() => alerts.value.find(({ id }) => id === openedId.value))
export const isMine = (alert: Alert): boolean =>
  alert.state === 'owned' && alert.owner?.kind === 'supporter' && alert.owner.id === me.value?.recipientId
export const isPractice = (alert: Alert): boolean => practice.value?.alert.value.id === alert.id

/** A declined alert that is still nobody's asks again after this long. */
const declineHoldsMs = 120_000
/** Open alerts that ask whoever sits here. A real one comes before an exercise, which falls silent. */
export const asking = computed<readonly Alert[]>(() => {
  const open = alerts.value.filter(
    ({ id, state }) =>
      state === 'open' && serverNow.value - (declined.value.get(id) ?? Number.NEGATIVE_INFINITY) >= declineHoldsMs,
  )
  const real = isOnShift.value ? open.filter((alert) => !isPractice(alert)) : []
  return real.length > 0 ? real : open.filter(isPractice)
})
export const mine = computed(() => alerts.value.filter((alert) => isMine(alert) && !isPractice(alert)))
/** Takes the whole window, unless whoever sits here has one already: then it is a banner. */
export const takeover = computed(() => (mine.value.length === 0 ? asking.value[0] : undefined))

export async function begin(): Promise<void> {
  preferences.value = { ...preferences.value, ...(await preferencesStore.load()) }
  await speak(preferredLanguage(preferences.value.language))
  listenForFirstTouch()
  const invitation = takeInvitationFromAddress()
  // Another invitation, opened where the console is open already.
  addEventListener('hashchange', () => location.reload())
  addEventListener('beforeunload', (event) => {
    if (mine.value.length > 0) event.preventDefault()
  })
  try {
    settings = await loadSettings()
  } catch {
    screen.value = 'offline'
    return
  }
  ask = createApi(settings.apiUrl, () => token)
  serviceDesk = createServiceDesk(api, () => (me.value ? [me.value.key] : []))
  steadily(250, tick)
  setInterval(() => void askService(), 30_000)
  setInterval(() => void askStanding(), 30_000)
  void askService()
  const known = await credentialStore.load()
  if (invitation !== undefined) return takeInvitation(invitation)
  if (known === undefined) {
    screen.value = 'sign-in'
    return
  }
  await enter(known.token, known.byPasskey)
}

async function takeInvitation(invitation: string): Promise<void> {
  try {
    const { body } = await api<{ token: string }>('POST', '/v1/sign-in', { invitation })
    await signedIn(body.token, false)
    screen.value = 'passkey'
  } catch (error) {
    const isUsed = error instanceof RefusedError
    // Whoever opens the old link again is mostly signed in already.
    const known = isUsed ? await credentialStore.load() : undefined
    if (known) return enter(known.token, known.byPasskey)
    screen.value = 'sign-in'
    tell(say(isUsed ? 'signIn.used' : 'said.noAnswer'), true)
  }
}

async function signedIn(fresh: string, withPasskey: boolean): Promise<void> {
  await credentialStore.save({ token: fresh, byPasskey: withPasskey })
  token = fresh
  byPasskey.value = withPasskey
}

/** With a credential: the key of this browser, the line, the board. */
export async function enter(known = token, withPasskey = byPasskey.value): Promise<void> {
  if (known === undefined || settings === undefined) return
  token = known
  byPasskey.value = withPasskey
  const before = loudlySignedOut.value === 'open' ? me.value : undefined
  try {
    const now = await persistently(() => bringBriefKey(api))
    // Somebody else at the same desk sees nothing of what the one before had open.
    if (before && before.recipientId !== now.recipientId) shutEverything()
    me.value = now
  } catch (error) {
    if (error instanceof RefusedError && error.status === 401) return signedOut()
    tell(say('said.noAnswer'), true)
    if (before === undefined) screen.value = 'offline'
    return
  }
  openedLine?.close()
  openedLine = openLine({
    api,
    liveUrl: settings.liveUrl,
    token: known,
    onFeed: (next) => {
      feed.value = { ...next, alerts: next.alerts.map(newest) }
      tick()
    },
    onSignedOut: () => void signedOut(),
  })
  loudlySignedOut.value = undefined
  void askStanding()
  if (before?.recipientId === me.value.recipientId) return
  screen.value = 'board'
  await firstFeed()
  if (!isOnShift.value && screen.value === 'board' && mine.value.length === 0) screen.value = 'shift'
}

async function askStanding(): Promise<void> {
  if (token === undefined) return
  try {
    const { body } = await api<{ debriefOpen: boolean; signedInUntil: string; toLog: string[] }>('GET', '/v1/shift')
    standing.value = { ...body, signedInUntil: Date.parse(body.signedInUntil) }
  } catch {
    // What was said last stands; a token that ended is noticed by the line.
  }
}

/** Whether to ask "Fit for shift?" is known when the service has said who is on shift. */
function firstFeed(): Promise<void> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (feed.value === undefined) return
      resolve()
      queueMicrotask(() => stop())
    })
  })
}

/** This long before its end a token's end is said. */
const warnsBeforeEndMs = 15 * 60_000
export const signInEnds = computed(() => {
  const until = standing.value?.signedInUntil
  return until !== undefined && until - serverNow.value < warnsBeforeEndMs ? until : undefined
})
/** Signed out by the hour, an alert of ours stays on the screen this long: somebody may be reading it to 999. */
const staysOpenForMs = 15 * 60_000

/**
 * The credential ended. On shift that is loud, because this page hears of no alert any more. Where its time was over, the
 * alert stays open, and the passkey is asked for above it; where it was ended otherwise, nothing of anybody stays.
 */
async function signedOut(): Promise<void> {
  openedLine?.close()
  openedLine = undefined
  token = undefined
  await credentialStore.remove()
  const wasNeeded = isOnShift.value || mine.value.length > 0
  const isByTheHour = standing.value !== undefined && serverNow.value >= standing.value.signedInUntil - 5_000
  if (wasNeeded && isByTheHour) {
    loudlySignedOut.value = 'open'
    return
  }
  shutEverything()
  batch(() => {
    loudlySignedOut.value = wasNeeded ? 'shut' : undefined
    tell(say('signIn.ended'), true)
  })
}

/** Nothing of anybody stays on the screen or in memory. */
function shutEverything(): void {
  batch(() => {
    feed.value = undefined
    me.value = undefined
    standing.value = undefined
    lostTo.value = undefined
    openedId.value = undefined
    afterwards.value = undefined
    toLog.length = 0
    practice.value = undefined
    whose.clear()
    screen.value = 'sign-in'
  })
}

/** Off shift first, and the token ended at the service: what stays on a shared computer opens nothing. */
export async function signOut(): Promise<void> {
  if (isOnShift.value && !(await setShift(false, true))) return
  try {
    await persistently((commandId) => api('POST', '/v1/sign-out', { commandId }))
  } catch (error) {
    if (!(error instanceof RefusedError)) return tell(say('me.notSignedOut'), true)
  }
  openedLine?.close()
  openedLine = undefined
  token = undefined
  await credentialStore.remove()
  shutEverything()
  const cameByInvitation = !byPasskey.value
  notice.value = undefined
  if (cameByInvitation) tell(say('signIn.noPasskey'))
}

export async function makePasskey(): Promise<boolean> {
  try {
    await signedIn(await addPasskey(api), true)
    tell(say('passkey.kept'))
    if (settings && openedLine) await renewLine()
    return true
  } catch (error) {
    tell(say(passkeyTrouble(error)), true)
    return false
  }
}

/** The line says hello again with the new token; the screen stays where it is. */
async function renewLine(): Promise<void> {
  const stays = screen.value
  await enter()
  screen.value = stays
}

export async function usePasskey(): Promise<void> {
  try {
    await signedIn(await signInByPasskey(api), true)
    notice.value = undefined
    await enter()
  } catch (error) {
    tell(say(passkeyTrouble(error)), true)
  }
}

async function askService(): Promise<void> {
  try {
    service.value = (await api<ServiceView>('GET', '/v1/service')).body
  } catch {
    // What was said last stands: it says whether this is a trial, and languages.
  }
}

export async function setShift(onShift: boolean, fit: boolean): Promise<boolean> {
  try {
    const { body } = await persistently((commandId) =>
      api<{ shift: { onShift: boolean; reachable: boolean } }>('PUT', '/v1/shift', { commandId, onShift, fit }),
    )
    const id = me.value?.recipientId ?? ''
    const others = feed.value?.onShift.filter((one) => one.id !== id) ?? []
    const known = feed.value?.onShift.find((one) => one.id === id)
    if (feed.value) {
      const here = known ?? { id, name: say('me.you'), role: 'supporter' as const }
      feed.value = { ...feed.value, onShift: onShift ? [...others, here] : others }
    }
    unreachable.value = onShift && !body.shift.reachable
    return true
  } catch (error) {
    tell(refusal(error), true)
    return false
  }
}

export async function prefer(change: Partial<Preferences>): Promise<void> {
  preferences.value = { ...preferences.value, ...change }
  if (change.language) await speak(change.language)
  await preferencesStore.save(preferences.value)
}

export const deskOf = (alert: Alert): Desk => {
  const exercise = practice.value
  if (exercise && isPractice(alert)) return exercise
  if (serviceDesk === undefined) throw new Error('the console is not open yet')
  return serviceDesk
}

/** Does it, says what became of it, and shows the alert as the service has it now. */
export async function act(alert: Alert, action: Action): Promise<boolean> {
  const key = [alert.id, action.what, 'kind' in action ? action.kind : ''].join(' ')
  if (sending.value.has(key)) return false
  sending.value = new Set([...sending.value, key])
  if (action.what === 'hand-over') givenAway.add(alert.id)
  try {
    const now = await deskOf(alert).act(alert.id, action)
    batch(() => {
      put(now)
      tell(done(action, now))
    })
    return true
  } catch (error) {
    if (action.what === 'hand-over') givenAway.delete(alert.id)
    const isSignedOut = error instanceof RefusedError && error.status === 401
    if (isSignedOut && loudlySignedOut.value === undefined) await signedOut()
    tell(refusal(error), true)
    return false
  } finally {
    sending.value = new Set([...sending.value].filter((other) => other !== key))
  }
}

export const isSending = (alert: Alert, what: string, kind = ''): boolean =>
  sending.value.has([alert.id, what, kind].join(' '))

/** A frame that was on its way while this page acted must not show the alert as it was before. */
const newest = (alert: Alert): Alert =>
  newer(
    feed.peek()?.alerts.find(({ id }) => id === alert.id),
    alert,
  )

function put(alert: Alert): void {
  const known = feed.value
  if (known === undefined || isPractice(alert)) return
  feed.value = { ...known, alerts: known.alerts.map((one) => (one.id === alert.id ? newer(one, alert) : one)) }
}

function done(action: Action, alert: Alert): string {
  const stampedAt = action.what === 'progress' ? alert.progress.at(-1)?.at : alert.closedAt
  const time = clockTime(stampedAt ?? serverNow.value)
  if (action.what === 'progress') {
    if (action.kind === 'withdrawn' || action.kind === 'declined') return say(`said.${action.kind}`, { time })
    return say('said.recorded', { what: say(`kind.${action.kind}`), time })
  }
  if (action.what === 'hand-over') return say('said.handedOver', { name: alert.owner?.name ?? '' })
  return say(`said.${action.what}`, { time })
}

function refusal(error: unknown): string {
  if (error instanceof RefusedError && error.status === 401) return say('said.signedOut')
  if (!(error instanceof RefusedError)) {
    return say(error instanceof NoAnswerError ? 'said.notRecorded' : 'said.trouble')
  }
  const { owner, ownedAt } = error.body as { owner?: { kind: string; name?: string }; ownedAt?: string }
  if (error.code === 'already_claimed') {
    const name = owner?.name ?? say('who.rescuer')
    return say('said.alreadyClaimed', { name, time: ownedAt === undefined ? '' : clockTime(ownedAt) })
  }
  if (error.code === 'not_owner') return say('said.notOwner')
  if (error.code === 'not_on_shift') return say('said.notOnShift')
  if (error.code === 'gone' || error.code === 'session_closed') return say('said.gone')
  if (error.code === 'conflict') return say('said.conflict')
  return error.status >= 500 ? say('said.notRecorded') : say('said.trouble')
}

function show(alert: Alert): void {
  screen.value = 'board'
  openedId.value = alert.id
}

export async function claim(alert: Alert): Promise<void> {
  claimedHere.add(alert.id)
  if (await act(alert, { what: 'claim' })) show(alert)
  else claimedHere.delete(alert.id)
}

/** Who answers for the service may take an alert from a colleague; whoever acts may take it from a rescuer. */
export const mayTakeOver = (alert: Alert): boolean => {
  const role = feed.value?.onShift.find(({ id }) => id === me.value?.recipientId)?.role ?? 'supporter'
  return alert.state === 'owned' && !isMine(alert) && (alert.owner?.kind === 'rescuer' || role !== 'supporter')
}

export async function takeOver(alert: Alert): Promise<void> {
  claimedHere.add(alert.id)
  if (await act(alert, { what: 'take-over' })) show(alert)
  else claimedHere.delete(alert.id)
}

/** It stops here at once, whether the service hears of it or not; colleagues see who cannot. */
export function decline(alert: Alert): void {
  declined.value = new Map([...declined.value, [alert.id, serverNow.value]])
  tell(say('said.declined'))
  void deskOf(alert)
    .act(alert.id, { what: 'progress', kind: 'declined' })
    .then(put, () => {})
}

export async function raise(sessionId: string): Promise<void> {
  try {
    const { body } = await persistently((commandId) =>
      api<{ opensAt: string }>('POST', `/v1/sessions/${sessionId}/raise`, { commandId }),
    )
    tell(say('said.raised', { time: clockTime(body.opensAt) }))
  } catch (error) {
    tell(refusal(error), true)
  }
}

export async function giveAllClear(alert: Alert, how: AllClear): Promise<void> {
  await act(alert, { what: 'all-clear', ...how })
}

export async function keepLog(log: AlertLog): Promise<void> {
  const over = afterwards.value
  if (over === undefined) return
  try {
    const { debrief } = await over.desk.log(over.alert.id, log)
    afterwards.value = { ...over, stage: debrief ? 'debrief' : 'done' }
    if (!over.desk.isPractice) await askStanding()
  } catch (error) {
    tell(refusal(error), true)
  }
}

/** The log can wait; care cannot: after a rescue it comes next, log or no log. */
export function logLater(): void {
  const over = afterwards.value
  if (over?.alert.outcome === 'rescued') afterwards.value = { ...over, stage: 'debrief' }
  else endAfterwards()
}

/** Alerts of ours that are over, whose log is still to be written: the service remembers them over a closed page. */
export const logsToWrite = computed(() =>
  (feed.value?.alerts ?? []).filter(({ id }) => standing.value?.toLog.includes(id)),
)
export function writeLogOf(alert: Alert): void {
  afterwards.value = { alert, desk: deskOf(alert), stage: 'log' }
}

/** Closes what came after; an exercise ends with it. */
export function endAfterwards(): void {
  batch(() => {
    if (afterwards.value?.desk.isPractice) practice.value = undefined
    afterwards.value = toLog.shift()
    openedId.value = undefined
    notice.value = undefined
  })
}

export function startPractice(): void {
  if (asking.value.length > 0 || mine.value.length > 0) return
  practice.value = createPractice({
    now: () => serverNow.value,
    me: { id: me.value?.recipientId ?? '', name: myName.value },
    nickname: say('practice.nickname'),
    brief: {
      address: say('practice.address'),
      entry: say('practice.entry'),
      pets: say('practice.pets'),
      naloxone: say('practice.naloxone'),
      notes: say('practice.notes'),
      callOut: say('practice.callOut'),
      rescuerName: say('practice.rescuer'),
    },
  })
  screen.value = 'board'
}

export function endPractice(): void {
  batch(() => {
    if (opened.value && isPractice(opened.value)) openedId.value = undefined
    practice.value = undefined
  })
}

/** Between two ticks there is never this long, unless the machine slept or the page was put to sleep. */
const asleepForMs = 4_000
/** Once awake, the line has this long to say something before it is judged. */
const wakesWithinMs = 2_500
let tickedAt = Number.NEGATIVE_INFINITY
let awakeSince = Number.NEGATIVE_INFINITY

function tick(): void {
  const now = performance.now()
  if (now - tickedAt > asleepForMs && Number.isFinite(tickedAt)) {
    awakeSince = now
    openedLine?.nudge()
  }
  tickedAt = now
  batch(() => {
    serverNow.value = serverTime(openedLine?.clock() ?? unheardClock, now) ?? Date.now()
    const heard = openedLine?.heard() ?? neverHeard
    // What was silent while nobody here could listen is not dead for that.
    if (now - awakeSince >= wakesWithinMs) line.value = lineState(heard, now)
    silentSeconds.value = Number.isFinite(Math.max(heard.liveAt, heard.askedAt)) ? secondsSinceHeard(heard, now) : 0
    practice.value?.tick(serverNow.value)
    const until = standing.value?.signedInUntil
    if (loudlySignedOut.value === 'open' && until !== undefined && serverNow.value - until >= staysOpenForMs) {
      shutEverything()
      loudlySignedOut.value = 'shut'
    }
  })
}

/** Claimed with this page: such an alert was not handed to us, we took it. */
const claimedHere = new Set<string>()
/** Given to somebody else with this page: it was not taken from us. */
const givenAway = new Set<string>()
/** Whose each alert was when this page last looked: what it finds as ours at its first look was nobody's to hand over. */
const whose = new Map<string, { isMine: boolean; ownerId: string | undefined }>()
effect(() => {
  for (const alert of alerts.value) {
    const before = whose.get(alert.id)
    const isNow = isMine(alert)
    whose.set(alert.id, { isMine: isNow, ownerId: alert.owner?.id })
    if (isNow) {
      if (before?.isMine) continue
      givenAway.delete(alert.id)
      if (lostTo.peek()?.alertId === alert.id) lostTo.value = undefined
      show(alert)
      if (before?.ownerId !== undefined && !claimedHere.has(alert.id))
        tell(say('said.handedToYou', { code: alert.code }))
      continue
    }
    if (before?.isMine) {
      claimedHere.delete(alert.id)
      if (alert.state === 'closed') {
        beginAfterwards({ alert, desk: deskOf(alert), stage: 'log' })
        void askStanding()
      } else if (alert.state === 'open') tell(say('said.lapsed', { code: alert.code }), true)
      else if (!givenAway.delete(alert.id))
        lostTo.value = { alertId: alert.id, code: alert.code, name: alert.owner?.name ?? say('who.rescuer') }
    }
    // What somebody had and lost asks everybody anew.
    if (alert.state === 'owned' && declined.peek().has(alert.id))
      declined.value = new Map([...declined.peek()].filter(([id]) => id !== alert.id))
  }
})

/** The key of this browser again: another one of the same supporter has taken its place. */
export async function bringKeyAgain(): Promise<void> {
  try {
    me.value = await bringBriefKey(api)
  } catch (error) {
    tell(refusal(error), true)
  }
}
