/**
 * The session machine under any sequence of commands on a virtual clock. Every walk is a list of moments; every rule
 * looks at all of them. fast-check prints the seed and the smallest walk that breaks a rule.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bounds, defaults } from '../bounds.ts'
import { defaultPrompts, type PromptLadder } from '../prompts.ts'
import { type Pace, paced, type Rhythm } from '../rhythm.ts'
import { decideSession } from './decide-session.ts'
import type { Session, SessionCommand, SessionDecision, SessionEffect } from './session.ts'

const numRuns = 10_000
const startedAt = 1_800_000_000_000
const hourMs = 3_600_000

interface Moment {
  now: number
  before: Session
  command: SessionCommand
  decision: SessionDecision
  after: Session
  pace: Pace
}

/** What happens next, and how long after the former. `until` waits for the instant the session itself has set. */
interface Happening {
  wait: { nominalMs: number } | { until: 'deadline' | 'alert'; plusMs: number }
  command: SessionCommand
}

const seconds = (min: number, max: number) => fc.integer({ min, max })
const rhythms: fc.Arbitrary<Rhythm> = fc.array(seconds(60, bounds.gapSeconds), { minLength: 1, maxLength: 5 })
const paces: fc.Arbitrary<Pace> = fc.constantFrom(1, 7, 60, 600)
const ladders: fc.Arbitrary<PromptLadder> = fc
  .integer({ min: bounds.prompting.minSeconds, max: bounds.prompting.maxSeconds })
  .map((alertAfterSeconds) => ({ ...defaultPrompts, alertAfterSeconds }))

const presses: fc.Arbitrary<SessionCommand> = fc.record({
  kind: fc.constant('check-in' as const),
  pressedAgoMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.integer({ min: 0, max: 600 }).map((s) => s * 1_000),
    fc.integer({ min: 0, max: bounds.pressedSecondsAgo }).map((s) => s * 1_000),
  ),
})
const pressesAgain: fc.Arbitrary<SessionCommand> = fc
  .tuple(presses, rhythms)
  .map(([press, rhythm]) => ({ ...press, rhythm }) as SessionCommand)
const sweep: SessionCommand = { kind: 'reach-deadline' }

const anyCommand: fc.Arbitrary<SessionCommand> = fc.oneof(
  { weight: 6, arbitrary: presses },
  { weight: 2, arbitrary: pressesAgain },
  { weight: 6, arbitrary: fc.constant(sweep) },
  {
    weight: 2,
    arbitrary: seconds(1, bounds.sessionSeconds).map((s): SessionCommand => ({ kind: 'extend', seconds: s })),
  },
  { weight: 2, arbitrary: seconds(1, 900).map((s): SessionCommand => ({ kind: 'extend', seconds: s })) },
  { weight: 2, arbitrary: fc.constant<SessionCommand>({ kind: 'raise' }) },
  fc.boolean().map((quiet): SessionCommand => ({ kind: 'help', quiet })),
  fc.constant<SessionCommand>({ kind: 'end' }),
  fc.constant<SessionCommand>({ kind: 'alert-closed' }),
)

const waits: fc.Arbitrary<Happening['wait']> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 400_000 }).map((nominalMs) => ({ nominalMs })) },
  {
    weight: 3,
    arbitrary: fc.record({
      until: fc.constantFrom('deadline' as const, 'alert' as const),
      plusMs: fc.integer({ min: -2, max: 20 }),
    }),
  },
  fc.integer({ min: 0, max: 4 * hourMs }).map((nominalMs) => ({ nominalMs })),
)
const happenings: fc.Arbitrary<Happening> = fc.record({ wait: waits, command: anyCommand })

const beginnings = fc.record({ rhythm: rhythms, pace: paces, prompts: ladders })

function begin({ rhythm, pace, prompts }: { rhythm: Rhythm; pace: Pace; prompts: PromptLadder }): Session {
  const deadlineAt = startedAt + paced(rhythm[0] ?? 0, pace)
  return {
    state: 'counting',
    version: 1,
    startedAt,
    anchorAt: startedAt,
    rhythm,
    prompts,
    deadlineAt,
    alertAt: deadlineAt + paced(prompts.alertAfterSeconds, pace),
    lastPressAt: startedAt,
    raised: false,
    quiet: false,
  }
}

