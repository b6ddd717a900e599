import type { LadderStep } from '@stillhere/domain'

/** A step while it is edited: it stays the same one when it moves. */
export interface EditedStep extends LadderStep {
  key: string
}

export interface LadderForm {
  version: number | undefined
  name: string
  steps: readonly EditedStep[]
}

export const edited = (steps: readonly LadderStep[]): EditedStep[] =>
  steps.map(({ afterSeconds, to, channel }, index) => ({ key: `s${index}`, afterSeconds, to, channel }))

/** As they come; those of one instant stay in the order in which they were put there. */
export const inOrder = (steps: readonly EditedStep[]): EditedStep[] =>
  [...steps].sort((a, b) => a.afterSeconds - b.afterSeconds)

export const plain = (steps: readonly EditedStep[]): LadderStep[] =>
  inOrder(steps).map(({ afterSeconds, to, channel }) => ({ afterSeconds, to, channel }))

export const changed = (steps: readonly EditedStep[], key: string, change: Partial<LadderStep>): EditedStep[] =>
  steps.map((step) => (step.key === key ? { ...step, ...change } : step))

/** One more, a minute after the last: a repeat of what everybody hears. */
export function withOneMore(steps: readonly EditedStep[], most: number): EditedStep[] {
  const last = Math.max(0, ...steps.map(({ afterSeconds }) => afterSeconds))
  const number = Math.max(-1, ...steps.map(({ key }) => Number(key.slice(1)))) + 1
  return [...steps, { key: `s${number}`, afterSeconds: Math.min(most, last + 60), to: 'everyone', channel: 'text' }]
}

/** In which lanes a step is drawn. `first` is whom the plan names: a supporter, a rescuer, or both. */
export const lanesOf = (to: LadderStep['to']): readonly ('supporters' | 'rescuers')[] =>
  to === 'supporters' || to === 'rescuers' ? [to] : ['supporters', 'rescuers']
