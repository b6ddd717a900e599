import { computed, effect, signal } from '@preact/signals'
import { createStayAwake } from '../../shared/page/stay-awake.ts'
import { asking, feed, isOnShift, line, lostTo, loudlySignedOut, mine, screen, serverNow } from '../known.ts'
import type { LineState } from '../line/line.ts'
import { say } from '../words.ts'
import { createRepeating, sound } from './sound.ts'

/*
 * What makes whoever sits here look up: sound, the title of the tab, a notification of the browser. None of it says what
 * the service is for; all of it follows from what the board shows, and stops with it.
 */

const alertEveryMs = 2_400
const lineEveryMs = 4_000
const dutyEveryMs = 5_000
/** The last part of a duty is counted down aloud. */
export const dutyWarnsMs = 30_000

/** How dead the line was when its alarm was quieted. A line that gets worse sounds again, and so does the next one. */
const lineQuieted = signal<LineState | undefined>(undefined)
export const quietLine = (): void => {
  lineQuieted.value = line.value
}

const isLineDead = computed(
  () => isOnShift.value && feed.value !== undefined && line.value !== 'live' && loudlySignedOut.value === undefined,
)
export const lineAlarm = computed(
  () => isLineDead.value && lineQuieted.value !== 'lost' && lineQuieted.value !== line.value,
)

const isDutyShort = computed(() =>
  mine.value.some(
    ({ dutyUntilAt }) => dutyUntilAt !== undefined && Date.parse(dutyUntilAt) - serverNow.value < dutyWarnsMs,
  ),
)
const askingIds = computed(() => asking.value.map(({ id }) => id).join(' '))
const promptingIds = computed(
  () =>
    new Set(
      isOnShift.value ? feed.value?.sessions.filter(({ state }) => state === 'prompting').map(({ id }) => id) : [],
    ),
)

export const notificationState = signal<NotificationPermission | 'none'>(
  'Notification' in window ? Notification.permission : 'none',
)

/** From a touch. */
export async function askForNotifications(): Promise<void> {
  if ('Notification' in window) notificationState.value = await Notification.requestPermission()
}

export function callAttention(): void {
  const alert = createRepeating('alert', alertEveryMs)
  const dead = createRepeating('line', lineEveryMs)
  const duty = createRepeating('duty', dutyEveryMs)
  const stayAwake = createStayAwake()
  effect(() => stayAwake(isOnShift.value))
  effect(() => alert.set(askingIds.value !== ''))
  // Signed out on shift is as dead as a line can be.
  effect(() => dead.set((lineAlarm.value || loudlySignedOut.value !== undefined) && askingIds.value === ''))
  effect(() => {
    if (lostTo.value) sound('taken')
  })
  effect(() => duty.set(isDutyShort.value))
  effect(() => {
    if (!isLineDead.value) lineQuieted.value = undefined
  })
  let prompted: ReadonlySet<string> = new Set()
  effect(() => {
    const now = promptingIds.value
    if ([...now].some((id) => !prompted.has(id))) sound('card')
    prompted = now
  })
  let shown: Notification | undefined
  effect(() => {
    const ids = askingIds.value
    shown?.close()
    shown = undefined
    if (ids === '' || notificationState.value !== 'granted') return
    try {
      shown = new Notification(say('attention.title'), {
        body: say('attention.body'),
        tag: 'asking',
        requireInteraction: true,
      })
      shown.onclick = () => window.focus()
    } catch {
      // Browsers of phones allow it only to a service worker; there the text message rings.
    }
  })
  effect(() => {
    const isOdd = Math.floor(serverNow.value / 1_000) % 2 === 1
    const calls = askingIds.value !== ''
    document.title =
      calls && isOdd
        ? say('attention.flash')
        : loudlySignedOut.value !== undefined
          ? say('attention.signedOut')
          : isLineDead.value && isOdd
            ? say('attention.dead')
            : screen.value === 'loading'
              ? 'Console'
              : say('app.title')
  })
}
