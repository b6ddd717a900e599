/**
 * The alert machine and its ladder together, on a virtual clock, under any sequence of answers, signs of life, sweeps
 * (however late) and fates of texts. The world carries effects out as operations does (decide-and-apply, climb): steps
 * are rows with absolute times, the ladder climbs only while the alert is open.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Pace, paced } from '../rhythm.ts'
import type {
  Alert,
  AlertCommand,
  AlertDecision,
  AlertEffect,
  AlertFacts,
  RecipientAnswer,
  RecipientKind,
  Standing,
} from './alert.ts'
import { endingWords } from './alert.ts'
import { decideAlert } from './decide-alert.ts'
import {
  type AlertOrder,
  defaultLadder,
  type LadderAudience,
  type LadderRow,
  type LadderStep,
  ladderRows,
  nextRepeat,
  type Reachable,
  repeatAudience,
  resolveStep,
  resumeRows,
} from './ladder.ts'

const numRuns = 10_000
const raisedAt = 1_800_000_000_000

type Step = LadderRow | { kind: 'duty' | 'request'; dueAt: number }
interface Text {
  to: string
  /** What the ladder says, or a text of the machine. */
  says: string
  at: number
  status: 'queued' | 'accepted' | 'failed' | 'cancelled'
}

type Act = 'progress' | 'hand-over' | 'escalate' | 'stand-down' | 'take-over' | 'all-clear' | 'all-clear: safe'
type Happening =
  | { kind: 'wait'; nominalMs: number }
  | { kind: 'wait-for-next-step' }
  | { kind: 'sweep' }
  | { kind: 'answer'; who: number; answer: Exclude<RecipientAnswer, 'none'> }
  | { kind: 'sign-of-life' }
  /** A supporter at the console. */
  | { kind: 'act'; who: number; act: Act; standing: Standing }
  | { kind: 'carrier-accepts' }
  | { kind: 'carrier-fails' }
  | { kind: 'supporter-comes-on-shift' }
  | { kind: 'phone-stops'; who: number }

interface Beginning {
  ladder: readonly LadderStep[]
  order: AlertOrder
  pace: Pace
  rescuers: readonly { textable: boolean; callable: boolean }[]
  supporters: number
}

/** What one happening did, for rules that look at it from outside. */
interface Moment {
  happening: Happening
  now: number
  before: Alert
  after: Alert
  /** Who had been told when the moment began. */
  told: readonly string[]
  decisions: { command: AlertCommand; decision: AlertDecision; facts: AlertFacts }[]
  /** Texts and calls of the ladder in this moment, each with the recipient as they were then. */
  tellings: { recipient: Reachable; says: string; channel: string }[]
  /** Texts of the machine in this moment. */
  said: { recipient: Reachable; says: string; state: Alert['state'] }[]
  pending: readonly Step[]
}

class World {
  now = raisedAt
  alert: Alert = { state: 'open', version: 1, raisedAt, reason: 'silence' }
  ladderFromAt = raisedAt
  pending: Step[]
  texts: Text[] = []
  people: Reachable[] = []
  readonly begun: Beginning
  #moment!: Moment

  constructor(begun: Beginning) {
    this.begun = begun
    for (const [index, phone] of begun.rescuers.entries()) this.#join('rescuer', index + 1, phone)
    for (let count = 0; count < begun.supporters; count++)
      this.#join('supporter', 0, { textable: true, callable: true })
    this.pending = ladderRows(begun.ladder, raisedAt, begun.pace)
    // The alert is raised and its first steps are climbed in one transaction.
    this.#moment = this.#newMoment({ kind: 'sweep' })
    this.#climb()
  }

