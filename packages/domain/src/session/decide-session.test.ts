import { describe, expect, test } from 'vitest'
import { bounds } from '../bounds.ts'
import { defaultPrompts } from '../prompts.ts'
import { decideSession } from './decide-session.ts'
import type { Session, SessionCommand, SessionDecision, SessionEffect } from './session.ts'

/** Seconds after the start → the instant. */
const at = (seconds: number): number => 1_800_000_000_000 + seconds * 1_000

/** Started at 0 with 2 min, then 5 min; silence counts at 120 s, the alert is due at 180 s. */
const counting: Session = {
  state: 'counting',
  version: 7,
  startedAt: at(0),
  anchorAt: at(0),
  rhythm: [120, 300],
  prompts: defaultPrompts,
  deadlineAt: at(120),
  alertAt: at(180),
  lastPressAt: at(0),
  raised: false,
  quiet: false,
}
const prompting: Session = { ...counting, state: 'prompting' }
/** A supporter raised it 60 s after the start. */
const raised: Session = { ...prompting, raised: true, deadlineAt: at(60), alertAt: at(70) }
const alerting: Session = { ...counting, state: 'alerting' }

/** Every state, and where the clock makes a difference, every side of it. */
const situations: Record<string, { session: Session; now: number }> = {
  counting: { session: counting, now: at(60) },
  'counting, deadline passed': { session: counting, now: at(130) },
  'counting, alert passed': { session: counting, now: at(200) },
  prompting: { session: prompting, now: at(150) },
  'prompting, alert passed': { session: prompting, now: at(200) },
  raised: { session: raised, now: at(65) },
  'raised, alert passed': { session: raised, now: at(80) },
  alerting: { session: alerting, now: at(200) },
  'alerting, quiet': { session: { ...alerting, quiet: true }, now: at(200) },
  closed: { session: { ...counting, state: 'closed', outcome: 'ended-safe' }, now: at(200) },
}

const commands: Record<string, SessionCommand> = {
  'check-in': { kind: 'check-in', pressedAgoMs: 0 },
  'stale check-in': { kind: 'check-in', pressedAgoMs: 43_200_000 },
  'using again': { kind: 'check-in', pressedAgoMs: 0, rhythm: [60] },
  'stale using again': { kind: 'check-in', pressedAgoMs: 43_200_000, rhythm: [30] },
  extend: { kind: 'extend', seconds: 100, version: 7 },
  'extend an older version': { kind: 'extend', seconds: 100, version: 6 },
  'extend too far': { kind: 'extend', seconds: bounds.countdown.maxSeconds + 61 },
  end: { kind: 'end' },
  help: { kind: 'help', quiet: false },
  'quiet help': { kind: 'help', quiet: true },
  raise: { kind: 'raise' },
  'reach-deadline': { kind: 'reach-deadline' },
  'alert-closed': { kind: 'alert-closed' },
}

const closed = 'refused session_closed'
const nothing = 'unchanged'
const notDue = 'refused notDueYet'
const asksAllClear = 'askedAllClear | request-all-clear'
const ended = 'ended → closed ended-safe | cancel-prompts'
const helped = (seconds: string) => `alerted → alerting ${seconds} | cancel-prompts, raise-alert help`
const hurt = (seconds: string) => `alerted → alerting ${seconds} quiet | cancel-prompts, raise-alert duress`
const opening = 'cancel-prompts, schedule-prompts opening+0'

/**
 * `outcome → next state, deadline / alert in seconds from now | effects`. What stands alone changed nothing.
 * The row of a situation names every command; the test below fails on a cell that is missing.
 */
