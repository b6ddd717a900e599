import { type FaultCase, onFaultyStack, untilAt } from '../case.ts'

/** F3: one of two workers is killed in the middle of a storm. All fire once, at most 2 s late. */
export const workerKilledInAStorm: FaultCase = {
  id: 'F3',
  what: 'one of two workers is killed in the middle of a storm',
  run: ({ full }) =>
    onFaultyStack({ pace: full ? 2 : 10 }, async (stack, crowd) => {
      const count = full ? 20_000 : 600
      const members = await crowd.join(count, 10)
      const alertAt = Date.now() + crowd.shortestMs + count * 20
      await crowd.startAllDueAt(members, alertAt)
      const spare = alertAt - Date.now()
      if (spare < 500) throw new Error(`the starts took ${-spare} ms too long for a storm`)
      await untilAt(alertAt + 120)
      stack.kill('worker-1')
      await untilAt(alertAt + 3_000)
      await crowd.untilTold(count, full ? 240_000 : 30_000)
      const verdict = await crowd.check({ latenessMs: 2_000, firstTextMs: full ? 240_000 : 30_000 })
      return { verdict, figures: `${verdict.alerts} alerts, last first text after ${verdict.firstTextMaxMs} ms` }
    }),
}
