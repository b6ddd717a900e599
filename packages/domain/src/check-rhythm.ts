import { bounds } from './bounds.ts'
import type { PromptLadder } from './prompts.ts'

/** What an operator chose, and why it may not be. `message` names the thing and the range; safe to show. */
export type CheckedChoice = { kind: 'sound' } | { kind: 'refused'; message: string }

const sound: CheckedChoice = { kind: 'sound' }
const refused = (message: string): CheckedChoice => ({ kind: 'refused', message })

/** The intervals of a rhythm, nominal whole seconds. The last one repeats. */
export function checkRhythm(intervalsSeconds: readonly number[]): CheckedChoice {
  const { minSeconds } = bounds.countdown
  const { gapSeconds, rhythmIntervals } = bounds
  if (intervalsSeconds.length < 1 || intervalsSeconds.length > rhythmIntervals)
    return refused(`A rhythm has 1 to ${rhythmIntervals} intervals.`)
  const wrong = intervalsSeconds.findIndex(
    (seconds) => !Number.isSafeInteger(seconds) || seconds < minSeconds || seconds > gapSeconds,
  )
  if (wrong >= 0) return refused(`Interval ${wrong + 1} must be ${minSeconds} to ${gapSeconds} whole seconds.`)
  return sound
}

/**
 * The prompts between the deadline and the alert: 30–120 s in all. The person is asked at once, each kind once, and the
 * last chance is seen for ten seconds before the plan is opened (Brave's).
 */
export function checkPrompts({ steps, alertAfterSeconds }: PromptLadder): CheckedChoice {
  const { minSeconds, maxSeconds, lastChanceSeconds, firstWithinSeconds } = bounds.prompting
  if (!Number.isSafeInteger(alertAfterSeconds) || alertAfterSeconds < minSeconds || alertAfterSeconds > maxSeconds)
    return refused(`alertAfterSeconds must be ${minSeconds} to ${maxSeconds} whole seconds.`)
  const [first] = steps
  if (!first || first.afterSeconds > firstWithinSeconds)
    return refused(`The first prompt must come within ${firstWithinSeconds} s of the deadline.`)
  for (const [index, { kind, afterSeconds }] of steps.entries()) {
    const name = `Prompt ${index + 1}`
    if (!Number.isSafeInteger(afterSeconds) || afterSeconds < 0)
      return refused(`${name} must come a whole number of seconds after the deadline, from 0.`)
    if (afterSeconds < (steps[index - 1]?.afterSeconds ?? 0)) return refused(`${name} comes before the one above it.`)
    if (steps.findIndex((other) => other.kind === kind) !== index) return refused(`${name} is there twice.`)
    if (afterSeconds > alertAfterSeconds - lastChanceSeconds)
      return refused(`${name} must come at least ${lastChanceSeconds} s before the alert.`)
  }
  const last = steps.at(-1)
  if (last?.kind !== 'opening') return refused('The last prompt must be "opening", the last chance.')
  // It says "in 10": any earlier would be untrue, and the person would learn not to believe it.
  if (last.afterSeconds !== alertAfterSeconds - lastChanceSeconds)
    return refused(`"opening" must come ${lastChanceSeconds} s before the alert.`)
  if (steps.length === 1) return refused('Before "opening" a prompt must sound.')
  return sound
}