const table: Record<string, Record<string, string>> = {
  counting: {
    'check-in': 'moved → counting 120/180',
    'stale check-in': nothing,
    'using again': 'moved → counting 60/120',
    'stale using again': nothing,
    extend: 'extended → counting 160/220',
    'extend an older version': 'refused stale_version',
    'extend too far': 'refused limit',
    end: ended,
    help: helped('60/120'),
    'quiet help': hurt('60/120'),
    raise: `opening → prompting 0/10 raised | ${opening}`,
    'reach-deadline': notDue,
    'alert-closed': notDue,
  },
  'counting, deadline passed': {
    'check-in': 'moved → counting 300/360',
    'stale check-in': nothing,
    'using again': 'moved → counting 60/120',
    'stale using again': nothing,
    extend: 'extended → counting 100/160',
    'extend an older version': 'refused stale_version',
    'extend too far': 'refused limit',
    end: ended,
    help: helped('-10/50'),
    'quiet help': hurt('-10/50'),
    raise: `opening → prompting -10/10 raised | ${opening}`,
    'reach-deadline': 'prompted → prompting -10/50 | schedule-prompts sound-10 louder+5 ring+15 opening+40',
    'alert-closed': notDue,
  },
  'counting, alert passed': {
    'check-in': 'moved → counting 300/360',
    'stale check-in': nothing,
    'using again': 'moved → counting 60/120',
    'stale using again': nothing,
    extend: 'extended → counting 100/160',
    'extend an older version': 'refused stale_version',
    'extend too far': 'refused limit',
    end: ended,
    help: helped('-80/-20'),
    'quiet help': hurt('-80/-20'),
    // A raise brings an alert nearer and never puts it off.
    raise: 'opening',
    'reach-deadline': 'alerted → alerting -80/-20 | cancel-prompts, raise-alert silence',
    'alert-closed': notDue,
  },
  prompting: {
    'check-in': 'stoppedOpening → counting 300/360 | cancel-prompts',
    'stale check-in': nothing,
    'using again': 'stoppedOpening → counting 60/120 | cancel-prompts',
    'stale using again': nothing,
    extend: 'extended → counting 100/160 | cancel-prompts',
    'extend an older version': 'refused stale_version',
    'extend too far': 'refused limit',
    end: ended,
    help: helped('-30/30'),
    'quiet help': hurt('-30/30'),
    raise: `opening → prompting -30/10 raised | ${opening}`,
    'reach-deadline': notDue,
    'alert-closed': notDue,
  },
  'prompting, alert passed': {
    'check-in': 'stoppedOpening → counting 300/360 | cancel-prompts',
    'stale check-in': nothing,
    'using again': 'stoppedOpening → counting 60/120 | cancel-prompts',
    'stale using again': nothing,
    extend: 'extended → counting 100/160 | cancel-prompts',
    'extend an older version': 'refused stale_version',
    'extend too far': 'refused limit',
    end: ended,
    help: helped('-80/-20'),
    'quiet help': hurt('-80/-20'),
    raise: 'opening',
    'reach-deadline': 'alerted → alerting -80/-20 | cancel-prompts, raise-alert silence',
    'alert-closed': notDue,
  },
  raised: {
    'check-in': 'stoppedOpening → counting 120/180 | cancel-prompts',
    'stale check-in': nothing,
    'using again': 'stoppedOpening → counting 60/120 | cancel-prompts',
    'stale using again': nothing,
    extend: 'extended → counting 100/160 | cancel-prompts',
    'extend an older version': 'refused stale_version',
    'extend too far': 'refused limit',
    end: ended,
    help: `${helped('-5/5 raised')}`,
    'quiet help': 'alerted → alerting -5/5 raised quiet | cancel-prompts, raise-alert duress',
    raise: 'opening',
    'reach-deadline': notDue,
    'alert-closed': notDue,
  },
  'raised, alert passed': {
    'check-in': 'stoppedOpening → counting 120/180 | cancel-prompts',
    'stale check-in': nothing,
    'using again': 'stoppedOpening → counting 60/120 | cancel-prompts',
    'stale using again': nothing,
    extend: 'extended → counting 100/160 | cancel-prompts',
    'extend an older version': 'refused stale_version',
    'extend too far': 'refused limit',
    end: ended,
    help: helped('-20/-10 raised'),
    'quiet help': 'alerted → alerting -20/-10 raised quiet | cancel-prompts, raise-alert duress',
    raise: 'opening',
    'reach-deadline': 'alerted → alerting -20/-10 raised | cancel-prompts, raise-alert raised',
    'alert-closed': notDue,
  },
  alerting: {
    'check-in': asksAllClear,
    'stale check-in': asksAllClear,
    'using again': asksAllClear,
    'stale using again': asksAllClear,
    extend: asksAllClear,
    'extend an older version': asksAllClear,
    'extend too far': asksAllClear,
    end: asksAllClear,
    help: 'alerted',
    'quiet help': 'alerted → alerting -80/-20 quiet',
    raise: 'alerted',
    'reach-deadline': notDue,
    'alert-closed': 'ended → closed all-clear',
  },
  'alerting, quiet': {
    'check-in': asksAllClear,
    'stale check-in': asksAllClear,
    'using again': asksAllClear,
    'stale using again': asksAllClear,
    extend: asksAllClear,
    'extend an older version': asksAllClear,
    'extend too far': asksAllClear,
    end: asksAllClear,
    help: 'alerted',
    'quiet help': 'alerted',
    raise: 'alerted',
    'reach-deadline': notDue,
    'alert-closed': 'ended → closed all-clear quiet',
  },
  closed: Object.fromEntries(Object.keys(commands).map((command) => [command, closed])),
}

