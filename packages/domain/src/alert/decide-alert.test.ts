import { describe, expect, test } from 'vitest'
import { cellsOf, type Row } from '../../tests/decision-table.ts'
import type {
  Alert,
  AlertCommand,
  AlertDecision,
  AlertEffect,
  AlertRecipient,
  Owner,
  RecipientKind,
  Standing,
} from './alert.ts'
import { decideAlert } from './decide-alert.ts'

const now = 1_800_000_000_000
const seconds = (n: number): number => now + n * 1_000
const dutySeconds: Record<RecipientKind, number> = { supporter: 120, rescuer: 300 }

const open: Alert = { state: 'open', version: 4, raisedAt: seconds(-90), reason: 'silence' }
const owned = (kind: RecipientKind, id: string): Alert => ({
  ...open,
  state: 'owned',
  owner: { kind, id },
  ownedAt: seconds(-40),
  dutyUntilAt: seconds(77),
})
const asked = (alert: Alert): Alert => ({ ...alert, requestedAt: seconds(-50), requestLapsesAt: seconds(70) })

/** Whose alert it is, seen from the one who speaks. */
const situations = {
  open: () => open,
  'open, asked': () => asked(open),
  'open, asked long ago': () => ({ ...open, requestedAt: seconds(-500) }),
  theirs: (speaker: AlertRecipient) => owned(speaker.kind, speaker.id),
  "a supporter's": () => owned('supporter', 'else'),
  "a rescuer's": () => owned('rescuer', 'else'),
  'theirs, asked': (speaker: AlertRecipient) => asked(owned(speaker.kind, speaker.id)),
  "a supporter's, asked": () => asked(owned('supporter', 'else')),
  "a rescuer's, asked": () => asked(owned('rescuer', 'else')),
  closed: (): Alert => ({ ...open, state: 'closed', outcome: 'safe' }),
} satisfies Record<string, (speaker: AlertRecipient) => Alert>
type Situation = keyof typeof situations

const speakers: Record<'supporter' | 'rescuer' | 'rescuer who is there', AlertRecipient> = {
  supporter: { kind: 'supporter', id: 'speaker', told: true, answer: 'none' },
  rescuer: { kind: 'rescuer', id: 'speaker', told: true, answer: 'none' },
  'rescuer who is there': { kind: 'rescuer', id: 'speaker', told: true, answer: 'there' },
}
type Speaker = keyof typeof speakers
type Answer = Extract<AlertCommand, { kind: 'answer' }>['answer']
type Facts = 'supporters told' | 'rescuers told'

const isOpen: Situation[] = ['open', 'open, asked', 'open, asked long ago']
const isOpenNotHeld: Situation[] = ['open', 'open, asked long ago']
const isElses: Situation[] = ["a supporter's", "a rescuer's", "a supporter's, asked", "a rescuer's, asked"]
const isAsked: Situation[] = [
  'open, asked',
  'open, asked long ago',
  'theirs, asked',
  "a supporter's, asked",
  "a rescuer's, asked",
]
const isTheirs: Situation[] = ['theirs', 'theirs, asked']
const rescuers: Speaker[] = ['rescuer', 'rescuer who is there']

const claims = (text: string) =>
  `records, says ${text}, stops the ladder, schedules duty, tells other-supporters supporter-owns`
const takesOver = 'schedules duty, tells former-owner already-claimed, tells other-supporters supporter-owns'
const closes =
  'closed → closed safe | records, says safe-noted-closed, cancels messages, stops the ladder, tells told all-clear, closes'
const reports = 'records, says safe-reported, tells owner safe-told-owner'