  happen(happening: Happening): Moment {
    this.#moment = this.#newMoment(happening)
    switch (happening.kind) {
      case 'wait':
        this.now += Math.round(happening.nominalMs / this.begun.pace)
        break
      case 'wait-for-next-step':
        this.now = Math.max(this.now, Math.min(...this.pending.map((step) => step.dueAt), this.now + 3_600_000))
        break
      case 'sweep':
        this.#climb()
        this.#reachClocks()
        break
      case 'answer': {
        const recipient = this.#heardBy(happening.who)
        if (recipient) this.#decide({ kind: 'answer', recipient, answer: happening.answer }, recipient)
        break
      }
      case 'sign-of-life':
        // The session of a closed alert is closed: no sign of life reaches the machine any more.
        if (this.alert.state !== 'closed') this.#decide({ kind: 'request-all-clear' })
        break
      case 'act':
        this.#act(happening.who, happening.act, happening.standing)
        break
      case 'carrier-accepts':
        for (const text of this.#nextQueued()) {
          text.status = 'accepted'
          this.#change(text.to, { told: true })
        }
        break
      case 'carrier-fails':
        for (const text of this.#nextQueued()) {
          text.status = 'failed'
          if (this.alert.state === 'open') this.#advance()
        }
        break
      case 'supporter-comes-on-shift':
        this.#join('supporter', 0, { textable: true, callable: true })
        break
      case 'phone-stops': {
        const one = this.people[happening.who % Math.max(1, this.people.length)]
        if (one) this.#change(one.id, { textable: false, callable: false })
      }
    }
    this.#moment.after = this.alert
    this.#moment.pending = [...this.pending]
    this.#moment.now = this.now
    return this.#moment
  }

