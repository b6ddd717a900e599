import { computed, effect, signal } from '@preact/signals'
import type { PlanView, ServiceView, SessionAnswer } from '@stillhere/contracts'
import { forgottenElsewhere, type Kept, kept } from '../shared/kept/kept.ts'
import { createStayAwake } from '../shared/page/stay-awake.ts'
import { type Api, createApi, NoAnswerError, RefusedError } from '../shared/server/api.ts'
import { persistently } from '../shared/server/persistently.ts'
import { loadSettings, type Settings } from '../shared/server/settings.ts'
import { allowSound, restSound } from '../shared/sound/chime.ts'
import { type Language, language, preferredLanguage } from '../shared/words/speak.ts'
import { slowed } from './lock/attempts.ts'
import { locked } from './lock/locked.ts'
import { draftsUnder } from './plans/draft.ts'
import type { KeptPlan } from './plans/plan.ts'
import { listenForMediaKey } from './prompting/media-key.ts'
import { createPrompting } from './prompting/prompting.ts'
import { type Runner, runWatch } from './session/run-watch.ts'
import { type KeptSession, look, soundings } from './session/watch.ts'
import { canSpeak, speakWhatIsHere } from './words.ts'

/*
 * What the whole app shares: who we are at the service, what it says, the plans of this device, which screen is open.
 * Screens read the signals and call the functions; only this file and the folders beside it talk to the service.
 */

export type Screen =
  | { name: 'loading' | 'offline' | 'locked' | 'welcome' | 'home' | 'quick' | 'settings' | 'forgotten' }
  /** Asked once, before anything is kept or sent. */
  | { name: 'agree'; next: Screen }
  | { name: 'plan' | 'people' | 'ready'; planId: string }
  /** Without an account, and without a PIN. */
  | { name: Page }
  /** A site's template, adopted or looked at again. */
  | { name: 'join'; code?: string; planId?: string }
  | { name: 'move' }
  /** On a new phone; `copy` came by a link. */
  | { name: 'arrive'; copy?: string }

/** What anybody may read and do, whoever holds the phone. */
export type Page = 'lost' | 'data' | 'wrong' | 'feedback' | 'guidance'

export interface Preferences {
  language?: Language
  look: 'auto' | 'dark' | 'light'
  silent: boolean
  dim: boolean
  lastPlanId?: string
  /** Reminded by a notification as well. */
  push?: boolean
  /** The code for a lost phone was written down. `later` is what phones of before may have kept. */
  forgetCode?: 'noted' | 'later'
}

export interface Device {
  deviceId: string
  token: string
  /** Deletes from anywhere what the service keeps of this phone. The service says it once, so it is kept here. */
  forgetCode: string
}

const deviceStore = kept<Device>('device')
const preferencesStore = kept<Preferences>('preferences')
const serviceStore = kept<ServiceView>('service')
const consentStore = kept<{ at: number }>('consent')
export const planStore = locked<KeptPlan[]>([])
export const planDrafts = draftsUnder(planStore)
export const pinTries = slowed((pin) => planStore.unlock(pin))

export const screen = signal<Screen>({ name: 'loading' })
export const service = signal<ServiceView | undefined>(undefined)
/** The service answered the last time it was asked: only then is it true who is here. */
export const serviceFresh = signal(false)
export const plans = signal<readonly KeptPlan[]>([])
export const planViews = signal<Readonly<Record<string, PlanView>>>({})
export const preferences = signal<Preferences>({ look: 'auto', silent: false, dim: false })
export const device = signal<Device | undefined>(undefined)
/** The person has agreed, with a touch of its own, to what we keep and pass on. */
const agreed = signal(false)
/** The PIN was taken away under duress: for this page it looks gone, and an end is a quiet call for help. */
export const pinLooksGone = signal(false)
/**
 * The PIN that was typed last is the one for duress. Somebody may be making the person do what follows: it looks as always,
 * and nothing real is lost by it. "Forget this phone" empties the phone, as whoever looks on must see, and asks the service
 * for nothing: the help that was called goes on, and so does a session.
 */
