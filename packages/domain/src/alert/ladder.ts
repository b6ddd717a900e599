/**
 * The alert ladder: who is told, by which channel, how many seconds after the alert. Steps become rows with absolute
 * times when the alert is raised; none waits for the success of another. Beside the ladder's own steps, every recipient
 * is told again at +60, +120 and +240 s and then every 5 min, until a human claims the alert: unowned, the ladder has no
 * last repeat.
 *
 * To change a step (say, the second): edit `defaultLadder` below, or the organisation's ladder in its configuration.
 */
import { type Pace, paced } from '../rhythm.ts'
import type { AlertRecipient } from './alert.ts'

/** What the plan says: who hears first. */
export type AlertOrder = 'rescuers-first' | 'supporters-first' | 'both'
export type LadderChannel = 'text' | 'call' | 'console'
/** `first` follows the plan's order; `everyone` is all on shift and all agreed rescuers. */
export type LadderAudience = 'first' | 'supporters' | 'rescuers' | 'everyone'

export interface LadderStep {
  /** Nominal seconds after the alert, or after it resumed. */
  afterSeconds: number
  to: LadderAudience
  channel: LadderChannel
}

export const defaultLadder: readonly LadderStep[] = [
  { afterSeconds: 0, to: 'first', channel: 'text' },
  { afterSeconds: 60, to: 'everyone', channel: 'text' },
  { afterSeconds: 90, to: 'everyone', channel: 'call' },
  // The console's loudest element is "999 now" from here on.
  { afterSeconds: 120, to: 'supporters', channel: 'console' },
]

const repeatsAfterSeconds = [60, 120, 240] as const
const repeatEverySeconds = 300

/** Nominal seconds after the alert at which the `count`-th repeat (from 0) is due. There is always a next one. */
export const repeatAfterSeconds = (count: number): number =>
  count < 0 ? 0 : (repeatsAfterSeconds[count] ?? 240 + repeatEverySeconds * (count - repeatsAfterSeconds.length + 1))

export type LadderRow =
  | { kind: 'ladder'; position: number; step: LadderStep; dueAt: number }
  | { kind: 'repeat'; position: number; dueAt: number }

/** The rows an alert starts with: every step of the ladder, and the first repeat. */
export const ladderRows = (ladder: readonly LadderStep[], fromAt: number, pace: Pace): LadderRow[] => [
  ...ladder.map((step, position) => ({
    kind: 'ladder' as const,
    position,
    step,
    dueAt: fromAt + paced(step.afterSeconds, pace),
  })),
  nextRepeat(0, fromAt, pace),
]

/**
 * The rows of a ladder that resumes: at once to everyone, AGAIN to all who were told and the first words to the rest
 * (whoever had it has fallen silent), then as from a new alert.
 */
export const resumeRows = (ladder: readonly LadderStep[], fromAt: number, pace: Pace): LadderRow[] => [
  ...ladderRows(ladder, fromAt, pace).filter((row) => row.kind === 'ladder' && row.step.afterSeconds > 0),
  nextRepeat(-1, fromAt, pace),
]

export const nextRepeat = (count: number, fromAt: number, pace: Pace): Extract<LadderRow, { kind: 'repeat' }> => ({
  kind: 'repeat',
  position: count,
  dueAt: fromAt + paced(repeatAfterSeconds(count), pace),
})

/**
 * Whom a repeat tells. The first three tell those who were told already, so that none runs ahead of a step that is to
 * widen later. Once no such step is to come, when the ladder resumes, and within ten minutes whatever its steps say,
 * everyone: whoever comes on shift hears of it too.
 * @param count the repeat's position
 * @param stepsToCome steps of the ladder that tell somebody and are not due yet
 */
export const repeatAudience = (count: number, stepsToCome: readonly LadderStep[]): 'told' | 'everyone' =>
  count >= 0 && count < repeatsAfterSeconds.length && stepsToCome.some((step) => step.channel === 'text')
    ? 'told'
    : 'everyone'

/** A recipient as the ladder sees them. */
export interface Reachable extends AlertRecipient {
  /** Order among rescuers, from 1; 0 for supporters. */
  position: number
  /** May be texted: agreed, not stopped, not a landline, number not known to be dead. */
  textable: boolean
  /** May be rung. */
  callable: boolean
  /** When a text of this alert last went to them (queued counts), epoch ms. */
  lastTextAt?: number
}

export interface Telling {
  recipient: Reachable
  channel: 'text' | 'call'
  text: 'first' | 'again'
}

/** A repeat within this time of the last text to the same phone says nothing new. Nominal seconds. */
const quietAfterTextSeconds = 20

/** Answers of those whom a step may still ask. */
export const mayBeAsked: ReadonlySet<Reachable['answer']> = new Set(['none', 'safe'])
const isActing: ReadonlySet<Reachable['answer']> = new Set(['going', 'there'])

/**
 * Whom a repeat asks when nobody else is left: everyone has said that they cannot, and nobody is going. They may have
 * changed their mind, and silence would leave the person to the pager alone. Who has left is never asked again.
 */
export function resolveLastHope(recipients: readonly Reachable[], now: number, pace: Pace): Telling[] {
  if (recipients.some((r) => isActing.has(r.answer) || (mayBeAsked.has(r.answer) && r.textable))) return []
  return recipients
    .filter((r) => r.answer === 'cannot' && r.textable && isQuietSince(r, now, pace))
    .map((recipient) => ({ recipient, channel: 'text', text: 'again' }))
}

const isQuietSince = (recipient: Reachable, now: number, pace: Pace): boolean =>
  now - (recipient.lastTextAt ?? 0) >= paced(quietAfterTextSeconds, pace)

/**
 * Whom a step tells. Empty means: nobody to notify, so the next step is due at once (C25).
 * Who has said "I cannot" or has left is not told again by steps (but see `resolveLastHope`); who is going or there is
 * not asked again.
 */
export function resolveStep(
  step: { to: LadderAudience | 'told'; channel: LadderChannel },
  order: AlertOrder,
  recipients: readonly Reachable[],
  now: number,
  pace: Pace,
): Telling[] {
  if (step.channel === 'console') return []
  const channel = step.channel
  const reachable = recipients.filter((r) => mayBeAsked.has(r.answer) && (channel === 'text' ? r.textable : r.callable))
  const tellings = audience(step.to, order, reachable).map(
    (recipient): Telling => ({
      recipient,
      channel,
      text: recipient.told || recipient.lastTextAt !== undefined ? 'again' : 'first',
    }),
  )
  if (channel === 'call') return tellings
  return tellings.filter(({ recipient, text }) => text === 'first' || isQuietSince(recipient, now, pace))
}

function audience(to: LadderAudience | 'told', order: AlertOrder, reachable: readonly Reachable[]): Reachable[] {
  const supporters = reachable.filter((r) => r.kind === 'supporter')
  const rescuers = reachable.filter((r) => r.kind === 'rescuer').sort((a, b) => a.position - b.position)
  switch (to) {
    case 'everyone':
      return [...supporters, ...rescuers]
    case 'supporters':
      return supporters
    case 'rescuers':
      return rescuers
    case 'told':
      return reachable.filter((r) => r.told || r.lastTextAt !== undefined)
    case 'first': {
      const firstRescuer = rescuers.filter((r) => !r.told).slice(0, 1)
      if (order === 'rescuers-first') return firstRescuer
      if (order === 'supporters-first') return supporters
      return [...supporters, ...firstRescuer]
    }
  }
}