/** `outcome → next state | effects`; without an arrow the alert stays as it is. */
const answers: Row<{ situation: Situation; speaker: Speaker; answer: Answer; facts: Facts }>[] = [
  { when: { situation: 'closed' }, decision: 'tooLate | records, says late-reply' },

  // 1: the first supporter owns it; a rescuer only where no supporter was told.
  ...(['going', 'there'] as const).flatMap((answer) => {
    const text = answer === 'going' ? 'claim-confirmed' : 'there-noted'
    const noted = answer === 'going' ? 'going-noted' : 'there-noted'
    const claimed = `claimed → owned by the speaker, duty | ${claims(text)}`
    const claimedHeld = `claimed → owned by the speaker, duty, request in 70 | ${claims(text)}`
    return [
      { when: { situation: isOpenNotHeld, speaker: 'supporter', answer }, decision: claimed },
      { when: { situation: isOpenNotHeld, speaker: rescuers, answer, facts: 'rescuers told' }, decision: claimed },
      { when: { situation: 'open, asked', speaker: 'supporter', answer }, decision: claimedHeld },
      { when: { situation: 'open, asked', speaker: rescuers, answer, facts: 'rescuers told' }, decision: claimedHeld },
      {
        when: { situation: isOpen, speaker: rescuers, answer, facts: 'supporters told' },
        decision: `recorded | records, says ${noted}`,
      },
      {
        when: { situation: 'theirs', answer },
        decision: `renewed → owned by the speaker, duty | records, says ${text}, schedules duty`,
      },
      {
        when: { situation: 'theirs, asked', answer },
        decision: `renewed → owned by the speaker, duty, request in 70 | records, says ${text}, schedules duty`,
      },
    ] satisfies Row<{ situation: Situation; speaker: Speaker; answer: Answer; facts: Facts }>[]
  }),
  // A supporter's 1 takes it from a rescuer, who is told and keeps going; nobody's 1 takes it from a supporter.
  {
    when: { situation: "a rescuer's", speaker: 'supporter', answer: 'going' },
    decision: `takenOver → owned by the speaker, duty | records, says claim-confirmed, ${takesOver}`,
  },
  {
    when: { situation: "a rescuer's, asked", speaker: 'supporter', answer: 'going' },
    decision: `takenOver → owned by the speaker, duty, request in 70 | records, says claim-confirmed, ${takesOver}`,
  },
  {
    when: { situation: isElses, speaker: rescuers, answer: 'going' },
    decision: 'recorded | records, says already-claimed',
  },
  {
    when: { situation: ["a supporter's", "a supporter's, asked"], speaker: 'supporter', answer: 'going' },
    decision: 'recorded | records, says already-claimed',
  },
  { when: { situation: isElses, answer: 'there' }, decision: 'recorded | records, says there-noted' },

  // 2 and 9: the owner gives it back and the ladder resumes; anybody else's makes the next step due.
  ...(['cannot', 'left'] as const).flatMap((answer) => [
    {
      when: { situation: isTheirs, answer },
      decision: `released → open | records, says ${answer}-noted, resumes the ladder`,
    },
    { when: { situation: isOpen, answer }, decision: `recorded | records, says ${answer}-noted, advances the ladder` },
    { when: { situation: isElses, answer }, decision: `recorded | records, says ${answer}-noted` },
  ]),

  // 5 closes: when the person has asked, from a supporter, or from the rescuer who is there and no supporter owns it.
  { when: { situation: isAsked, answer: 'safe' }, decision: closes },
  {
    when: { situation: ['open', 'theirs', "a rescuer's"], speaker: 'supporter', answer: 'safe' },
    decision: closes,
  },
  // What another supporter owns is that supporter's to close.
  { when: { situation: "a supporter's", speaker: 'supporter', answer: 'safe' }, decision: `reported | ${reports}` },
  {
    when: { situation: ['open', 'theirs', "a rescuer's"], speaker: 'rescuer who is there', answer: 'safe' },
    decision: closes,
  },
  {
    // That they are there stays known.
    when: { situation: "a supporter's", speaker: 'rescuer who is there', answer: 'safe' },
    decision: 'reported | says safe-reported, tells owner safe-told-owner',
  },
  {
    when: { situation: ['open', "a supporter's", "a rescuer's"], speaker: 'rescuer', answer: 'safe' },
    decision: `reported | ${reports}`,
  },
  {
    when: { situation: 'theirs', speaker: 'rescuer', answer: 'safe' },
    decision: `reported → owned by the speaker, duty | ${reports}, schedules duty`,
  },
]