export const underDuress = signal(false)

let ask: Api | undefined
let apiUrl = ''
/** Asks the service as somebody else: a copy from another phone, a device for one complaint. */
export const askAs = (token: string | undefined): Api => createApi(apiUrl, () => token)

export const runner = signal<Runner | undefined>(undefined)

/** The service does not know this phone any more: its data was deleted, with the code for a lost phone, say. */
export const isDisowned = signal(false)

export const api: Api = async (...request) => {
  if (ask === undefined) throw new Error('the app is not open yet')
  try {
    return await ask(...request)
  } catch (error) {
    if (device.value && error instanceof RefusedError && error.code === 'not_authenticated') isDisowned.value = true
    throw error
  }
}

/** What the session looks like at this moment; `undefined` while there is none. */
export const sight = computed(() => {
  const going = runner.value
  if (going === undefined || going.watch.value.session === null) return undefined
  return look(going.watch.value, service.value?.prompts ?? [], going.monotonicNow.value)
})

export function open(next: Screen): void {
  screen.value = next
}

/** What leads to something that is kept or sent: once the person has agreed. */
export function openAgreed(next: Screen): void {
  open(agreed.value ? next : { name: 'agree', next })
}

export async function agree(next: Screen): Promise<void> {
  agreed.value = true
  open(next)
  await consentStore.save({ at: Date.now() })
}

export async function begin(): Promise<void> {
  preferences.value = { ...preferences.value, ...(await preferencesStore.load()) }
  // Without any words there is nothing to show: what stands in the page itself leads to another try.
  if (!(await speakWhatIsHere(preferredLanguage(preferences.value.language)))) return
  let settings: Settings
  try {
    settings = await loadSettings()
  } catch {
    // The very first visit, and no network.
    open({ name: 'offline' })
    return
  }
  device.value = await deviceStore.load()
  agreed.value = device.value !== undefined || (await consentStore.load()) !== undefined
  apiUrl = settings.apiUrl
  ask = createApi(settings.apiUrl, () => device.value?.token)
  const store: Kept<KeptSession> = kept('session')
  runner.value = runWatch({ api, liveUrl: settings.liveUrl, token: () => device.value?.token, store })
  followSession(runner.value)
  service.value = await serviceStore.load()
  void askService()
  setInterval(() => void askService(), 20_000)
  document.addEventListener('visibilitychange', () => {
    void askService()
    if (document.visibilityState === 'visible') runner.value?.findRunning()
  })
  lockWhenHidden()
  effect(() => {
    if (forgottenElsewhere.value) neutral()
  })
  readLink()
  window.addEventListener('hashchange', () => readLink() && sight.value === undefined && openFirst())
  const known = await planStore.load()
  // A running session comes first: behind no PIN, and before the plans.
  if (!(await runner.value.resume())) runner.value.findRunning()
  plans.value = known ?? []
  await openWhereLeft()
}

/** Once the plans are open: at a plan that was being written, if there is one, else where everybody begins. */
export async function openWhereLeft(): Promise<void> {
  const on = linkedTo || planStore.isLocked() ? undefined : await planDrafts.find()
  if (on === undefined) return openFirst()
  open(on === 'quick' ? { name: on } : { name: 'plan', planId: on })
  if (device.value) void askPlans()
}

const pages: readonly string[] = ['lost', 'data', 'wrong', 'feedback', 'guidance'] satisfies Page[]
/** Where a link leads, until it has been opened. */
let linkedTo: Screen | undefined

/**
 * A link's way in stands behind its #, which no server sees and which does not stay in the address: `#join=CODE` on a
 * site's poster, `#arrive=COPY` from another phone, `#lost` and the other pages.
 */
function readLink(): boolean {
  if (location.hash.length < 2) return false
  let behind = ''
  try {
    behind = decodeURIComponent(location.hash.slice(1))
  } catch {
    // Cut off on its way here: it leads nowhere, and is not left in the address.
  }
  history.replaceState(null, '', location.pathname + location.search)
  const [name = '', value = ''] = behind.split('=', 2)
  linkedTo = pages.includes(name)
    ? { name: name as Page }
    : name === 'join'
      ? { name, code: value }
      : name === 'arrive'
        ? { name, copy: value }
        : undefined
  return linkedTo !== undefined
}

