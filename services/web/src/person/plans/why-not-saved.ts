import { NoAnswerError } from '../../shared/server/api.ts'
import { KeyNotPinnedError } from '../../shared/server/key-not-pinned.ts'
import { say } from '../words.ts'

/** The sentence for whatever kept a plan from being saved. */
export function whyNotSaved(error: unknown): string {
  if (error instanceof KeyNotPinnedError) return say('plan.notPinned')
  return say(error instanceof NoAnswerError ? 'plan.waiting' : 'plan.refused')
}

/** The same for whoever should come, which is not tried again by itself: a person waits for the answer. */
export function whyNotAsked(error: unknown): string {
  if (error instanceof KeyNotPinnedError) return say('plan.notPinned')
  return say(error instanceof NoAnswerError ? 'plan.notSaved' : 'plan.refused')
}
