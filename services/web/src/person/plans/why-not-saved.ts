import { KeyNotPinnedError } from '../../shared/server/disclosure-key.ts'
import { say } from '../words.ts'

/** The sentence for whatever kept a plan from being saved. */
export function whyNotSaved(error: unknown): string {
  return say(error instanceof KeyNotPinnedError ? 'plan.notPinned' : 'plan.notSaved')
}