/** Another tab forgot everything: nothing of it is shown here either, and nothing is done any more. */
function neutral(): void {
  runner.value?.drop()
  planStore.drop()
  plans.value = []
  planViews.value = {}
  device.value = undefined
  open({ name: 'forgotten' })
}

export function openFirst(): void {
  // Only opening the app anew leads on from there.
  if (screen.value.name === 'forgotten') return
  const linked = linkedTo
  if (linked && pages.includes(linked.name)) {
    linkedTo = undefined
    open(linked)
    return
  }
  if (planStore.isLocked()) {
    open({ name: 'locked' })
    return
  }
  linkedTo = undefined
  if (linked) openAgreed(linked)
  else open({ name: device.value === undefined && plans.value.length === 0 ? 'welcome' : 'home' })
  if (device.value) void askPlans()
}

/** Long enough to look something up elsewhere, short enough for a phone that was put down. */
const lockAfterMs = 60_000

/** Who picks the phone up later is asked for the PIN. A running session stays open: a touch must never wait for a PIN. */
function lockWhenHidden(): void {
  let hidden: { clock: number; monotonic: number } | undefined
  document.addEventListener('visibilitychange', () => {
    const now = { clock: Date.now(), monotonic: performance.now() }
    if (document.visibilityState === 'hidden') {
      hidden = now
      return
    }
    if (hidden === undefined) return
    // The monotonic clock may stand still while a phone sleeps, and the other may be set back.
    const awayMs = Math.max(Math.abs(now.clock - hidden.clock), now.monotonic - hidden.monotonic)
    hidden = undefined
    if (awayMs < lockAfterMs || pinLooksGone.value || !planStore.lock()) return
    plans.value = []
    planViews.value = {}
    if (sight.value === undefined) openFirst()
  })
}

/** Sound, vibration and the awake screen follow what the session looks like, whatever screen is open. */
function followSession(going: Runner): void {
  const prompting = createPrompting()
  const stayAwake = createStayAwake()
  const mediaKey = listenForMediaKey(() => going.press('check-in'))
  /** After a touch that has not been acknowledged the person is awake: quiet for a while, then on. */
  const quietForMs = 8_000
  const phase = computed(() => sight.value?.phase ?? 'none')
  const isGoing = computed(() => ['counting', 'asking', 'opening'].includes(phase.value))
  effect(() => {
    const seen = sight.value
    const { silent } = preferences.value
    const quietUntilAt = (going.watch.value.press?.monotonicAt ?? Number.NEGATIVE_INFINITY) + quietForMs
    const now = going.monotonicNow.value
    const asks = seen?.phase === 'asking' || seen?.phase === 'opening'
    mediaKey(asks, silent)
    prompting.set(asks && now >= quietUntilAt ? seen.promptIndex : -1)
    prompting.sound(
      silent || seen === undefined
        ? []
        : soundings(going.watch.value, seen, service.value?.prompts ?? [], now, quietUntilAt),
    )
  })
  // A page that came back, or was opened anew, may sound only after a touch: any will do.
  for (const touch of ['pointerup', 'keydown'] as const) {
    document.addEventListener(touch, () => isGoing.value && void allowSound())
  }
  effect(() => {
    if (!isGoing.value) restSound()
  })
  effect(() => stayAwake(['counting', 'asking', 'opening', 'acting'].includes(sight.value?.phase ?? 'none')))
}

export async function askService(): Promise<void> {
  if (document.visibilityState !== 'visible' || ask === undefined) return
  try {
    const { body } = await ask<ServiceView>('GET', '/v1/service')
    service.value = body
    // The service is there again: it may hold a session that this page knows nothing of.
    if (!serviceFresh.value) runner.value?.findRunning()
    serviceFresh.value = true
    await serviceStore.save(body)
  } catch {
    // The screen says that it does not know who is here.
    serviceFresh.value = false
  }
}

