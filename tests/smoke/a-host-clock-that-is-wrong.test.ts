import { preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, afterEach, expect, test, vi } from 'vitest'

// Real time must pass here, so the service runs sixty times as fast.
const stack = await startStack({ pace: 60 })
afterAll(() => stack.close())
afterEach(() => vi.unstubAllGlobals())
stack.phones.allow(/AGAIN/)
stack.phones.allowCalls()

const RealDate = Date

/** What every process on this host reads from now on; monotonic clocks and the database's are right. */
function setHostClockOff(byMs: number): void {
  class WrongDate extends RealDate {
    constructor(...of: unknown[]) {
      if (of.length === 0) super(RealDate.now() + byMs)
      else super(...(of as [number]))
    }
    static override now(): number {
      return RealDate.now() + byMs
    }
  }
  vi.stubGlobal('Date', WrongDate)
}

test.for([30_000, -30_000])('C15: with the hosts’ clocks %d ms off, due times follow the database’s', async (byMs) => {
  const { person, rescuer } = await preparePerson(stack)
  setHostClockOff(byMs)
  const { deadlineAt, alertAt, startedAt } = await person.start({ countdownSeconds: 120 })
  expect(RealDate.parse(deadlineAt) - RealDate.parse(startedAt)).toBe(2_000)

  const { alert } = await person.sessionUntil('alerts', ({ state }) => state === 'alerting', 10_000)

  const lateMs = RealDate.parse(alert?.raisedAt ?? '') - RealDate.parse(alertAt)
  expect(lateMs).toBeGreaterThanOrEqual(0)
  expect(lateMs).toBeLessThan(2_000)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  const [prompt] = await stack.db.query<{ afterMs: number }>(
    `SELECT min(extract(epoch FROM s.done_at - p.deadline_at) * 1000)::float8 AS "afterMs"
     FROM app.steps s JOIN app.sessions p ON p.id = s.session_id WHERE p.id = $1 AND s.kind = 'prompt'`,
    [person.sessionId],
  )
  expect(prompt?.afterMs).toBeGreaterThanOrEqual(0)
  await rescuer.reply('1')
  await until('it is owned', async () => (await person.session()).alert?.state === 'owned')
  await rescuer.expectText('You are going')
})
