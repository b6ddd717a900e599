import type { DryRunAnswer, StaffingAnswer } from '@stillhere/contracts'
import type { LadderStep } from '@stillhere/domain'
import { CircleCheck, TriangleAlert, Users, UserX } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { api } from '../app.ts'
import { type Lane, sayAt } from '../axis/time-axis.tsx'
import { useAsked } from '../parts/asked.tsx'
import { Choice, Field } from '../parts/field.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { dayAndTimeIn } from '../parts/when.ts'
import { hrefOf } from '../place.ts'
import { instantOf, nextWeekday } from '../rota/wall-clock.ts'
import { say } from '../words.ts'

type Line = DryRunAnswer['lines'][number]

export interface DryRun {
  when: { day: string; time: string; rescuers: number } | undefined
  setWhen(change: Partial<{ day: string; time: string; rescuers: number }>): void
  timeZone: string
  answer: DryRunAnswer | undefined
  trouble: unknown
  again(): void
  /** Asks for these steps at the chosen instant. Undefined: nobody answered, or no instant is chosen. */
  try(steps: readonly LadderStep[]): Promise<DryRunAnswer | undefined>
}

const sunday = 7
/** While a step is dragged the service is not asked for each place that it passes. */
const settledMs = 300

/** What this ladder would do at an instant by the present rota; the service is asked again whenever a step changes. */
export function useDryRun(steps: readonly LadderStep[], isSound: boolean): DryRun {
  const staffing = useAsked<StaffingAnswer>('/v1/operate/staffing')
  const [chosen, setChosen] = useState<Partial<{ day: string; time: string; rescuers: number }>>({})
  const [state, setState] = useState<{ answer?: DryRunAnswer | undefined; trouble?: unknown }>({})
  const [asks, setAsks] = useState(0)
  const timeZone = staffing.body?.staffing.timeZone ?? 'UTC'
  const time = chosen.time ?? '03:00'
  const when = staffing.body && {
    day: chosen.day ?? nextWeekday(Date.parse(staffing.body.serverNow), timeZone, sunday, '03:00'),
    time,
    rescuers: chosen.rescuers ?? 1,
  }
  const bodyOf = (of: readonly LadderStep[]) => {
    const at = when && when.day !== '' && when.time !== '' ? instantOf(when.day, when.time, timeZone) : Number.NaN
    if (when === undefined || Number.isNaN(at)) return undefined
    return { steps: of, at: new Date(at).toISOString(), rescuers: when.rescuers }
  }
  // It changes nothing at the service, and is no command.
  const ask = async (body: object) => (await api<DryRunAnswer>('POST', '/v1/operate/ladders/dry-run', body)).body
  const asked = JSON.stringify(isSound ? bodyOf(steps) : undefined)
  useEffect(() => {
    if (asked === undefined) {
      setState({})
      return undefined
    }
    let isOld = false
    const timer = setTimeout(async () => {
      try {
        const answer = await ask(JSON.parse(asked))
        if (!isOld) setState({ answer })
      } catch (trouble) {
        if (!isOld) setState({ trouble })
      }
    }, settledMs)
    return () => {
      isOld = true
      clearTimeout(timer)
    }
  }, [asked, asks])
  return {
    when,
    timeZone,
    answer: state.answer,
    trouble: state.trouble ?? staffing.trouble,
    setWhen: (change) => setChosen((before) => ({ ...before, ...change })),
    again: () => {
      if (staffing.body === undefined) void staffing.again()
      setAsks((count) => count + 1)
    },
    async try(of) {
      const body = bodyOf(of)
      return body && ask(body)
    },
  }
}

/** The steps, from 1, that would find nobody. */
export const emptySteps = (answer: DryRunAnswer): number[] =>
  answer.lines.flatMap(({ step, nobody }) => (nobody && step !== undefined ? [step] : []))

const countIn = ({ who }: Line): number => who.reduce((sum, { count }) => sum + count, 0)

/** "1 rescuer, 2 supporters", or that there is nobody, or that all of them have heard a moment ago. */
const sayWho = (line: Line): string =>
  line.nobody
    ? say('dry.nobody')
    : line.who.length === 0
      ? say('dry.heard')
      : line.who.map(({ role, count }) => say(`dry.who.${role}`, { count })).join(', ')

