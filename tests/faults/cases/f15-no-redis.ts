import { type FaultCase, onFaultyStack, untilAt } from '../case.ts'

/** F15: there never was a Redis. Starts, check-ins, ends and alerts are as with it. */
export const noRedis: FaultCase = {
  id: 'F15',
  what: 'Redis was never started',
  run: () =>
    onFaultyStack({ pace: 10, redis: false }, async (_stack, crowd) => {
      const members = await crowd.join(200, 10)
      const alertAt = Date.now() + crowd.shortestMs + 200 * 22
      await crowd.startAllDueAt(members, alertAt)
      await Promise.all(members.filter((_, i) => i % 4 === 1).map((member) => crowd.end(member)))
      await Promise.all(members.filter((_, i) => i % 4 === 2).map((member) => crowd.checkIn(member)))
      await crowd.look()
      const last = Math.max(...members.map(({ history }) => Date.parse(history.seen.at(-1)?.session.alertAt ?? '')))
      await untilAt(last + 2_000)
      await crowd.untilTold(150, 10_000)
      const verdict = await crowd.check({ latenessMs: 2_000, firstTextMs: 10_000 })
      return { verdict, figures: `${verdict.alerts} alerts of 150, last first text after ${verdict.firstTextMaxMs} ms` }
    }),
}
