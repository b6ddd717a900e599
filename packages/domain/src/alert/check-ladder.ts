/**
 * Whether a ladder could fall silent. An operator's ladder serves every plan of the organisation at every hour: nights
 * with nobody on shift, plans with no rescuer, plans that tell supporters first. The repeats that every alert has beside
 * its ladder come on top and are not counted here: a ladder must be sound without them.
 *
 * 1. It has steps, no more than the engine should carry, in the order in which they come, none twice.
 * 2. Its first text goes at once or nearly so: a call may reach a voicemail, a console may have nobody before it.
 * 3. Supporters *and* rescuers are all told by text, soon. `first` counts for neither, because the plan's order says who
 *    it is, and it may be nobody.
 * 4. Nothing in it is so late that it is never reached.
 */
import { bounds } from '../bounds.ts'
import type { LadderAudience, LadderStep } from './ladder.ts'

export type LadderProblem =
  | 'no-steps'
  | 'too-many-steps'
  | 'bad-seconds'
  | 'out-of-order'
  | 'step-twice'
  | 'unknown-group'
  | 'unknown-channel'
  | 'no-text'
  | 'first-text-late'
  | 'supporters-not-told'
  | 'rescuers-not-told'
  | 'last-step-late'

export type CheckedLadder =
  | { kind: 'sound' }
  /** @see message Names the step (from 1) and the bound; safe to show. */
  | { kind: 'refused'; problem: LadderProblem; step?: number; message: string }

const audiences: ReadonlySet<string> = new Set<LadderAudience>(['first', 'supporters', 'rescuers', 'everyone'])
const channels: ReadonlySet<string> = new Set<LadderStep['channel']>(['text', 'call', 'console'])

/** Pure and total: whatever the list holds, an answer. The first thing that is wrong is named. */
export function checkLadder(steps: readonly LadderStep[]): CheckedLadder {
  const { mostSteps, firstTextSeconds, everyoneSeconds, lastStepSeconds } = bounds.ladder
  const refuse = (problem: LadderProblem, message: string, step?: number): CheckedLadder => ({
    kind: 'refused',
    problem,
    message,
    ...(step === undefined ? {} : { step: step + 1 }),
  })
  if (steps.length === 0) return refuse('no-steps', 'A ladder needs steps: without one nobody is told.')
  if (steps.length > mostSteps) return refuse('too-many-steps', `A ladder has at most ${mostSteps} steps.`)
  const seen = new Set<string>()
  for (const [index, step] of steps.entries()) {
    const name = `Step ${index + 1}`
    const { afterSeconds, to, channel } = step
    if (!audiences.has(to)) return refuse('unknown-group', `${name} is for a group that cannot exist.`, index)
    if (!channels.has(channel)) return refuse('unknown-channel', `${name} uses a channel that cannot exist.`, index)
    if (!Number.isSafeInteger(afterSeconds) || afterSeconds < 0)
      return refuse('bad-seconds', `${name} must come a whole number of seconds after the alert, from 0.`, index)
    if (afterSeconds > lastStepSeconds)
      return refuse('last-step-late', `${name} comes later than ${lastStepSeconds} s after the alert.`, index)
    if (afterSeconds < (steps[index - 1]?.afterSeconds ?? 0))
      return refuse('out-of-order', `${name} comes before the step above it.`, index)
    const key = `${afterSeconds}.${to}.${channel}`
    if (seen.has(key)) return refuse('step-twice', `${name} is there twice.`, index)
    seen.add(key)
  }
  const texts = steps.filter((step) => step.channel === 'text')
  const [first] = texts
  if (!first)
    return refuse('no-text', 'No step sends a text: a call may reach nobody, and a console tells only who sits there.')
  if (first.afterSeconds > firstTextSeconds)
    return refuse(
      'first-text-late',
      `The first text goes ${first.afterSeconds} s after the alert; it must go within ${firstTextSeconds} s.`,
      steps.indexOf(first),
    )
  const inTime = (group: 'supporters' | 'rescuers') =>
    texts.some((step) => (step.to === group || step.to === 'everyone') && step.afterSeconds <= everyoneSeconds)
  if (!inTime('supporters'))
    return refuse(
      'supporters-not-told',
      `No step texts all supporters within ${everyoneSeconds} s: a plan without rescuers would be silent.`,
    )
  if (!inTime('rescuers'))
    return refuse(
      'rescuers-not-told',
      `No step texts all rescuers within ${everyoneSeconds} s: with nobody on shift it would be silent.`,
    )
  return { kind: 'sound' }
}