  #act(who: number, act: Act, standing: Standing): void {
    const supporters = this.people.filter((one) => one.kind === 'supporter')
    const actor = supporters[who % Math.max(1, supporters.length)]
    const other = supporters.at(-1)
    if (!actor || !other) return
    const by = { kind: actor.kind, id: actor.id }
    const to = { kind: other.kind, id: other.id }
    if (act === 'escalate') this.#decide({ kind: 'escalate' })
    else if (act === 'take-over') this.#decide({ kind: 'take-over', by: { id: actor.id, standing } }, actor)
    else if (act === 'all-clear' || act === 'all-clear: safe')
      this.#decide({
        kind: 'all-clear',
        by: { id: actor.id, standing },
        outcome: act === 'all-clear' ? 'rescued' : 'safe',
      })
    else this.#decide(act === 'hand-over' ? { kind: 'hand-over', by, to } : { kind: act, by })
  }

  #newMoment(happening: Happening): Moment {
    const { alert, now } = this
    const told = this.people.flatMap((one) => (one.told ? [one.id] : []))
    return { happening, now, before: alert, after: alert, told, decisions: [], tellings: [], said: [], pending: [] }
  }

  #join(kind: RecipientKind, position: number, phone: { textable: boolean; callable: boolean }): void {
    const id = `${kind}-${this.people.length}`
    this.people.push({ kind, id, position, told: false, answer: 'none', ...phone })
  }

  #change(id: string, change: Partial<Reachable>): void {
    this.people = this.people.map((one) => (one.id === id ? { ...one, ...change } : one))
  }

  /** Only who was sent something can answer it. */
  #heardBy(who: number): Reachable | undefined {
    const heard = this.people.filter((one) => one.told)
    return heard[who % Math.max(1, heard.length)]
  }

  #nextQueued(): Text[] {
    return this.texts.filter((text) => text.status === 'queued').slice(0, 1)
  }

  #facts() {
    return {
      anythingSent: this.texts.some((text) => text.status === 'accepted'),
      supporterTold: this.people.some((one) => one.kind === 'supporter' && one.lastTextAt !== undefined),
    }
  }

  #decide(command: AlertCommand, speaker?: Reachable): void {
    const { pace } = this.begun
    const facts = this.#facts()
    const decision = decideAlert(this.alert, command, facts, this.now, pace)
    const former = this.alert.owner?.id
    this.#moment.decisions.push({ command, decision, facts })
    if (decision.kind === 'changed') this.alert = decision.alert
    if (decision.effects.some((effect) => effect.kind === 'cancel-messages'))
      for (const text of this.texts) if (text.status === 'queued') text.status = 'cancelled'
    for (const effect of decision.effects) this.#apply(effect, speaker, former)
  }

  #apply(effect: AlertEffect, speaker: Reachable | undefined, former: string | undefined): void {
    const { pace, ladder } = this.begun
    switch (effect.kind) {
      case 'record-answer':
        if (speaker) this.#change(speaker.id, { answer: effect.answer })
        return
      case 'forget-owner-answer':
        this.#change(effect.owner.id, { answer: 'none' })
        return
      case 'stop-ladder':
        this.#cancel('ladder', 'repeat')
        return
      case 'resume-ladder':
        this.#cancel('ladder', 'repeat', 'duty', 'request')
        this.ladderFromAt = this.now
        this.pending.push(...resumeRows(ladder, this.now, pace))
        return
      case 'advance-ladder':
        this.#advance()
        return
      case 'schedule':
        this.#cancel(effect.step)
        this.pending.push({ kind: effect.step, dueAt: effect.dueAt })
        return
      case 'closed':
        this.#cancel('ladder', 'repeat', 'duty', 'request')
        return
      case 'tell':
        for (const one of this.people) {
          const isOne =
            effect.whom === 'owner'
              ? one.id === this.alert.owner?.id
              : effect.whom === 'former-owner'
                ? one.id === former
                : effect.whom === 'going'
                  ? one.answer === 'going'
                  : one.told && (effect.whom === 'told' || one.kind === 'supporter')
          if (isOne && one.id !== speaker?.id) this.#say(one, effect.text)
        }
        return
      case 'answer':
        if (speaker) this.#say(speaker, effect.text)
        return
      case 'tell-everyone':
        this.#tell({ to: 'everyone', channel: 'text' })
        return
      case 'cancel-messages':
        return
    }
  }

  #say(recipient: Reachable, says: string): void {
    this.texts.push({ to: recipient.id, says, at: this.now, status: 'queued' })
    this.#moment.said.push({ recipient, says, state: this.alert.state })
  }

  #cancel(...kinds: Step['kind'][]): void {
    this.pending = this.pending.filter((step) => !kinds.includes(step.kind))
  }

  #advance(): void {
    const next = this.#ladder()
      .filter((row) => row.dueAt > this.now && row.step.channel !== 'console')
      .sort((a, b) => a.position - b.position)[0]
    if (next) next.dueAt = this.now
  }

  #ladder(): Extract<LadderRow, { kind: 'ladder' }>[] {
    return this.pending.filter((step) => step.kind === 'ladder')
  }

  #climb(): void {
    const { order, pace } = this.begun
    const due = this.pending
      .filter((step) => step.kind === 'ladder' || step.kind === 'repeat')
      .filter((step) => step.dueAt <= this.now)
    if (this.alert.state !== 'open') {
      this.pending = this.pending.filter((step) => !due.includes(step as LadderRow))
      return
    }
    const queue = due.sort((a, b) => a.dueAt - b.dueAt || a.position - b.position)
    const waiting = this.#ladder()
      .filter((step) => step.dueAt > this.now)
      .sort((a, b) => a.position - b.position)
    for (let row = queue.shift(); row; row = queue.shift()) {
      const done = row
      this.pending = this.pending.filter((step) => step !== done)
      const toCome = waiting.map((one) => one.step)
      const step =
        row.kind === 'ladder' ? row.step : ({ to: repeatAudience(row.position, toCome), channel: 'text' } as const)
      const told = this.#tell(step)
      if (row.kind === 'repeat') {
        let next = nextRepeat(row.position + 1, this.ladderFromAt, pace)
        while (next.dueAt <= this.now) next = nextRepeat(next.position + 1, this.ladderFromAt, pace)
        this.pending.push(next)
      }
      const silent = resolveStep(step, order, this.people, Number.MAX_SAFE_INTEGER, pace).length === 0
      if (row.kind === 'ladder' && told === 0 && step.channel !== 'console' && silent)
        queue.push(...waiting.splice(0, 1))
    }
  }

  #tell(step: Parameters<typeof resolveStep>[0]): number {
    const tellings = resolveStep(step, this.begun.order, this.people, this.now, this.begun.pace)
    for (const { recipient, channel, text } of tellings) {
      this.#moment.tellings.push({ recipient, says: text, channel })
      if (channel === 'call') continue
      this.texts.push({ to: recipient.id, says: text, at: this.now, status: 'queued' })
      this.#change(recipient.id, { lastTextAt: this.now })
    }
    return tellings.length
  }

  #reachClocks(): void {
    for (const step of this.pending.filter((one) => one.kind === 'duty' || one.kind === 'request')) {
      if (step.dueAt > this.now || !this.pending.includes(step)) continue
      this.#decide({ kind: step.kind === 'duty' ? 'reach-duty' : 'reach-request' })
      this.pending = this.pending.filter((one) => one !== step)
    }
  }
}

