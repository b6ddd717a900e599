import { signal } from '@preact/signals'
import { act, claim, decline } from './acting.ts'
import { lastOf } from './alert/situation.ts'
import type { Alert, ProgressLine, StampKind } from './desk/desk.ts'
import {
  alerts,
  asking,
  helpOpen,
  isMine,
  me,
  opened,
  openedId,
  preferences,
  screen,
  serverNow,
  takeover,
} from './known.ts'

/** Keys that stamp progress on the alert that is open. */
export const progressKeys = {
  'called-999': '9',
  'number-given': 'i',
  'rescuer-going': 'g',
  'rescuer-there': 't',
  'not-breathing': 'x',
  breathing: 'b',
  'naloxone-given': 'n',
  'crew-there': 'k',
} as const satisfies Record<StampKind, string>

/** Which of the alert's dialogs is open. */
export type Dialog = 'all-clear' | 'hand-over' | 'read-back' | 'stand-down' | 'stamp'
export const dialog = signal<Dialog | undefined>(undefined)

/** What a note says, for the next stamp. */
export const note = signal('')

/** A stamp that is asked about before it is sent, and why. */
export const doubted = signal<{ kind: StampKind; why: 'theirs' | 'again'; at?: string } | undefined>(undefined)
/** The same again so soon is mostly a slip of the finger: it would make two doses of one. */
const againWithinMs = 10_000
/** A slip is noticed at once or never. */
const mistakeWithinMs = 30_000

/** One touch, one stamp: but what others have is asked about first, and so is the same thing twice. */
export async function stamp(alert: Alert, kind: StampKind): Promise<void> {
  const before = lastOf(alert, kind)
  if (!isMine(alert)) doubted.value = { kind, why: 'theirs' }
  else if (before && serverNow.value - Date.parse(before.at) < againWithinMs)
    doubted.value = { kind, why: 'again', at: before.at }
  else return record(alert, kind)
  dialog.value = 'stamp'
}

/** What this supporter has just recorded and may take back with a touch, the latest first. */
export const mistakable = (alert: Alert): ProgressLine[] =>
  alert.progress
    .filter(
      ({ kind, byId, withdrawn, at }) =>
        byId === me.value?.recipientId &&
        !withdrawn &&
        kind in progressKeys &&
        serverNow.value - Date.parse(at) < mistakeWithinMs,
    )
    .reverse()

export async function takeBack(alert: Alert, line: ProgressLine): Promise<void> {
  await act(alert, { what: 'progress', kind: 'withdrawn', of: line.id })
}

export async function record(alert: Alert, kind: StampKind): Promise<void> {
  const said = note.value.trim()
  const isKept = await act(alert, { what: 'progress', kind, ...(said !== '' && { note: said }) })
  if (isKept && note.value.trim() === said) note.value = ''
}

const dialogKeys: Record<string, Dialog> = { a: 'all-clear', h: 'hand-over', r: 'read-back', s: 'stand-down' }

/** Everything can be done by keyboard; these are the short ways. A field keeps its keys, and they can be turned off. */
export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    const { key, target, repeat } = event
    if (repeat || event.ctrlKey || event.metaKey || event.altKey || screen.value !== 'board') return
    if (target instanceof Element && target.closest('input, textarea, select, dialog')) return
    if (document.querySelector('dialog[open]')) return
    if (key === 'Escape') {
      openedId.value = undefined
      return
    }
    if (!preferences.value.keys) return
    if (!pressed(key.toLowerCase())) return
    event.preventDefault()
  })
}

function pressed(key: string): boolean {
  if (key === '?') {
    helpOpen.value = true
    return true
  }
  const alert = opened.value
  const calling = takeover.value
  if (key === 'c') {
    const wanted = calling ?? (alert?.state === 'open' ? alert : asking.value[0]) ?? firstOpen()
    if (wanted) void claim(wanted)
    return wanted !== undefined
  }
  if (calling) {
    if (key === 'd') decline(calling)
    return key === 'd'
  }
  if (alert === undefined || alert.state === 'closed') return false
  const kind = (Object.keys(progressKeys) as StampKind[]).find((one) => progressKeys[one] === key)
  if (kind) {
    void stamp(alert, kind)
    return true
  }
  if (key === 'u') {
    const [line] = mistakable(alert)
    if (line) void takeBack(alert, line)
    return line !== undefined
  }
  if (key === 'm' && isMine(alert)) {
    void act(alert, { what: 'escalate' })
    return true
  }
  const wanted = dialogKeys[key]
  if (wanted === undefined || (wanted !== 'read-back' && !isMine(alert))) return false
  dialog.value = wanted
  return true
}

const firstOpen = () => alerts.value.find(({ state }) => state === 'open')
