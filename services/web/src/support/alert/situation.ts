import type { Alert, LineKind, ProgressLine } from '../desk/desk.ts'

/* What an alert says about the people in it: all of it worked out from what the service said, nothing kept. */

/** Whether somebody who is there has said how the person is. */
type Breathing = 'unknown' | 'breathing' | 'not-breathing'

export interface Situation {
  breathing: Breathing
  /** The nearest that any rescuer is. */
  help: 'nobody' | 'going' | 'there'
  called999At: number | null
  crewThereAt: number | null
  doses: number[]
  nextDoseAt: number | null
}

/** What was recorded and still stands: nothing follows from a mistake. */
const standing = (alert: Alert): ProgressLine[] =>
  alert.progress.filter(({ kind, withdrawn }) => kind !== 'withdrawn' && !withdrawn)

/** The last of these that stands. Breathing or not: only the later of the two is so now. */
export const lastOf = (alert: Alert, ...kinds: LineKind[]): ProgressLine | undefined =>
  standing(alert).findLast(({ kind }) => kinds.includes(kind))

/** Who has said that they cannot take it. */
export const declinedBy = (alert: Alert): string[] => [
  ...new Set(standing(alert).flatMap(({ kind, name }) => (kind === 'declined' && name ? [name] : []))),
]

export function situationOf(alert: Alert): Situation {
  const stands = standing(alert)
  const firstAt = (kind: LineKind) => {
    const line = stands.find((entry) => entry.kind === kind)
    return line ? Date.parse(line.at) : null
  }
  const replies = alert.told.filter(({ kind }) => kind === 'rescuer').map(({ reply }) => reply)
  const said = lastOf(alert, 'breathing', 'not-breathing')?.kind
  // Who was going and was sent home comes no more: 999 must not be told that a friend is on the way.
  const isGoing = lastOf(alert, 'rescuer-going', 'stood-down')?.kind === 'rescuer-going'
  return {
    breathing: said === 'breathing' || said === 'not-breathing' ? said : 'unknown',
    help:
      replies.includes('there') || firstAt('rescuer-there') !== null
        ? 'there'
        : replies.includes('going') || isGoing
          ? 'going'
          : 'nobody',
    called999At: firstAt('called-999'),
    crewThereAt: firstAt('crew-there'),
    doses: stands.filter(({ kind }) => kind === 'naloxone-given').map(({ at }) => Date.parse(at)),
    nextDoseAt: alert.nextDoseAt === undefined ? null : Date.parse(alert.nextDoseAt),
  }
}

/** The call to 999 that this supporter made; else the first that anybody did, who is not on this line. */
export function callOf(
  alert: Alert,
  supporterId: string | undefined,
): { at: string; name?: string; isMine: boolean } | undefined {
  const calls = standing(alert).filter(({ kind }) => kind === 'called-999')
  const mine = calls.findLast(({ byId }) => byId === supporterId)
  const call = mine ?? calls[0]
  return call && { at: call.at, ...(call.name !== undefined && { name: call.name }), isMine: mine !== undefined }
}

/** From +120 s on the loudest thing on the screen is that nobody has said that 999 was called. */
const silentAbout999ForMs = 120_000
export const needs999 = (alert: Alert, now: number): boolean =>
  alert.state !== 'closed' &&
  situationOf(alert).called999At === null &&
  now - Date.parse(alert.raisedAt) >= silentAbout999ForMs

/** The last sign of life, epoch ms; where the service knows none, since when it is an alert. */
export const lastAnswerOf = (alert: Alert): { at: number; isAnswer: boolean } => ({
  at: Date.parse(alert.lastAnswerAt ?? alert.raisedAt),
  isAnswer: alert.lastAnswerAt !== undefined,
})