const audiences: LadderAudience[] = ['first', 'supporters', 'rescuers', 'everyone']
const steps: fc.Arbitrary<LadderStep> = fc.record({
  afterSeconds: fc.integer({ min: 0, max: 900 }),
  to: fc.constantFrom(...audiences),
  channel: fc.constantFrom('text' as const, 'call' as const, 'console' as const),
})
const beginnings: fc.Arbitrary<Beginning> = fc.record({
  ladder: fc.oneof({ weight: 2, arbitrary: fc.constant(defaultLadder) }, fc.array(steps, { maxLength: 5 })),
  order: fc.constantFrom<AlertOrder>('rescuers-first', 'supporters-first', 'both'),
  pace: fc.constantFrom(1, 10, 60),
  rescuers: fc.array(fc.record({ textable: fc.boolean(), callable: fc.boolean() }), { maxLength: 4 }),
  supporters: fc.integer({ min: 0, max: 2 }),
})
const who = fc.integer({ min: 0, max: 5 })
const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Happening>({ kind: 'sweep' }) },
  { weight: 4, arbitrary: fc.constant<Happening>({ kind: 'carrier-accepts' }) },
  { weight: 3, arbitrary: fc.constant<Happening>({ kind: 'wait-for-next-step' }) },
  fc.integer({ min: 0, max: 400_000 }).map((nominalMs): Happening => ({ kind: 'wait', nominalMs })),
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        who,
        fc.constantFrom('going' as const, 'cannot' as const, 'there' as const, 'safe' as const, 'left' as const),
      )
      .map(([who, answer]): Happening => ({ kind: 'answer', who, answer })),
  },
  fc.constant<Happening>({ kind: 'sign-of-life' }),
  fc
    .tuple(
      who,
      fc.constantFrom<Act>(
        'progress',
        'progress',
        'hand-over',
        'escalate',
        'stand-down',
        'take-over',
        'take-over',
        'all-clear',
        'all-clear: safe',
      ),
      fc.constantFrom<Standing>('answers', 'acts', 'away'),
    )
    .map(([who, act, standing]): Happening => ({ kind: 'act', who, act, standing })),
  fc.constant<Happening>({ kind: 'carrier-fails' }),
  fc.constant<Happening>({ kind: 'supporter-comes-on-shift' }),
  who.map((who): Happening => ({ kind: 'phone-stops', who })),
)
const walks = fc.tuple(beginnings, fc.array(happenings, { maxLength: 30, size: 'max' })).map(([beginning, list]) => {
  const world = new World(beginning)
  return { world, moments: list.map((happening) => world.happen(happening)) }
})

const isComing = (answer: RecipientAnswer) => answer === 'going' || answer === 'there'
const isAway = (answer: RecipientAnswer) => answer === 'cannot' || answer === 'left'

