import { batch, computed, effect } from '@preact/signals'
import type { ServiceView } from '@stillhere/contracts'
import { kept } from '../shared/kept/kept.ts'
import { RefusedError } from '../shared/server/api.ts'
import { persistently } from '../shared/server/persistently.ts'
import { serverTime, unheardClock } from '../shared/server/server-clock.ts'
import { loadSettings, type Settings } from '../shared/server/settings.ts'
import { bringBriefKey } from '../shared/sign-in/brief-key.ts'
import { credentialStore, passkeyTrouble, takeInvitationFromAddress } from '../shared/sign-in/credential.ts'
import { addPasskey, signInByPasskey } from '../shared/sign-in/passkey.ts'
import { preferredLanguage } from '../shared/words/speak.ts'
import { speakWhatComes } from '../shared/words/speak-what-comes.ts'
import { forgetWhose, onSignedOut } from './acting.ts'
import { forgetAfterwards } from './afterwards.ts'
import { listenForFirstTouch } from './alarm/sound.ts'
import { createPractice } from './desk/practice.ts'
import {
  asking,
  byPasskey,
  feed,
  isOnShift,
  isPractice,
  line,
  lostTo,
  loudlySignedOut,
  me,
  mine,
  myName,
  newest,
  notice,
  opened,
  openedId,
  type Preferences,
  practice,
  preferences,
  screen,
  serverNow,
  service,
  silentSeconds,
  standing,
  tell,
  unreachable,
} from './known.ts'
import { lineState, neverHeard, secondsSinceHeard } from './line/line.ts'
import { type Line, openLine } from './line/open-line.ts'
import { steadily } from './line/steadily.ts'
import { api, askStanding, credential, openService } from './service.ts'
import { refusal } from './what-became.ts'
import { say, speak } from './words.ts'

/*
 * The console from its opening to signing out: who sits here, their shift, the line to the service. Nothing depends on this
 * page: an alert that nobody claims here escalates without it.
 */

const preferencesStore = kept<Preferences>('support-preferences')
let settings: Settings | undefined
let openedLine: Line | undefined

export async function speakFirst(): Promise<void> {
  preferences.value = { ...preferences.value, ...(await preferencesStore.load()) }
  await speakWhatComes(speak, preferredLanguage(preferences.value.language))
}

export async function begin(): Promise<void> {
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
  openService(settings)
  onSignedOut(signedOut)
  steadily(250, tick)
  setInterval(() => void askService(), 30_000)
  // Until it has answered once, nobody here knows whether this is a trial.
  setInterval(() => service.value === undefined && void askService(), 2_000)
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
  credential.token = fresh
  byPasskey.value = withPasskey
}

/** With a credential: the key of this browser, the line, the board. */
export async function enter(known = credential.token, withPasskey = byPasskey.value): Promise<void> {
  if (known === undefined || settings === undefined) return
  credential.token = known
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
  credential.token = undefined
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
    forgetAfterwards()
    practice.value = undefined
    forgetWhose()
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
  credential.token = undefined
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
  if (change.language)
    try {
      await speak(change.language)
    } catch {
      // A language that cannot be fetched now is not chosen either.
      return tell(say('said.noAnswer'), true)
    }
  preferences.value = { ...preferences.value, ...change }
  await preferencesStore.save(preferences.value)
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

/** The key of this browser again: another one of the same supporter has taken its place. */
export async function bringKeyAgain(): Promise<void> {
  try {
    me.value = await bringBriefKey(api)
  } catch (error) {
    tell(refusal(error), true)
  }
}