/** @returns whether the service answered */
export async function askPlans(): Promise<boolean> {
  try {
    const { body } = await api<{ plans: PlanView[] }>('GET', '/v1/plans')
    planViews.value = Object.fromEntries(body.plans.map((plan) => [plan.id, plan]))
    return true
  } catch {
    // What was known stays on the screen; a start asks the service anyway.
    return false
  }
}

export function showPlanView(view: PlanView): void {
  planViews.value = { ...planViews.value, [view.id]: view }
}

/** The anonymous identity of this device, made at the first thing that needs it, which is after consent. */
export async function becomeDevice(): Promise<void> {
  if (device.value) return
  if (!agreed.value) throw new Error('nothing is kept before the person has agreed')
  const { body } = await api<Device>('POST', '/v1/devices', {})
  await deviceStore.save(body)
  device.value = body
}

/** This phone takes the place of another: its credential, its plans, its choices. */
export async function takeOver(moved: {
  device: Device
  plans: KeptPlan[]
  preferences: Partial<Preferences>
}): Promise<void> {
  await deviceStore.save(moved.device)
  device.value = moved.device
  await planStore.save(moved.plans)
  plans.value = moved.plans
  await prefer(moved.preferences)
  openFirst()
}

/**
 * After the service has deleted this phone: its plans stay here under new names, to be given to the service once more.
 * Whoever should come must be asked again; the service knows none of them.
 */
export async function beginAnew(): Promise<void> {
  const renamed = plans.value.map((plan) => ({ ...plan, id: crypto.randomUUID() }))
  const last = plans.value.findIndex(({ id }) => id === preferences.value.lastPlanId)
  const anew = renamed.map(
    (plan): KeptPlan => ({ ...plan, planVersion: 0, unsaved: 'waiting', text: { ...plan.text, rescuers: [] } }),
  )
  await planStore.save(anew)
  await deviceStore.remove()
  device.value = undefined
  planViews.value = {}
  plans.value = anew
  isDisowned.value = false
  const { lastPlanId: _, forgetCode: __, ...others } = preferences.value
  const lastPlanId = anew[last]?.id
  preferences.value = others
  await prefer(lastPlanId === undefined ? {} : { lastPlanId })
}

export async function prefer(change: Partial<Preferences>): Promise<void> {
  const { language: wanted, ...others } = change
  // A language that is not on this phone and cannot be fetched now is not chosen either.
  const isSpoken = wanted === undefined || (await canSpeak(wanted))
  preferences.value = { ...preferences.value, ...(isSpoken ? change : others) }
  await preferencesStore.save(preferences.value)
}

/** How the own phone is to be spoken to, where that is not English. */
export const ownLanguage = () => (language.value === 'en' ? {} : { language: language.value })

/**
 * A start whose answer was lost is asked for again, under the same id: nobody may be watched without knowing it, and be
 * asked for an answer by a phone that shows nothing. One that runs already is shown as it is. @throws why there is none
 */
export async function startSession(how: {
  planId: string
  rhythmId?: string
  countdownSeconds?: number
  company: 'timer-only' | 'supporter'
}): Promise<void> {
  let sentAt = 0
  try {
    const answer = await persistently((commandId) => {
      sentAt = performance.now()
      return api<SessionAnswer>('POST', '/v1/sessions', { commandId, ...how, ...ownLanguage() })
    })
    await prefer({ lastPlanId: how.planId })
    runner.value?.begin(answer.body, answer.sentAt, answer.heardAt)
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'session_running' && error.body.session)
      return runner.value?.begin(error.body as unknown as SessionAnswer, sentAt, performance.now())
    if (error instanceof NoAnswerError) runner.value?.findRunning()
    throw error
  }
}

effect(() => {
  const { look: wanted, dim } = preferences.value
  const root = document.documentElement
  if (wanted === 'auto') delete root.dataset.look
  else root.dataset.look = wanted
  root.dataset.dim = String(dim && sight.value !== undefined && ['counting', 'acting'].includes(sight.value.phase))
})