describe('every answer × every state × who speaks × what is known', () => {
  const cells = cellsOf(
    {
      situation: Object.keys(situations) as Situation[],
      speaker: Object.keys(speakers) as Speaker[],
      answer: ['going', 'there', 'cannot', 'left', 'safe'],
      facts: ['supporters told', 'rescuers told'],
    },
    answers,
  )
  test.each(cells)('$name', ({ cell, decision }) => {
    const speaker = speakers[cell.speaker]
    const alert = Object.freeze(situations[cell.situation](speaker))
    const facts = { anythingSent: true, supporterTold: cell.facts === 'supporters told' }
    const decided = decideAlert(alert, { kind: 'answer', recipient: speaker, answer: cell.answer }, facts, now, 1)
    expect(inWords(decided, alert, speaker.kind)).toBe(decision)
  })
})

type Whose = 'nobody' | 'a supporter' | 'a rescuer'
type Request = 'not asked' | 'asked' | 'asked long ago'
type Clock = 'a sign of life' | 'duty is not over' | 'duty is over' | 'the request is not over' | 'the request is over'
type Sent = 'nothing sent' | 'something sent'

/** A request that lapsed unconfirmed is over: the next sign of life is a new one. */
const notHeld: Request[] = ['not asked', 'asked long ago']
const isOwned: Whose[] = ['a supporter', 'a rescuer']
const holds = 'cancels messages, stops the ladder, tells told request-all-clear, schedules request in 120'

/** What the person and the clocks do. A closed alert has a test of its own below. */
const clocks: Row<{ owner: Whose; request: Request; command: Clock; sent: Sent }>[] = [
  {
    when: { command: 'a sign of life', sent: 'nothing sent' },
    decision: 'cancelledAlert → closed false-alarm | cancels messages, stops the ladder, closes',
  },
  {
    when: { command: 'a sign of life', sent: 'something sent', request: notHeld, owner: 'nobody' },
    decision: `requestedAllClear → open, request in 120 | ${holds}`,
  },
  {
    when: { command: 'a sign of life', sent: 'something sent', request: notHeld, owner: isOwned },
    decision: `requestedAllClear → owned, duty in 77, request in 120 | ${holds}`,
  },
  // Pressing again while the ladder is held does not hold it for longer.
  { when: { command: 'a sign of life', sent: 'something sent', request: 'asked' }, decision: 'requestedAllClear' },
  { when: { command: 'duty is not over' }, decision: 'notDueYet' },
  { when: { command: 'duty is over', owner: 'nobody' }, decision: 'notDueYet' },
  {
    when: { command: 'duty is over', owner: isOwned },
    decision: 'lapsed → open | forgets the owner, resumes the ladder',
  },
  { when: { command: 'the request is not over' }, decision: 'notDueYet' },
  { when: { command: 'the request is over', request: ['not asked', 'asked long ago'] }, decision: 'notDueYet' },
  {
    when: { command: 'the request is over', request: 'asked', owner: 'nobody' },
    decision: 'lapsed → open | resumes the ladder',
  },
  {
    when: { command: 'the request is over', request: 'asked', owner: isOwned },
    decision: 'lapsed → owned, duty in 77, request in 120 | tells owner request-all-clear, schedules request in 120',
  },
]

describe('every clock and every sign of life × every state', () => {
  const cells = cellsOf(
    {
      owner: ['nobody', 'a supporter', 'a rescuer'],
      request: ['not asked', 'asked', 'asked long ago'],
      command: ['a sign of life', 'duty is not over', 'duty is over', 'the request is not over', 'the request is over'],
      sent: ['nothing sent', 'something sent'],
    },
    clocks,
  )
  test.each(cells)('$name', ({ cell, decision }) => {
    const whose = cell.owner === 'nobody' ? open : owned(cell.owner === 'a supporter' ? 'supporter' : 'rescuer', 'else')
    let alert: Alert = whose
    if (cell.request === 'asked') alert = asked(whose)
    if (cell.request === 'asked long ago') alert = { ...whose, requestedAt: seconds(-500) }
    if (cell.command === 'duty is over' && alert.state === 'owned') alert = { ...alert, dutyUntilAt: now }
    if (cell.command === 'the request is over' && cell.request === 'asked') alert = { ...alert, requestLapsesAt: now }
    const kinds = {
      'a sign of life': 'request-all-clear',
      'duty is not over': 'reach-duty',
      'duty is over': 'reach-duty',
      'the request is not over': 'reach-request',
      'the request is over': 'reach-request',
    } as const
    const facts = { anythingSent: cell.sent === 'something sent', supporterTold: true }
    const decided = decideAlert(Object.freeze(alert), { kind: kinds[cell.command] }, facts, now, 1)
    expect(inWords(decided, alert)).toBe(decision)
  })

  test.each(['request-all-clear', 'reach-duty', 'reach-request'] as const)(
    'a closed alert does nothing at %s',
    (kind) => {
      for (const anythingSent of [true, false])
        expect(decideAlert(situations.closed(), { kind }, { anythingSent, supporterTold: false }, now, 1)).toEqual({
          kind: 'unchanged',
          outcome: 'tooLate',
          effects: [],
        })
    },
  )
})

