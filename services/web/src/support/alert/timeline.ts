import type { Alert, LineKind } from '../desk/desk.ts'

type Reply = NonNullable<Alert['told'][number]['reply']>

export interface TimelineLine {
  at: number
  what:
    | 'raised'
    | 'disclosed'
    | 'told-rescuer'
    | 'told-supporter'
    | 'opened'
    | 'owned'
    | 'given'
    | `reply-${Reply}`
    | 'requested'
    | 'closed'
    | LineKind
  /** Who did it, or who was told, where that has a name. */
  name?: string
  by?: 'rescuer' | 'supporter'
  /** It was a mistake, and was taken back. */
  withdrawn?: true
  /** Of a withdrawn: what was taken back. */
  of?: LineKind
}

/** Everything that has an instant, oldest first. Of what a rescuer answered the service keeps the last, with its instant. */
export function timelineOf(alert: Alert, nameOfRescuer: (id: string) => string | undefined): TimelineLine[] {
  const lines: TimelineLine[] = []
  const add = (at: string | undefined, what: TimelineLine['what'], name?: string, by?: TimelineLine['by']) => {
    if (at !== undefined)
      lines.push({ at: Date.parse(at), what, ...(name !== undefined && { name }), ...(by !== undefined && { by }) })
  }
  add(alert.raisedAt, 'raised')
  add(alert.disclosedAt, 'disclosed')
  for (const { kind, id, name, at, openedAt, reply, answeredAt } of alert.told) {
    const who = kind === 'rescuer' ? nameOfRescuer(id) : name
    add(at, `told-${kind}`, who)
    add(openedAt, 'opened', who, kind)
    if (kind === 'rescuer' && reply !== undefined) add(answeredAt, `reply-${reply}`, who, kind)
  }
  // Whoever it was handed to did not claim it.
  const wasGiven = alert.progress.some(({ kind, at }) => kind === 'handed-over' && at === alert.ownedAt)
  if (!wasGiven) add(alert.ownedAt, 'owned', alert.owner?.name, alert.owner?.kind)
  for (const { kind, by, name, at, withdrawn, of } of alert.progress) {
    const mistake = alert.progress.find(({ id }) => id === of)?.kind
    lines.push({
      at: Date.parse(at),
      what: kind,
      by,
      ...(name !== undefined && { name }),
      ...(withdrawn && { withdrawn }),
      ...(mistake && { of: mistake }),
    })
  }
  if (wasGiven) add(alert.ownedAt, 'given', alert.owner?.name, alert.owner?.kind)
  add(alert.requestedAt, 'requested')
  add(alert.closedAt, 'closed')
  return lines.sort((one, other) => one.at - other.at)
}
