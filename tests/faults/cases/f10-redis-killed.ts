import type { FaultCase } from '../case.ts'
import { redisOutage } from './redis-outage.ts'

/** F10: Redis is killed and away for 60 s. Nothing fires later, no command waits for it. */
export const redisKilled: FaultCase = {
  id: 'F10',
  what: 'Redis is killed and away for 60 s',
  waits: true,
  run: () =>
    redisOutage({
      ms: 60_000,
      begin: (stack) => stack.supervisor.hold('redis'),
      end: (stack) => stack.supervisor.release('redis'),
    }),
}
