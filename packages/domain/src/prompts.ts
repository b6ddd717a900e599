import { type Pace, paced } from './rhythm.ts'

/** What happens on the person's own devices before anyone else is told. */
export type PromptKind = 'sound' | 'louder' | 'ring' | 'opening'

export interface PromptStep {
  kind: PromptKind
  /** Nominal seconds after the deadline. */
  afterSeconds: number
}

/** `alertAfterSeconds`: nominal seconds from the deadline to the alert, 30–120. */
export interface PromptLadder {
  steps: readonly PromptStep[]
  alertAfterSeconds: number
}

/** To add a prompt: a kind above, a row here, its wording in `texts/` or its rendering in the app. */
export const defaultPrompts: PromptLadder = {
  steps: [
    { kind: 'sound', afterSeconds: 0 },
    { kind: 'louder', afterSeconds: 15 },
    { kind: 'ring', afterSeconds: 25 },
    { kind: 'opening', afterSeconds: 50 },
  ],
  alertAfterSeconds: 60,
}

/** The prompts of a deadline, each at its absolute instant: none waits for the success of another. */
export const promptInstants = (
  ladder: PromptLadder,
  deadlineAt: number,
  pace: Pace,
): { kind: PromptKind; dueAt: number }[] =>
  ladder.steps.map((step) => ({ kind: step.kind, dueAt: deadlineAt + paced(step.afterSeconds, pace) }))
