import { signal } from '@preact/signals'
import {
  act,
  alerts,
  asking,
  claim,
  decline,
  helpOpen,
  isMine,
  opened,
  openedId,
  preferences,
  screen,
  takeover,
} from './console.ts'
import type { Alert, ProgressKind } from './desk/desk.ts'

/** Keys that stamp progress on the alert that is open. */
export const progressKeys = {
  'called-999': '9',
  'rescuer-going': 'g',
  'rescuer-there': 't',
  'not-breathing': 'x',
  breathing: 'b',
  'naloxone-given': 'n',
  'crew-there': 'k',
} as const satisfies Record<ProgressKind, string>

/** Which of the alert's dialogs is open. */
export type Dialog = 'all-clear' | 'hand-over' | 'read-back' | 'stand-down'
export const dialog = signal<Dialog | undefined>(undefined)

/** What a note says, for the next stamp. */
export const note = signal('')

export async function stamp(alert: Alert, kind: ProgressKind): Promise<void> {
  const said = note.value.trim()
  const isKept = await act(alert, { what: 'progress', kind, ...(said !== '' && { note: said }) })
  if (isKept && note.value.trim() === said) note.value = ''
}

const dialogKeys: Record<string, Dialog> = { a: 'all-clear', h: 'hand-over', r: 'read-back' }

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
  const kind = (Object.keys(progressKeys) as ProgressKind[]).find((one) => progressKeys[one] === key)
  if (kind) {
    void stamp(alert, kind)
    return true
  }
  const wanted = dialogKeys[key]
  if (wanted === undefined || (wanted !== 'read-back' && !isMine(alert))) return false
  dialog.value = wanted
  return true
}

const firstOpen = () => alerts.value.find(({ state }) => state === 'open')
