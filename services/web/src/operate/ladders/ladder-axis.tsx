import { bounds, type PromptLadder, repeatAfterSeconds } from '@stillhere/domain'
import { BellRing, Hand, MessageSquare, Monitor, Phone, Vibrate, Volume2 } from 'lucide'
import { useState } from 'preact/hooks'
import { reaches, reachFor } from '../axis/axis.ts'
import { type Lane, type LaneMark, sayAt, TimeAxis } from '../axis/time-axis.tsx'
import { Choice } from '../parts/field.tsx'
import { say } from '../words.ts'
import { type EditedStep, inOrder, lanesOf } from './edit-ladder.ts'

const channelIcons = { text: MessageSquare, call: Phone, console: Monitor } as const
export const promptIcons = { sound: Vibrate, louder: Volume2, ring: BellRing, opening: Hand } as const
/** The pager is told every minute of what nobody has. */
const pagerEverySeconds = 60

/** A step in words: "Step 2: text to everyone". */
export const sayStep = (step: EditedStep, index: number): string =>
  say('step.name', { number: index + 1, channel: say(`channel.${step.channel}`), to: say(`to.${step.to}`) })

/** The whole alert on one axis: what the person hears before it, whom it tells, what comes by itself. */
export function LadderAxis(of: {
  steps: readonly EditedStep[]
  prompts: PromptLadder | undefined
  /** The number, from 1, of the step that is wrong. */
  wrongStep?: number | undefined
  onMove?: ((key: string, afterSeconds: number, isDone: boolean) => void) | undefined
  /** What a dry run has to show, on the same axis. */
  more?: readonly Lane[]
}) {
  const steps = inOrder(of.steps)
  const needed = reachFor(Math.max(0, ...steps.map(({ afterSeconds }) => afterSeconds)))
  const [chosen, setChosen] = useState(needed)
  const to = Math.max(chosen, needed)
  const from = -(of.prompts?.alertAfterSeconds ?? 0)
  const marksIn = (lane: 'supporters' | 'rescuers'): LaneMark[] =>
    steps.flatMap((step, index) => {
      const lanes = lanesOf(step.to)
      if (!lanes.includes(lane)) return []
      const { onMove } = of
      return [
        {
          key: step.key,
          at: step.afterSeconds,
          label: sayStep(step, index),
          icon: channelIcons[step.channel],
          kind: of.wrongStep === index + 1 ? ('wrong' as const) : ('plain' as const),
          isEcho: lanes[0] !== lane,
          most: bounds.ladder.lastStepSeconds,
          ...(onMove && { onMove: (at: number, isDone: boolean) => onMove(step.key, at, isDone) }),
        },
      ]
    })
  const within = (instants: (count: number) => number) => {
    const found: number[] = []
    for (let count = 0; found.length < 60; count += 1) {
      if (instants(count) > to) break
      found.push(instants(count))
    }
    return found
  }
  const repeats = within(repeatAfterSeconds)
  const lanes: Lane[] = [
    {
      key: 'person',
      label: say('lane.person'),
      marks: (of.prompts?.steps ?? []).map(({ kind, afterSeconds }) => ({
        key: kind,
        at: afterSeconds + from,
        label: say(`prompt.${kind}`),
        icon: promptIcons[kind],
      })),
    },
    { key: 'supporters', label: say('lane.supporters'), marks: marksIn('supporters'), dots: repeats },
    {
      key: 'rescuers',
      label: say('lane.rescuers'),
      marks: marksIn('rescuers'),
      dots: repeats,
      dotsLabel: say('lane.repeats'),
    },
    {
      key: 'pager',
      label: say('lane.pager'),
      marks: [],
      dots: within((count) => (count + 1) * pagerEverySeconds),
      dotsLabel: say('lane.pagerWhat'),
    },
    ...(of.more ?? []),
  ]
  return (
    <div class="ladder-axis">
      <Choice
        label={say('axis.reach')}
        value={String(to)}
        options={reaches.filter((one) => one >= needed).map((one) => [String(one), sayAt(one)])}
        onChange={(value) => setChosen(Number(value))}
      />
      <TimeAxis label={say('axis.label')} from={from} to={to} lanes={lanes} />
    </div>
  )
}
