import { computed, signal } from '@preact/signals'
import type { ServiceView } from '@stillhere/contracts'
import { createNotice } from '../shared/parts/notice.ts'
import type { Me } from '../shared/sign-in/brief-key.ts'
import type { Language } from '../shared/words/speak.ts'
import { newer } from './alert/newer.ts'
import type { Alert, Feed } from './desk/desk.ts'
import type { Practice } from './desk/practice.ts'
import type { LineState } from './line/line.ts'
import { say } from './words.ts'

/*
 * What this page knows: who is signed in, what the service says, which alert is open. Screens read the signals.
 */

export type Screen = 'loading' | 'offline' | 'sign-in' | 'passkey' | 'shift' | 'board'

export interface Preferences {
  language?: Language
  /** Single keys act. */
  keys: boolean
}

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
export const declined = signal<ReadonlyMap<string, number>>(new Map())
/** The last thing that was done or refused. */
export const { notice, tell } = createNotice(12_000)
/** How this supporter stands with the service: debrief, logs not written yet, and until when they are signed in. */
interface Standing {
  debriefOpen: boolean
  /** Epoch ms of the service's clock. */
  signedInUntil: number
  toLog: readonly string[]
  /** Whether the phone we have for them said that it is theirs; absent without a number. */
  numberState?: 'waiting' | 'confirmed' | 'denied' | undefined
}
export const standing = signal<Standing | undefined>(undefined)
/** Signed out while on shift. `open`: the time was over, and the alert stays on the screen; `shut`: nothing is shown. */
export const loudlySignedOut = signal<'open' | 'shut' | undefined>(undefined)
/** Who has what was ours until a moment ago, until it was read. */
export const lostTo = signal<{ alertId: string; code: string; name: string } | undefined>(undefined)
/** No number is known for whoever is on shift: only this page reaches them. */
export const unreachable = signal(false)
export const helpOpen = signal(false)

export const isOnShift = computed(() => feed.value?.onShift.some(({ id }) => id === me.value?.recipientId) ?? false)
export const myName = computed(
  () => feed.value?.onShift.find(({ id }) => id === me.value?.recipientId)?.name ?? say('me.you'),
)
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

/** A frame that was on its way while this page acted must not show the alert as it was before. */
export const newest = (alert: Alert): Alert =>
  newer(
    feed.peek()?.alerts.find(({ id }) => id === alert.id),
    alert,
  )

export function put(alert: Alert): void {
  const known = feed.value
  if (known === undefined || isPractice(alert)) return
  feed.value = { ...known, alerts: known.alerts.map((one) => (one.id === alert.id ? newer(one, alert) : one)) }
}

export function show(alert: Alert): void {
  screen.value = 'board'
  openedId.value = alert.id
}