type Acting = 'owned by nobody' | 'owned by who acts' | 'owned by somebody else' | 'closed'
type Act = 'progress' | 'hand-over' | 'escalate' | 'stand-down'

const isNotTheirs: Acting[] = ['owned by nobody', 'owned by somebody else']
const actsOnConsole: Row<{ acting: Acting; request: 'not asked' | 'asked'; act: Act }>[] = [
  { when: { acting: 'closed' }, decision: 'tooLate' },
  {
    when: { act: 'progress', acting: 'owned by who acts', request: 'not asked' },
    decision: 'renewed → owned by the speaker, duty | schedules duty',
  },
  {
    when: { act: 'progress', acting: 'owned by who acts', request: 'asked' },
    decision: 'renewed → owned by the speaker, duty, request in 70 | schedules duty',
  },
  { when: { act: 'progress', acting: isNotTheirs }, decision: 'recorded' },
  {
    when: { act: 'hand-over', acting: 'owned by who acts', request: 'not asked' },
    decision: 'handedOver → owned, duty | forgets the owner, schedules duty, tells owner handed-over',
  },
  {
    when: { act: 'hand-over', acting: 'owned by who acts', request: 'asked' },
    decision: 'handedOver → owned, duty, request in 70 | forgets the owner, schedules duty, tells owner handed-over',
  },
  // Nobody gives away what they do not have, and only the owner sends anybody home.
  { when: { act: ['hand-over', 'stand-down'], acting: isNotTheirs }, decision: 'notOwner' },
  { when: { act: 'stand-down', acting: 'owned by who acts' }, decision: 'stoodDown | tells going stand-down' },
  { when: { act: 'escalate', acting: 'owned by nobody' }, decision: 'escalated | advances the ladder' },
  {
    when: { act: 'escalate', acting: ['owned by who acts', 'owned by somebody else'] },
    decision: 'escalated | tells everyone',
  },
]

describe('every act on the console × every state', () => {
  const cells = cellsOf(
    {
      acting: ['owned by nobody', 'owned by who acts', 'owned by somebody else', 'closed'],
      request: ['not asked', 'asked'],
      act: ['progress', 'hand-over', 'escalate', 'stand-down'],
    },
    actsOnConsole,
  )
  const by: Owner = { kind: 'supporter', id: 'speaker' }
  const acts: Record<Act, AlertCommand> = {
    progress: { kind: 'progress', by },
    'hand-over': { kind: 'hand-over', by, to: { kind: 'supporter', id: 'next' } },
    escalate: { kind: 'escalate' },
    'stand-down': { kind: 'stand-down', by },
  }
  const alerts: Record<Acting, Alert> = {
    'owned by nobody': open,
    'owned by who acts': owned('supporter', 'speaker'),
    'owned by somebody else': owned('supporter', 'else'),
    closed: situations.closed(),
  }
  test.each(cells)('$name', ({ cell, decision }) => {
    const plain = alerts[cell.acting]
    const alert = Object.freeze(cell.request === 'asked' && plain.state !== 'closed' ? asked(plain) : plain)
    const facts = { anythingSent: true, supporterTold: true }
    const decided = decideAlert(alert, acts[cell.act], facts, now, 1)
    expect(inWords(decided, alert, 'supporter')).toBe(decision)
    if (decided.outcome === 'handedOver' && decided.kind === 'changed')
      expect(decided.alert).toMatchObject({ owner: { kind: 'supporter', id: 'next' }, ownedAt: now })
  })
})