/** Each holds at every moment of every walk. */
const rules: Record<string, (moments: readonly Moment[], world: World) => void> = {
  'an alert that is not closed always has its next step': (moments) => {
    for (const { after, pending } of moments) {
      if (after.state === 'closed') continue
      expect(pending.length).toBeGreaterThan(0)
      if (after.state === 'owned') expect(pending).toContainEqual({ kind: 'duty', dueAt: after.dutyUntilAt })
      if (after.requestLapsesAt !== undefined)
        expect(pending).toContainEqual({ kind: 'request', dueAt: after.requestLapsesAt })
    }
  },

  'whatever ends an alert says so by a word of the one list, and no other decision bears such a word': (moments) => {
    for (const { decisions } of moments)
      for (const { decision } of decisions)
        expect(endingWords.some((word) => word === decision.outcome)).toBe(
          decision.kind === 'changed' && decision.alert.state === 'closed',
        )
  },

  'unowned, the ladder has no last repeat, unless a request holds it for a while': (moments) => {
    for (const { after, pending } of moments)
      if (after.state === 'open' && after.requestLapsesAt === undefined)
        expect(pending.filter((step) => step.kind === 'repeat').length).toBe(1)
  },

  'an owner, or a request, has one clock and no ladder climbs beside it': (moments) => {
    for (const { after, pending } of moments) {
      const kinds = pending.map((step) => step.kind)
      expect(kinds.filter((kind) => kind === 'duty').length).toBe(after.state === 'owned' ? 1 : 0)
      expect(kinds.filter((kind) => kind === 'request').length).toBe(after.requestLapsesAt === undefined ? 0 : 1)
      if (after.state === 'owned' || after.requestLapsesAt !== undefined)
        expect(kinds.filter((kind) => kind === 'ladder' || kind === 'repeat')).toEqual([])
    }
  },

  'a closed alert never changes, plans nothing, and tells nobody but who writes late': (moments) => {
    for (const { before, after, pending, tellings, said } of moments) {
      if (after.state === 'closed') expect(pending).toEqual([])
      if (before.state !== 'closed') continue
      expect(after).toBe(before)
      expect(tellings).toEqual([])
      expect(said.filter(({ says }) => says !== 'late-reply')).toEqual([])
    }
  },

  'who is going or there is not asked again': (moments) => {
    for (const { tellings } of moments)
      expect(tellings.filter(({ recipient }) => isComing(recipient.answer))).toEqual([])
  },

  'who cannot, has left or cannot be reached is not told by a step': (moments) => {
    for (const { tellings } of moments)
      for (const { recipient, channel } of tellings) {
        expect(isAway(recipient.answer)).toBe(false)
        expect(channel === 'call' ? recipient.callable : recipient.textable).toBe(true)
      }
  },

  "nobody is sent home before the close or the owner's own word": (moments) => {
    for (const { said, before, decisions } of moments)
      for (const { says, state, recipient } of said) {
        if (says === 'stand-down') {
          const [first] = decisions
          expect(first?.command.kind === 'stand-down' && first.command.by.id).toBe(before.owner?.id)
        }
        if (says === 'all-clear' || says === 'safe-noted-closed') expect(state).toBe('closed')
        // That a supporter owns it stops supporters, and never a rescuer who may be going.
        if (says === 'supporter-owns') expect(recipient.kind).toBe('supporter')
      }
  },

  'every close has a human behind it, or nothing was sent': (moments) => {
    for (const moment of moments)
      for (const { command, decision, facts } of moment.decisions) {
        if (decision.kind !== 'changed' || decision.alert.state !== 'closed') continue
        // A supporter or an operator says how it ended.
        if (command.kind === 'all-clear') continue
        if (command.kind !== 'answer') {
          expect(command.kind).toBe('request-all-clear')
          expect(facts.anythingSent).toBe(false)
          continue
        }
        expect(command.answer).toBe('safe')
        const { recipient } = command
        const arrived = recipient.answer === 'there' && moment.before.owner?.kind !== 'supporter'
        expect(recipient.kind === 'supporter' || moment.before.requestedAt !== undefined || arrived).toBe(true)
      }
  },

  'what a supporter has nobody takes or closes from the console but they, or who answers for the service': (
    moments,
  ) => {
    for (const { before, decisions } of moments)
      for (const { command, decision } of decisions) {
        if (command.kind !== 'take-over' && command.kind !== 'all-clear') continue
        if (decision.kind === 'unchanged' || before.owner?.id === command.by.id) continue
        expect(command.by.standing).not.toBe('away')
        if (before.owner?.kind === 'supporter') expect(command.by.standing).toBe('answers')
      }
  },

  'a rescuer from whom it is taken over is told, keeps going and is not sent home': (moments) => {
    for (const { before, after, decisions, said } of moments) {
      if (!decisions.some(({ decision }) => decision.outcome === 'takenOver')) continue
      expect(after.owner?.kind).toBe('supporter')
      const former = said.filter(({ recipient }) => recipient.id === before.owner?.id)
      expect(former.map(({ says }) => says)).toEqual([
        before.owner?.kind === 'rescuer' ? 'already-claimed' : 'supporter-owns',
      ])
      // What they said stays: going, there, or that the person is safe.
      if (before.owner?.kind === 'rescuer') expect(['going', 'there', 'safe']).toContain(former[0]?.recipient.answer)
    }
  },

  'everyone who heard of it hears of the close': (moments) => {
    for (const { decisions, told, said, happening } of moments) {
      if (!decisions.some(({ decision }) => decision.kind === 'changed' && decision.outcome === 'closed')) continue
      expect(['answer', 'act']).toContain(happening.kind)
      const heard = said.filter(({ says }) => says === 'safe-noted-closed' || says === 'all-clear')
      expect(heard.map(({ recipient }) => recipient.id).sort()).toEqual([...told].sort())
    }
  },

  'an owner is the one who said so, and duty is at most five minutes': (moments, world) => {
    for (const { after, now } of moments) {
      expect(after.owner !== undefined && after.ownedAt !== undefined).toBe(
        after.state === 'owned' || (after.state === 'closed' && after.owner !== undefined),
      )
      if (after.state === 'owned')
        expect((after.dutyUntilAt ?? Number.POSITIVE_INFINITY) - now).toBeLessThanOrEqual(paced(300, world.begun.pace))
    }
  },

  'where a supporter was told, no rescuer owns it': (moments) => {
    for (const { before, after, decisions } of moments)
      if (before.state === 'open' && after.state === 'owned' && after.owner?.kind === 'rescuer')
        expect(decisions.every(({ facts }) => !facts.supporterTold)).toBe(true)
  },

  'every change is one version further, and what is no change has the same version': (moments) => {
    for (const { before, after, decisions } of moments)
      expect(after.version).toBe(
        before.version + decisions.filter(({ decision }) => decision.kind === 'changed').length,
      )
  },

  'silence escalates: within ten minutes without a human word, all who can be asked are told again': (
    _moments,
    world,
  ) => {
    if (world.alert.state === 'closed') return
    const from = world.now
    const untilAt = from + paced(600, world.begun.pace)
    for (let look = 0; look < 60 && world.now <= untilAt; look++) {
      world.happen({ kind: 'sweep' })
      expect(world.pending.length).toBeGreaterThan(0)
      world.happen({ kind: 'wait-for-next-step' })
    }
    expect(world.now).toBeGreaterThan(untilAt)
    for (const one of world.people) {
      if (!one.textable || isComing(one.answer) || isAway(one.answer)) continue
      expect(world.texts.filter((t) => t.to === one.id && t.at >= from && /^(first|again)$/.test(t.says))).not.toEqual(
        [],
      )
    }
  },
}