const walks = (commands: fc.Arbitrary<Happening> = happenings): fc.Arbitrary<Moment[]> =>
  fc
    .tuple(beginnings, fc.array(commands, { maxLength: 24, size: 'max' }))
    .map(([beginning, list]) => walk(begin(beginning), list, beginning.pace))

function walk(session: Session, list: readonly Happening[], pace: Pace): Moment[] {
  let now = session.startedAt
  let before = session
  return list.map(({ wait, command }) => {
    now =
      'until' in wait
        ? Math.max(now, (wait.until === 'deadline' ? before.deadlineAt : before.alertAt) + wait.plusMs)
        : now + Math.round(wait.nominalMs / pace)
    const decision = decideSession(before, command, now, pace)
    const after = decision.kind === 'changed' ? decision.session : before
    const moment = { now, before, command, decision, after, pace }
    before = after
    return moment
  })
}

const effectsOf = (moment: Moment): SessionEffect[] =>
  moment.decision.kind === 'refused' ? [] : moment.decision.effects
const raisesOf = (moment: Moment) =>
  effectsOf(moment).flatMap((effect) => (effect.kind === 'raise-alert' ? [effect.reason] : []))
const isOpenYet = (session: Session) => session.state === 'counting' || session.state === 'prompting'
const isFreshPress = ({ command }: Moment) =>
  command.kind === 'check-in' && command.pressedAgoMs === 0 && command.rhythm === undefined

