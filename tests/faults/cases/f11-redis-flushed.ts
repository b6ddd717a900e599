import { Redis } from 'ioredis'
import { type FaultCase, onFaultyStack, untilAt } from '../case.ts'

/** F11: every wake-up is lost without an error while sessions are pending. The sweep finds them all the same. */
export const redisFlushed: FaultCase = {
  id: 'F11',
  what: 'FLUSHALL while sessions are pending',
  run: ({ full }) =>
    onFaultyStack({ pace: 10 }, async (stack, crowd, broken) => {
      const count = full ? 1_000 : 400
      const members = await crowd.join(count, 10)
      const alertAt = Date.now() + crowd.shortestMs + count * 22
      await crowd.startAllDueAt(members, alertAt)
      const redis = new Redis(stack.redisUrl ?? '', { maxRetriesPerRequest: 1 })
      try {
        const lost = await redis.dbsize()
        if (lost < count / 2) broken.push(`there were only ${lost} keys to lose`)
        // Once with the deadlines still ahead, once while the alerts fall due.
        await redis.flushall()
        await untilAt(alertAt - 40)
        await redis.flushall()
      } finally {
        redis.disconnect()
      }
      await untilAt(alertAt + 2_500)
      await crowd.untilTold(count, 20_000)
      const verdict = await crowd.check({ latenessMs: 2_000, firstTextMs: 20_000 })
      return { verdict, figures: `${verdict.alerts} alerts, last first text after ${verdict.firstTextMaxMs} ms` }
    }),
}
