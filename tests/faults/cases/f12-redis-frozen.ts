import type { FaultCase } from '../case.ts'
import { redisOutage } from './redis-outage.ts'

/** F12: Redis is frozen for 60 s: connections stand and nothing answers. No request waits longer than 1.5 s for it. */
export const redisFrozen: FaultCase = {
  id: 'F12',
  what: 'Redis is frozen for 60 s',
  waits: true,
  run: () =>
    redisOutage({
      ms: 60_000,
      begin: async (stack) => {
        stack.supervisor.signal('redis', 'SIGSTOP')
      },
      end: (stack) => {
        stack.supervisor.signal('redis', 'SIGCONT')
      },
    }),
}