const cells = Object.keys(situations).flatMap((situation) =>
  Object.keys(commands).map((command) => ({ situation, command })),
)

describe('every state × every command', () => {
  test.each(cells)('$situation: $command', ({ situation, command }) => {
    const { session, now } = situations[situation] as { session: Session; now: number }
    const expected = table[situation]?.[command]
    expect(expected, 'this cell of the table is missing').toBeTypeOf('string')
    expect(inWords(decideSession(session, commands[command] as SessionCommand, now, 1), now)).toBe(expected)
  })

  test('the table has no cell that nothing asks for', () => {
    const asked = new Set(cells.map(({ situation, command }) => `${situation}: ${command}`))
    const written = Object.entries(table).flatMap(([situation, row]) =>
      Object.keys(row).map((command) => `${situation}: ${command}`),
    )
    expect(written.filter((cell) => !asked.has(cell))).toEqual([])
  })
})

describe('a press', () => {
  const press = (session: Session, seconds: number, agoSeconds = 0, rhythm?: number[]) =>
    decideSession(
      session,
      { kind: 'check-in', pressedAgoMs: agoSeconds * 1_000, ...(rhythm ? { rhythm } : {}) },
      at(seconds),
      1,
    )
  const after = (decision: SessionDecision): Session => {
    if (decision.kind !== 'changed') throw new Error(`nothing changed: ${JSON.stringify(decision)}`)
    return decision.session
  }

  test('counts from when it was pressed, not from when it arrived', () => {
    expect(after(press(counting, 90, 20)).deadlineAt).toBe(at(70 + 120))
  })

  test('50 ms before the alert still stops it, when its transaction is the first', () => {
    const decision = decideSession(prompting, { kind: 'check-in', pressedAgoMs: 0 }, at(180) - 50, 1)
    expect(after(decision)).toMatchObject({ state: 'counting', alertAt: at(180) - 50 + 360_000 })
  })

  test('that is older than one that counted changes nothing, although it would reach further', () => {
    const shorter: Session = { ...counting, rhythm: [300, 60], deadlineAt: at(300), alertAt: at(360) }
    const later = after(press(shorter, 305))
    expect(later.deadlineAt).toBe(at(365))
    expect(press(later, 310, 12)).toEqual({ kind: 'unchanged', outcome: 'unchanged', effects: [] })
  })

  test('claiming to be from before the start counts as made at the start', () => {
    const later: Session = { ...counting, deadlineAt: at(30), alertAt: at(90) }
    expect(after(press(later, 20, 3_600)).deadlineAt).toBe(at(120))
  })

  test('during a raise counts when it is newer than what was known before', () => {
    expect(after(press({ ...raised, lastPressAt: at(40) }, 65, 10)).state).toBe('counting')
    expect(press({ ...raised, lastPressAt: at(40) }, 65, 25).kind).toBe('unchanged')
  })

  test('during a raise that reaches no further than now does not put the alert off', () => {
    expect(press({ ...raised, rhythm: [30] }, 65, 36).kind).toBe('unchanged')
  })

  test('"using again" starts the rhythm anew from the press', () => {
    const again = after(press(counting, 100, 10, [60, 240]))
    expect(again).toMatchObject({ anchorAt: at(90), rhythm: [60, 240], deadlineAt: at(150) })
    // 70 s after the anchor the second interval holds.
    expect(after(press(again, 160)).deadlineAt).toBe(at(160 + 240))
  })

  test('after the end of a watch of fixed length ends it safe, and before it counts as any other', () => {
    const watch: Session = { ...counting, endsAt: at(90) }
    expect(after(press(watch, 89)).state).toBe('counting')
    // What was pressed before the end and arrives after it does not end it.
    expect(after(press(watch, 95, 10)).state).toBe('counting')
    const over = press({ ...watch, state: 'prompting' }, 90)
    expect(over).toMatchObject({ outcome: 'ended', effects: [{ kind: 'cancel-prompts' }] })
    expect(after(over)).toMatchObject({ state: 'closed', outcome: 'ended-safe', version: 8 })
    // Silence at its end is silence: only an answer ends it.
    expect(decideSession(watch, { kind: 'reach-deadline' }, at(200), 1)).toMatchObject({ outcome: 'alerted' })
  })

  test('past the 12 h of a session buys a minute at a time', () => {
    const old: Session = { ...counting, deadlineAt: at(43_200), alertAt: at(43_260), lastPressAt: at(43_000) }
    expect(after(press(old, 43_190)).deadlineAt).toBe(at(43_190 + 300))
    expect(after(press(old, 43_200)).deadlineAt).toBe(at(43_260))
    expect(after(press(old, 50_000, 0, [1_800])).deadlineAt).toBe(at(50_060))
  })
})