/** Each holds at every moment of every walk. */
const rules: Record<string, (moments: readonly Moment[]) => void> = {
  'nobody is told early: silence raises an alert no sooner than the last promise': (moments) => {
    // What the person was last promised, kept apart from the machine's own row.
    let promisedAt = moments[0]?.before.alertAt ?? 0
    let raisedAt: number | undefined
    for (const moment of moments) {
      for (const reason of raisesOf(moment)) {
        if (reason === 'silence') expect(moment.now).toBeGreaterThanOrEqual(promisedAt)
        else if (reason === 'raised')
          expect(moment.now).toBeGreaterThanOrEqual(
            (raisedAt ?? Number.POSITIVE_INFINITY) + paced(defaults.raiseSeconds, moment.pace),
          )
        else expect(moment.command.kind).toBe('help')
      }
      if (moment.decision.kind !== 'changed') continue
      if (moment.command.kind === 'raise') raisedAt = moment.now
      if (moment.command.kind === 'check-in' || moment.command.kind === 'extend') {
        promisedAt = moment.after.alertAt
        raisedAt = undefined
      }
    }
  },

  'a session raises at most one alert': (moments) => {
    expect(moments.flatMap(raisesOf).length).toBeLessThanOrEqual(1)
  },

  'a session is alerting exactly from its alert to its close': (moments) => {
    for (const moment of moments) {
      const begins = moment.before.state !== 'alerting' && moment.after.state === 'alerting'
      expect(raisesOf(moment).length).toBe(begins ? 1 : 0)
      if (moment.before.state === 'alerting' && moment.after.state !== 'alerting')
        expect(moment.command.kind).toBe('alert-closed')
    }
  },

  'a check-in wins until the alert is raised': (moments) => {
    for (const moment of moments) {
      if (!isFreshPress(moment) || !isOpenYet(moment.before)) continue
      expect(moment.after.state).toBe('counting')
      expect(moment.after.raised).toBe(false)
      expect(moment.after.deadlineAt).toBeGreaterThan(moment.now)
    }
  },

  'after that a sign of life asks for the all-clear and moves nothing': (moments) => {
    for (const { before, command, decision } of moments) {
      if (before.state !== 'alerting') continue
      if (command.kind !== 'check-in' && command.kind !== 'end' && command.kind !== 'extend') continue
      expect(decision).toEqual({
        kind: 'unchanged',
        outcome: 'askedAllClear',
        effects: [{ kind: 'request-all-clear' }],
      })
    }
  },

  'pressing again at the same instant gives what one press gives': (moments) => {
    for (const { before, command, now, pace, after } of moments) {
      if (command.kind !== 'check-in' || !isOpenYet(before)) continue
      let session = after
      for (let press = 0; press < 5; press++) {
        const decision = decideSession(session, command, now, pace)
        if (decision.kind === 'changed') session = decision.session
      }
      expect(session.deadlineAt).toBe(after.deadlineAt)
      expect(session.alertAt).toBe(after.alertAt)
    }
  },

  'a press never moves the deadline back, however late it arrives': (moments) => {
    for (const { before, command, after } of moments)
      if (command.kind === 'check-in' && command.rhythm === undefined)
        expect(after.deadlineAt).toBeGreaterThanOrEqual(before.deadlineAt)
  },

  '"using again" may shorten the deadline and never puts it into the past': (moments) => {
    for (const { command, decision, after, now } of moments)
      if (command.kind === 'check-in' && command.rhythm !== undefined && decision.kind === 'changed')
        expect(after.deadlineAt).toBeGreaterThan(now)
  },

  'an extension gives all the time that was asked for': (moments) => {
    for (const { command, decision, before, after, now, pace } of moments)
      if (command.kind === 'extend' && decision.kind === 'changed')
        expect(after.deadlineAt - paced(command.seconds, pace)).toBe(Math.max(before.deadlineAt, now))
  },

  'no press gives more time than the longest interval from the press on': (moments) => {
    for (const { command, decision, after, now, pace } of moments) {
      if (command.kind !== 'check-in' || decision.kind !== 'changed') continue
      const pressedAt = Math.max(now - command.pressedAgoMs, startedAt)
      expect(after.deadlineAt - pressedAt).toBeLessThanOrEqual(paced(Math.max(...after.rhythm), pace))
    }
  },

  'a raise brings the alert nearer and never puts it off': (moments) => {
    for (const { command, before, after } of moments)
      if (command.kind === 'raise') {
        expect(after.alertAt).toBeLessThanOrEqual(before.alertAt)
        expect(after.deadlineAt).toBeLessThanOrEqual(before.deadlineAt)
      }
  },

  'closed is closed: nothing leaves it and nothing is done': (moments) => {
    for (const { before, decision } of moments)
      if (before.state === 'closed') expect(decision).toEqual({ kind: 'refused', reason: 'session_closed' })
  },

  'a session ends only by its end or by the close of its alert': (moments) => {
    for (const { before, after, command } of moments)
      if (before.state !== 'closed' && after.state === 'closed') {
        expect(command.kind).toBe(before.state === 'alerting' ? 'alert-closed' : 'end')
        expect(after.outcome).toBe(before.state === 'alerting' ? 'all-clear' : 'ended-safe')
      }
  },

  'every change is one version further, and what is no change has the same version': (moments) => {
    for (const { before, after, decision } of moments)
      expect(after.version).toBe(before.version + (decision.kind === 'changed' ? 1 : 0))
  },

  'the alert comes after the deadline, by the prompts or by the ten seconds of a raise': (moments) => {
    for (const { after, pace, command, now, decision } of moments) {
      expect(after.alertAt).toBeGreaterThan(after.deadlineAt)
      if (!after.raised) expect(after.alertAt - after.deadlineAt).toBe(paced(after.prompts.alertAfterSeconds, pace))
      if (command.kind === 'raise' && decision.kind === 'changed')
        expect(after.alertAt).toBe(now + paced(defaults.raiseSeconds, pace))
    }
  },

  'what is decided is what the table of sessions accepts': (moments) => {
    for (const { after } of moments) {
      for (const instant of [after.deadlineAt, after.alertAt, after.anchorAt, after.lastPressAt])
        expect(Number.isSafeInteger(instant)).toBe(true)
      expect(after.deadlineAt).toBeGreaterThanOrEqual(after.startedAt)
      expect(after.alertAt <= after.lastPressAt + 4 * hourMs || after.alertAt <= after.startedAt + 14 * hourMs).toBe(
        true,
      )
      expect(after.state === 'closed').toBe(after.outcome !== undefined)
    }
  },

  'past the 12 h a press buys a minute and an extension nothing': (moments) => {
    for (const { command, before, after, now, pace } of moments) {
      const limitAt = startedAt + paced(bounds.sessionSeconds, pace)
      if (command.kind === 'check-in' && Math.max(now - command.pressedAgoMs, startedAt) >= limitAt)
        expect(after.deadlineAt).toBeLessThanOrEqual(
          Math.max(before.deadlineAt, now + paced(defaults.pastLimitSeconds, pace)),
        )
      if (command.kind === 'extend' && now >= limitAt) expect(after).toBe(before)
    }
  },

  'nothing prompts a person who has answered, ended, or whose alert is raised': (moments) => {
    let prompts: number[] = []
    for (const moment of moments) {
      for (const effect of effectsOf(moment)) {
        if (effect.kind === 'cancel-prompts') prompts = []
        if (effect.kind === 'schedule-prompts') prompts = [...prompts, ...effect.prompts.map(({ dueAt }) => dueAt)]
      }
      if (moment.after.state !== 'prompting') expect(prompts).toEqual([])
    }
  },

  'prompting always has its prompts, each at an absolute instant of its deadline': (moments) => {
    for (const moment of moments) {
      if (moment.before.state === 'prompting' || moment.after.state !== 'prompting') continue
      const { after, now, pace } = moment
      const scheduled = effectsOf(moment).flatMap((e) => (e.kind === 'schedule-prompts' ? e.prompts : []))
      const expected = after.raised
        ? [{ kind: 'opening', dueAt: now }]
        : after.prompts.steps.map((s) => ({ kind: s.kind, dueAt: after.deadlineAt + paced(s.afterSeconds, pace) }))
      expect(scheduled).toEqual(expected)
    }
  },

  'silence from any moment on ends in prompts and then in one alert': (moments) => {
    const last = moments.at(-1)
    if (!last || !isOpenYet(last.after)) return
    const { pace } = last
    let session = last.after
    // Nobody presses any more; only the sweep looks, at the instants the session itself set.
    for (let look = 0; look < 2 && session.state !== 'alerting'; look++) {
      const dueAt = session.state === 'counting' ? session.deadlineAt : session.alertAt
      expect(decideSession(session, sweep, Math.min(dueAt, session.alertAt) - 1, pace).kind).toBe('refused')
      const decision = decideSession(session, sweep, Math.max(dueAt, last.now), pace)
      if (decision.kind === 'changed') session = decision.session
    }
    expect(session.state).toBe('alerting')
  },
}

