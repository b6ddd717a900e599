import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'
import { startRedis } from '../../packages/signals/tests/redis-server.ts'

const redis = await startRedis()
const stack = await startStack({ redisUrl: redis.url, workers: 2 })
afterAll(async () => {
  await stack.close()
  await redis[Symbol.asyncDispose]()
})
stack.phones.allowCalls()

/** Started now; its alert was raised in time, once, and its rescuer texted once. */
async function watched() {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  const expectAlertInTime = async () => {
    await stack.advanceTo(alertAt)
    await rescuer.expectText('SAFETY ALERT')
    await rescuer.expectText('What to do now')
    await rescuer.expectNothingMore()
    const rows = await stack.db.query<{ raised_at: number }>('SELECT raised_at FROM app.alerts WHERE session_id = $1', [
      person.sessionId,
    ])
    expect(rows).toHaveLength(1)
    const lateMs = (rows[0]?.raised_at ?? 0) - Date.parse(alertAt)
    expect(lateMs).toBeGreaterThanOrEqual(0)
    expect(lateMs).toBeLessThanOrEqual(2_000)
    await rescuer.reply('1')
    await rescuer.expectText('You are going')
    await rescuer.reply('4')
    await rescuer.expectText('You are there')
    await rescuer.reply('5')
    await rescuer.expectText('ALL CLEAR')
  }
  return { person, alertAt, expectAlertInTime }
}

test('C11: Redis is killed and comes back empty while sessions count: none loses its deadline', async () => {
  const before = await watched()
  await redis.kill()
  const without = await watched()
  await redis.restart()
  const after = await watched()

  for (const session of [before, without, after]) await session.expectAlertInTime()
})

test('C11: Redis is killed while the prompts run: the alert is in time', async () => {
  const session = await watched()
  await stack.advanceTo(Date.parse(session.alertAt) - 30_000)

  await redis.restart()

  await session.expectAlertInTime()
})

test('C11: Redis loses everything, and nobody is told: the alert is in time', async () => {
  const session = await watched()
  const live = await session.person.connectLive()

  await redis.empty()

  await session.expectAlertInTime()
  await live.next('session', ({ session: { alert } }) => alert?.state === 'closed', 10_000)
  await live.close()
})

test('C12: Redis answers nothing for 30 s across the alert: it is raised in time, and people are answered', async () => {
  const session = await watched()
  await stack.advanceTo(Date.parse(session.alertAt) - 15_000)

  redis.freeze()
  try {
    await session.expectAlertInTime()
    await stack.advance(15_000)
    const during = await watched()
    expect((await during.person.checkIn()).outcome).toBe('moved')
    await during.person.end()
  } finally {
    redis.thaw()
  }
})