type Whom = 'nobody' | 'themselves' | 'another supporter' | 'a rescuer' | 'closed'
type Final = 'take-over' | 'all-clear: safe' | 'all-clear: rescued'

const notTheirs: Whom[] = ['nobody', 'another supporter', 'a rescuer']
const closesAs = (outcome: string) =>
  `closed → closed ${outcome} | cancels messages, stops the ladder, tells told all-clear, closes`
const mayAct: Standing[] = ['acts', 'answers']

/** Whose alert it is × how the supporter stands to it: off shift and told nothing, one of those who act, or over them. */
const byStanding: Row<{ whose: Whom; standing: Standing; request: 'not asked' | 'asked'; act: Final }>[] = [
  { when: { whose: 'closed' }, decision: 'tooLate' },

  ...(['not asked', 'asked'] as const).flatMap((request) => {
    const owned = `owned by the speaker, duty${request === 'asked' ? ', request in 70' : ''}`
    return [
      {
        when: { act: 'take-over', whose: 'themselves', request },
        decision: `renewed → ${owned} | schedules duty`,
      },
      {
        when: { act: 'take-over', whose: 'nobody', standing: mayAct, request },
        decision: `claimed → ${owned} | records, stops the ladder, schedules duty, tells other-supporters supporter-owns`,
      },
      {
        when: { act: 'take-over', whose: 'a rescuer', standing: mayAct, request },
        decision: `takenOver → ${owned} | records, ${takesOver}`,
      },
      {
        when: { act: 'take-over', whose: 'another supporter', standing: 'answers', request },
        decision: `takenOver → ${owned} | records, schedules duty, forgets the owner, tells former-owner supporter-owns`,
      },
    ] satisfies Row<{ whose: Whom; standing: Standing; request: 'not asked' | 'asked'; act: Final }>[]
  }),
  { when: { act: 'take-over', whose: 'another supporter', standing: 'acts' }, decision: 'notOwner' },
  { when: { act: 'take-over', whose: notTheirs, standing: 'away' }, decision: 'notOnShift' },

  { when: { act: 'all-clear: safe', whose: 'themselves' }, decision: closesAs('safe') },
  { when: { act: 'all-clear: rescued', whose: 'themselves' }, decision: closesAs('rescued') },
  { when: { act: 'all-clear: safe', whose: ['nobody', 'a rescuer'], standing: mayAct }, decision: closesAs('safe') },
  {
    when: { act: 'all-clear: rescued', whose: ['nobody', 'a rescuer'], standing: mayAct },
    decision: closesAs('rescued'),
  },
  {
    when: { act: ['all-clear: safe', 'all-clear: rescued'], whose: ['nobody', 'a rescuer'], standing: 'away' },
    decision: 'notOnShift',
  },
  // What another supporter has is theirs to close; that the person is safe reaches them as a report.
  {
    when: { act: 'all-clear: safe', whose: 'another supporter', standing: ['acts', 'away'] },
    decision: 'reported | tells owner safe-told-owner',
  },
  { when: { act: 'all-clear: rescued', whose: 'another supporter', standing: ['acts', 'away'] }, decision: 'notOwner' },
  { when: { act: 'all-clear: safe', whose: 'another supporter', standing: 'answers' }, decision: closesAs('safe') },
  {
    when: { act: 'all-clear: rescued', whose: 'another supporter', standing: 'answers' },
    decision: closesAs('rescued'),
  },
]