describe('in every walk of a session', () => {
  test.each(Object.entries(rules))('%s', (_rule, holds) => {
    fc.assert(fc.property(walks(), holds), { numRuns })
  })
})

test('the walks go everywhere: every state hears every command, and every outcome comes', () => {
  const heard = new Set<string>()
  for (const moments of fc.sample(walks(), { numRuns: 2_000, seed: 4_821 }))
    for (const { before, command, decision } of moments) {
      heard.add(`${before.raised && before.state === 'prompting' ? 'raised' : before.state} ${command.kind}`)
      heard.add(decision.kind === 'refused' ? decision.reason : decision.outcome)
    }
  const states = ['counting', 'prompting', 'raised', 'alerting', 'closed']
  const kinds = ['check-in', 'extend', 'end', 'help', 'raise', 'reach-deadline', 'alert-closed']
  const words = ['moved', 'unchanged', 'stoppedOpening', 'extended', 'ended', 'alerted', 'opening', 'prompted']
  const expected = [...states.flatMap((s) => kinds.map((k) => `${s} ${k}`)), ...words, 'askedAllClear', 'limit']
  expect(expected.filter((one) => !heard.has(one))).toEqual([])
})

test('tapping never skips ahead: the deadline is that of the furthest-reaching press, whatever was tapped before', () => {
  const taps = fc.record({
    wait: fc.integer({ min: 0, max: 300_000 }).map((nominalMs) => ({ nominalMs })),
    command: fc.constant<SessionCommand>({ kind: 'check-in', pressedAgoMs: 0 }),
  })
  fc.assert(
    fc.property(walks(taps), (moments) => {
      const first = moments[0]?.before
      if (!first) return
      let furthestAt = first.deadlineAt
      for (const { now, pace, after } of moments) {
        furthestAt = Math.max(furthestAt, now + intervalByHand(first.rhythm, now - startedAt, pace))
        expect(after.deadlineAt).toBe(furthestAt)
      }
    }),
    { numRuns },
  )
})

/** The rhythm written a second time, the slow way: walk the list until the elapsed time is used up. */
function intervalByHand(rhythm: Rhythm, elapsedMs: number, pace: Pace): number {
  if (elapsedMs >= paced(bounds.sessionSeconds, pace)) return paced(defaults.pastLimitSeconds, pace)
  const lengths = rhythm.map((s) => paced(s, pace))
  let restMs = elapsedMs
  for (const [index, length] of lengths.entries()) {
    if (restMs < length || index === lengths.length - 1) return length
    restMs -= length
  }
  throw new Error('a rhythm is never empty')
}
