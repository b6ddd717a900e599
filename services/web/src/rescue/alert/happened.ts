import type { RescueProgressKind } from '@stillhere/contracts'
import { lastReply, noted, press, statements, tell } from './alert.ts'
import { type Noted, type NotedKind, note } from './noted.ts'

/*
 * What a rescuer taps in the steps, for the card and, where it matters to whoever has the alert, for them: it waits for a
 * network with its age, like every press.
 */

/** What whoever has the alert is told. That a number was pressed is not told: nobody knows whether 999 answered. */
const told: Partial<Record<NotedKind, RescueProgressKind>> = {
  'called-999': 'called-999',
  breathing: 'breathing',
  awake: 'breathing',
  'not-breathing': 'not-breathing',
  naloxone: 'naloxone-given',
  crew: 'crew-there',
}
/** Taps that nobody makes while reading ahead. */
const sureAnywhere = new Set<NotedKind>(['called-999', 'naloxone', 'crew'])

export function take(kind: NotedKind): void {
  noted.value = note(noted.value, kind, Date.now())
  tellWhatIsNew()
  // Whoever is busy with the steps is there, and has no hand free to say so again.
  if (lastReply.value === 'there') press('there')
}

/** What is not told yet: how somebody breathes only from a rescuer who said that they are there, or gave a dose. */
function tellWhatIsNew(): void {
  const isThere = noted.value.some(({ kind }) => kind === 'there' || kind === 'naloxone')
  const found: { kind: RescueProgressKind; at: number; commandId: string }[] = []
  noted.value = noted.value.map((entry) => {
    const kind = told[entry.kind]
    if (kind === undefined || entry.commandId !== undefined || !(isThere || sureAnywhere.has(entry.kind))) return entry
    const commandId = crypto.randomUUID()
    found.push({ kind, at: entry.at, commandId })
    return { ...entry, commandId }
  })
  for (const one of found) tell({ ...one, state: 'sending' })
}

/** Takes back what was tapped by mistake, here and where it was told. */
export function takeBack(entry: Noted): void {
  noted.value = noted.value.filter((known) => known !== entry)
  if (entry.commandId !== undefined)
    tell({ commandId: crypto.randomUUID(), takesBack: entry.commandId, state: 'sending' })
}

/** Whether whoever has the alert knows of it; `undefined` for what is not told to anybody. */
export function isTold(entry: Noted): boolean | undefined {
  if (entry.commandId === undefined) return undefined
  return statements.value.find(({ commandId }) => commandId === entry.commandId)?.state === 'sent'
}