describe('an extension', () => {
  const extend = (session: Session, seconds: number, now: number) =>
    decideSession(session, { kind: 'extend', seconds }, now, 1)

  test('may reach the end of the 12 h and not a second more', () => {
    const old: Session = { ...counting, deadlineAt: at(43_100), alertAt: at(43_160) }
    expect(extend(old, 100, at(43_000)).kind).toBe('changed')
    expect(extend(old, 101, at(43_000))).toEqual({ kind: 'refused', reason: 'limit' })
  })

  test('may leave two hours on the clock and not a second more', () => {
    expect(extend(counting, 7_200 - 120, at(0)).kind).toBe('changed')
    expect(extend(counting, 7_200 - 119, at(0))).toEqual({ kind: 'refused', reason: 'limit' })
  })

  test('is a sign of life: an older press that arrives later changes nothing', () => {
    const decision = extend(counting, 60, at(50))
    expect(decision.kind === 'changed' && decision.session.lastPressAt).toBe(at(50))
  })
})

test('the pace divides what is felt, and not how long ago a press was', () => {
  const fast: Session = { ...counting, deadlineAt: at(12), alertAt: at(18) }
  const decision = decideSession(fast, { kind: 'check-in', pressedAgoMs: 2_000 }, at(10), 10)
  expect(decision.kind === 'changed' && decision.session).toMatchObject({ deadlineAt: at(8 + 12), alertAt: at(8 + 18) })
  expect(decideSession(fast, { kind: 'raise' }, at(5), 10)).toMatchObject({ session: { alertAt: at(6) } })
  expect(decideSession(fast, { kind: 'extend', seconds: 100 }, at(5), 10)).toMatchObject({
    session: { deadlineAt: at(22) },
  })
})

test('a decision leaves the session it was given as it was', () => {
  const frozen = Object.freeze({ ...prompting })
  for (const command of Object.values(commands)) decideSession(frozen, command, at(200), 1)
  expect(frozen).toEqual(prompting)
})

function inWords(decision: SessionDecision, now: number): string {
  if (decision.kind === 'refused') return `refused ${decision.reason}`
  const effects = decision.effects.map((effect) => effectInWords(effect, now)).join(', ')
  const tail = effects ? ` | ${effects}` : ''
  if (decision.kind === 'unchanged') return `${decision.outcome}${tail}`
  const { session, outcome } = decision
  expect(session.version).toBe(8)
  const seconds = `${(session.deadlineAt - now) / 1_000}/${(session.alertAt - now) / 1_000}`
  const place = session.state === 'closed' ? session.outcome : seconds
  const marks = `${session.raised && session.state !== 'closed' ? ' raised' : ''}${session.quiet ? ' quiet' : ''}`
  return `${outcome} → ${session.state} ${place}${marks}${tail}`
}

function effectInWords(effect: SessionEffect, now: number): string {
  if (effect.kind === 'raise-alert') return `raise-alert ${effect.reason}`
  if (effect.kind !== 'schedule-prompts') return effect.kind
  const prompts = effect.prompts.map(({ kind, dueAt }) => {
    const seconds = (dueAt - now) / 1_000
    return `${kind}${seconds < 0 ? '' : '+'}${seconds}`
  })
  return `schedule-prompts ${prompts.join(' ')}`
}