const sayStepOf = (line: Line): string =>
  line.step === undefined
    ? say('dry.repeat', { channel: say(`channel.${line.channel}`) })
    : say('step.name', {
        number: line.step,
        channel: say(`channel.${line.channel}`),
        to: line.to === 'told' ? say('dry.told') : say(`to.${line.to}`),
      })

/** The run on the axis of the ladder: how many people each step finds, and where it finds none. */
export function dryRunLane(run: DryRun): Lane[] {
  const { answer } = run
  if (answer === undefined) return []
  const steps = answer.lines.filter(({ step }) => step !== undefined)
  return [
    {
      key: 'dry-run',
      label: say('dry.lane', { when: dayAndTimeIn(answer.at, answer.timeZone) }),
      marks: steps.map((line) => ({
        key: `dry ${line.step}`,
        at: line.atSeconds,
        label: `${sayStepOf(line)}: ${sayWho(line)}`,
        says: String(countIn(line)),
        icon: line.nobody ? UserX : Users,
        kind: line.nobody ? ('wrong' as const) : ('plain' as const),
      })),
    },
  ]
}

const rescuerCounts = [0, 1, 2, 3, 4, 5] as const

/** Chooses the instant, and says step by step whom the ladder would find then. */
export function DryRunPart({ run }: { run: DryRun }) {
  const { answer, when } = run
  return (
    <section class="part dry-run" aria-label={say('dry.title')}>
      <h2>{say('dry.title')}</h2>
      <p>{say('dry.what')}</p>
      {when && (
        <div class="step-fields">
          <Field kind="date" label={say('dry.day')} value={when.day} onInput={(day) => run.setWhen({ day })} />
          <Field kind="time" label={say('dry.time')} value={when.time} onInput={(time) => run.setWhen({ time })} />
          <Choice
            label={say('dry.rescuers')}
            value={String(when.rescuers)}
            options={rescuerCounts.map((count) => [String(count), String(count)])}
            onChange={(count) => run.setWhen({ rescuers: Number(count) })}
          />
        </div>
      )}
      {run.trouble !== undefined && <Trouble of={run.trouble} onAgain={run.again} />}
      {answer && <Found of={answer} />}
    </section>
  )
}

function Found({ of }: { of: DryRunAnswer }) {
  const { assumed, findings, lines, firstToldSeconds } = of
  const empty = emptySteps(of)
  const isFound = (kind: (typeof findings)[number]['kind']) => findings.some((one) => one.kind === kind)
  const isWell = empty.length === 0 && !isFound('nobody-at-all')
  return (
    <>
      <div class={`banner ${isWell ? '' : 'trouble'}`} role="status">
        <Icon of={isWell ? CircleCheck : TriangleAlert} />
        <p>
          <strong>
            {isFound('nobody-at-all')
              ? say('dry.nobodyAtAll')
              : empty.length > 0
                ? say('dry.empty', { count: empty.length, steps: empty.join(', ') })
                : say('dry.well')}
          </strong>{' '}
          {say('dry.expected', { count: assumed.expected, floor: assumed.staffingFloor })}{' '}
          {isFound('below-floor') && say('dry.belowFloor')}{' '}
          {firstToldSeconds !== undefined && say('dry.first', { time: sayAt(firstToldSeconds) })}
        </p>
        {assumed.expected === 0 && <a href={hrefOf('rota')}>{say('dry.toRota')}</a>}
      </div>
      <ol class="plain dry-lines">
        {lines
          .filter(({ step }) => step !== undefined)
          .map((line) => (
            <DryLine key={`${line.step}`} line={line} />
          ))}
      </ol>
      <details>
        <summary>{say('dry.repeats')}</summary>
        <ol class="plain dry-lines">
          {lines
            .filter(({ step }) => step === undefined)
            .map((line) => (
              <DryLine key={line.atSeconds} line={line} />
            ))}
        </ol>
      </details>
    </>
  )
}

function DryLine({ line }: { line: Line }) {
  return (
    <li class={line.nobody ? 'nobody' : ''}>
      <span class="shift-hours">{sayAt(line.atSeconds)}</span>
      <span>
        {sayStepOf(line)}: <strong>{sayWho(line)}</strong> {line.early && say('dry.early')}
      </span>
    </li>
  )
}
