import { randomUUID } from 'node:crypto'
import type { SessionView } from '@stillhere/contracts'
import { expect, test } from 'vitest'
import { checkHistory } from './check-history.ts'
import { type CarrierText, type CommandRecord, History } from './history.ts'

const deadline = Date.parse('2030-01-01T00:02:00.000Z')
const at = (ms: number) => new Date(deadline + ms).toISOString()
const phone = '+447700900123'
const bounds = { latenessMs: 2_000, firstTextMs: 3_000 }
const nowAt = deadline + 60_000

const view = (fields: Partial<SessionView> = {}): SessionView => ({
  id: '0190a0a0-0000-7000-8000-000000000001',
  planId: '0190a0a0-0000-7000-8000-000000000002',
  kind: 'ordinary',
  company: 'timer-only',
  state: 'counting',
  version: 1,
  startedAt: at(-120_000),
  deadlineAt: at(-60_000),
  alertAt: at(0),
  ...fields,
})
const alerted = (raisedAfterMs: number, fields: Partial<SessionView> = {}): SessionView =>
  view({
    state: 'alerting',
    version: 3,
    alert: {
      id: '0190a0a0-0000-7000-8000-00000000000a',
      state: 'open',
      raisedAt: new Date(Date.parse(fields.alertAt ?? at(0)) + raisedAfterMs).toISOString(),
      told: [],
    },
    ...fields,
  })
const command = (kind: CommandRecord['kind'], session: SessionView): CommandRecord => ({
  kind,
  commandId: randomUUID(),
  askedAt: deadline - 100_000,
  answers: [{ at: deadline - 99_000, status: 200, session }],
  lostAnswers: 0,
})
const firstText = (afterMs: number, fields: Partial<CarrierText> = {}): CarrierText => ({
  sid: randomUUID(),
  to: phone,
  body: 'SAFETY ALERT 4821. The person who chose you has missed a check-in and may need help NOW.',
  direction: 'outbound-api',
  at: at(afterMs),
  ...fields,
})
function check(commands: CommandRecord[], seen: SessionView[], texts: CarrierText[], allowedResends = 0) {
  const history = new History()
  const session = history.open([phone])
  session.commands.push(...commands)
  session.seen.push(...seen.map((session) => ({ at: nowAt, session })))
  return checkHistory({ history, texts, nowAt, bounds, allowedResends })
}
const start = () => command('start', view())

test('finds nothing wrong where the alert came in time and its text followed', () => {
  const verdict = check([start()], [alerted(40)], [firstText(200)])
  expect(verdict).toMatchObject({
    missed: 0,
    early: 0,
    doubled: 0,
    lost: 0,
    latenessMaxMs: 40,
    alerts: 1,
    problems: [],
  })
})
test('sees a deadline that nobody acted upon', () => {
  expect(check([start()], [view({ state: 'prompting', version: 2 })], [])).toMatchObject({ missed: 1 })
})
test('sees an alert whose rescuer was not texted', () => {
  expect(check([start()], [alerted(40)], [])).toMatchObject({ missed: 1 })
})
test('sees an alert that came too late', () => {
  const verdict = check([start()], [alerted(2_500)], [firstText(2_600)])
  expect(verdict.latenessMaxMs).toBe(2_500)
  expect(verdict.problems).toEqual([expect.stringContaining('P2')])
})
test('sees an alert before its deadline', () => {
  expect(check([start()], [alerted(-5)], [firstText(200)])).toMatchObject({ early: 1 })
})
test('sees a text before the deadline', () => {
  expect(check([start()], [alerted(40)], [firstText(-10)])).toMatchObject({ early: 1 })
})
test('sees an acknowledged check-in that is gone', () => {
  const moved = command('check-in', view({ version: 2, alertAt: at(30_000) }))
  expect(check([start(), moved], [alerted(40)], [firstText(200)])).toMatchObject({ lost: 1 })
})
test('sees an alert in spite of an acknowledged end', () => {
  const end = command('end', view({ version: 2, state: 'closed', outcome: 'ended-safe' }))
  expect(check([start(), end], [alerted(40)], [firstText(200)]).early).toBe(1)
})
test('sees a session that was acknowledged and is nowhere', () => {
  expect(check([start()], [], [])).toMatchObject({ lost: 1 })
})
test('sees two alerts of one session, by their ids and by their codes', () => {
  const other = alerted(40)
  if (other.alert) other.alert = { ...other.alert, id: '0190a0a0-0000-7000-8000-00000000000b' }
  const second = firstText(300, { body: 'SAFETY ALERT 1234. The person who chose you …' })
  expect(check([start()], [alerted(40), other], [firstText(200), second])).toMatchObject({ doubled: 2 })
})
test('counts a first text that came twice, unless an unknown outcome allows it', () => {
  const texts = [firstText(200), firstText(900)]
  expect(check([start()], [alerted(40)], texts)).toMatchObject({ doubled: 1 })
  expect(check([start()], [alerted(40)], texts, 1)).toMatchObject({ doubled: 0 })
})
test('takes a command without an answer for what it is: done or not done', () => {
  const unanswered: CommandRecord = { ...start(), kind: 'check-in', answers: [], lostAnswers: 1 }
  const moved = { alertAt: at(5_000) }
  expect(check([start(), unanswered], [alerted(40)], [firstText(200)])).toMatchObject({ lost: 0, problems: [] })
  expect(check([start(), unanswered], [alerted(40, moved)], [firstText(5_200)])).toMatchObject({
    lost: 0,
    problems: [],
  })
})
test('sees one command answered in two ways', () => {
  const both = start()
  both.answers.push({ at: deadline, status: 200, session: view({ id: '0190a0a0-0000-7000-8000-000000000009' }) })
  expect(check([both], [alerted(40)], [firstText(200)]).problems).toHaveLength(1)
})
test('sees a text to a phone that may not be told', () => {
  const history = new History()
  history.silentPhones.add(phone)
  const { problems } = checkHistory({ history, texts: [firstText(10, { body: 'anything' })], nowAt, bounds })
  expect(problems).toEqual([expect.stringContaining('K6')])
})
test('sees a delivered text that is undelivered later, and an alert that closed by itself', () => {
  const history = new History()
  history.deliveries.set('x', [false, true, false])
  expect(checkHistory({ history, texts: [], nowAt, bounds }).problems).toEqual([expect.stringContaining('K7')])
  const closed = alerted(40)
  if (closed.alert) closed.alert.state = 'closed'
  expect(check([start()], [closed], [firstText(200)]).problems).toEqual([expect.stringContaining('K8')])
})
test('measures an alert that was asked for from when it was asked', () => {
  const asked = { ...command('help', alerted(0)), askedAt: deadline - 100_000 }
  const raised = alerted(-99_900)
  asked.answers = [{ at: deadline, status: 200, session: raised }]
  expect(check([start(), asked], [raised], [firstText(-99_000)])).toMatchObject({ early: 0, latenessMaxMs: 100 })
})