describe('taking over and closing × every state × how a supporter stands to the alert', () => {
  const cells = cellsOf(
    {
      whose: ['nobody', 'themselves', 'another supporter', 'a rescuer', 'closed'],
      standing: ['answers', 'acts', 'away'],
      request: ['not asked', 'asked'],
      act: ['take-over', 'all-clear: safe', 'all-clear: rescued'],
    },
    byStanding,
  )
  const alerts: Record<Whom, Alert> = {
    nobody: open,
    themselves: owned('supporter', 'speaker'),
    'another supporter': owned('supporter', 'else'),
    'a rescuer': owned('rescuer', 'else'),
    closed: situations.closed(),
  }
  test.each(cells)('$name', ({ cell, decision }) => {
    const plain = alerts[cell.whose]
    const alert = Object.freeze(cell.request === 'asked' && plain.state !== 'closed' ? asked(plain) : plain)
    const by = { id: 'speaker', standing: cell.standing }
    const commands: Record<Final, AlertCommand> = {
      'take-over': { kind: 'take-over', by },
      'all-clear: safe': { kind: 'all-clear', by, outcome: 'safe' },
      'all-clear: rescued': { kind: 'all-clear', by, outcome: 'rescued' },
    }
    const facts = { anythingSent: true, supporterTold: true }
    const decided = decideAlert(alert, commands[cell.act], facts, now, 1)
    expect(inWords(decided, alert, 'supporter')).toBe(decision)
    if (decided.outcome === 'takenOver' && decided.kind === 'changed')
      expect(decided.alert).toMatchObject({ owner: { kind: 'supporter', id: 'speaker' }, ownedAt: now })
  })
})

test('the pace divides duty and the time of a request', () => {
  const facts = { anythingSent: true, supporterTold: false }
  const claimed = decideAlert(open, { kind: 'answer', recipient: speakers.rescuer, answer: 'going' }, facts, now, 10)
  expect(claimed).toMatchObject({ alert: { dutyUntilAt: seconds(30) } })
  const held = decideAlert(open, { kind: 'request-all-clear' }, facts, now, 10)
  expect(held).toMatchObject({ alert: { requestLapsesAt: seconds(12) } })
})

function inWords(decision: AlertDecision, before: Alert, speaker?: RecipientKind): string {
  const inSeconds = (at: number | undefined) => ((at ?? Number.NaN) - now) / 1_000
  const duty = (at: number | undefined) =>
    speaker && inSeconds(at) === dutySeconds[speaker] ? 'duty' : `duty in ${inSeconds(at)}`
  const effect = (one: AlertEffect): string => {
    switch (one.kind) {
      case 'answer':
        return `says ${one.text}`
      case 'record-answer':
        return 'records'
      case 'tell':
        return `tells ${one.whom} ${one.text}`
      case 'schedule':
        return `schedules ${one.step === 'duty' ? duty(one.dueAt) : `request in ${inSeconds(one.dueAt)}`}`
      case 'stop-ladder':
        return 'stops the ladder'
      case 'resume-ladder':
        return 'resumes the ladder'
      case 'advance-ladder':
        return 'advances the ladder'
      case 'tell-everyone':
        return 'tells everyone'
      case 'forget-owner-answer':
        expect(one.owner).toEqual(before.owner)
        return 'forgets the owner'
      case 'cancel-messages':
        return 'cancels messages'
      case 'closed':
        return 'closes'
    }
  }
  const tail = decision.effects.length > 0 ? ` | ${decision.effects.map(effect).join(', ')}` : ''
  if (decision.kind === 'unchanged') return `${decision.outcome}${tail}`

  const { alert } = decision
  expect(alert.version).toBe(before.version + 1)
  expect({ raisedAt: alert.raisedAt, reason: alert.reason }).toEqual({
    raisedAt: before.raisedAt,
    reason: before.reason,
  })
  // That the person asked is never forgotten: it lets a rescuer's 5 close the alert.
  if (before.requestedAt !== undefined) expect(alert.requestedAt).toBeGreaterThanOrEqual(before.requestedAt)
  if (alert.state === 'owned' && before.state === 'open')
    expect({ owner: alert.owner, ownedAt: alert.ownedAt }).toEqual({
      owner: { kind: speaker, id: 'speaker' },
      ownedAt: now,
    })
  if (alert.state === 'open')
    expect([alert.owner, alert.ownedAt, alert.dutyUntilAt]).toEqual([undefined, undefined, undefined])
  const words: string[] = [alert.state]
  if (alert.state === 'owned' && alert.owner?.id === 'speaker') words[0] = 'owned by the speaker'
  if (alert.state === 'closed') words[0] = `closed ${alert.outcome}`
  if (alert.dutyUntilAt !== undefined) words.push(duty(alert.dutyUntilAt))
  if (alert.requestLapsesAt !== undefined) words.push(`request in ${inSeconds(alert.requestLapsesAt)}`)
  return `${decision.outcome} → ${words.join(', ')}${tail}`
}