describe('in every walk of an alert', () => {
  test.each(Object.entries(rules))('%s', (_rule, holds) => {
    fc.assert(
      fc.property(walks, ({ world, moments }) => holds(moments, world)),
      { numRuns },
    )
  })

  test('the walks go everywhere: every state hears every answer, and every outcome comes', () => {
    const heard = new Set<string>()
    for (const { moments } of fc.sample(walks, { numRuns: 3_000, seed: 4_821 }))
      for (const { before, decisions, tellings } of moments) {
        for (const { command, decision } of decisions) {
          heard.add(`${before.state} ${command.kind === 'answer' ? command.answer : command.kind}`)
          heard.add(decision.outcome)
        }
        for (const { says, channel } of tellings) heard.add(`${says} ${channel}`)
      }
    const states = ['open', 'owned', 'closed']
    const answers = ['going', 'cannot', 'there', 'safe', 'left']
    const expected = [
      ...states.flatMap((state) => answers.map((answer) => `${state} ${answer}`)),
      ...['open request-all-clear', 'owned request-all-clear', 'owned reach-duty', 'open reach-request'],
      ...['owned reach-request', 'first text', 'again text', 'first call', 'again call'],
      ...['claimed', 'renewed', 'recorded', 'released', 'reported', 'closed', 'cancelledAlert', 'requestedAllClear'],
      ...['lapsed', 'tooLate', 'handedOver', 'escalated', 'stoodDown', 'notOwner', 'takenOver', 'notOnShift'],
      ...['open take-over', 'owned take-over', 'closed take-over'],
    ]
    expect(expected.filter((one) => !heard.has(one))).toEqual([])
  })
})
