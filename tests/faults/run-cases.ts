import { type CaseContext, type CaseResult, type FaultCase, runCase } from './case.ts'
import { answerOfAStartLost } from './cases/f01-answer-of-a-start-lost.ts'
import { killedBeforeCommit } from './cases/f02-killed-before-commit.ts'
import { workerKilledInAStorm } from './cases/f03-worker-killed-in-a-storm.ts'
import { allWorkersDead } from './cases/f04-all-workers-dead.ts'
import { killedAfterAcceptance } from './cases/f06-killed-after-acceptance.ts'
import { killedBeforeTheRequest } from './cases/f07-killed-before-the-request.ts'
import { gatewayKilled } from './cases/f09-gateway-killed.ts'
import { redisKilled } from './cases/f10-redis-killed.ts'
import { redisFlushed } from './cases/f11-redis-flushed.ts'
import { redisFrozen } from './cases/f12-redis-frozen.ts'
import { noRedis } from './cases/f15-no-redis.ts'
import { postgresStopped } from './cases/f16-postgres-stopped.ts'
import { upgradeAndRollback } from './cases/f48-upgrade-and-rollback.ts'

/** Every row that is made so far, in the table's order. To add one: a file in cases/, a line here. */
export const CASES: readonly FaultCase[] = [
  answerOfAStartLost,
  killedBeforeCommit,
  workerKilledInAStorm,
  allWorkersDead,
  killedAfterAcceptance,
  killedBeforeTheRequest,
  gatewayKilled,
  redisKilled,
  redisFlushed,
  redisFrozen,
  noRedis,
  postgresStopped,
  upgradeAndRollback,
]

/** Runs cases, those that mostly wait beside one another, and answers in the table's order. */
export async function runCases(
  cases: readonly FaultCase[],
  context: CaseContext & { done: (result: CaseResult, fault: FaultCase) => void },
): Promise<CaseResult[]> {
  const results = new Map<string, CaseResult>()
  const one = async (fault: FaultCase) => {
    const result = await runCase(fault, context)
    results.set(fault.id, result)
    context.done(result, fault)
  }
  // Two at a time, and each begins when the other has its stack: starting is what costs.
  await Promise.all(cases.filter(({ waits }) => waits).map(one))
  for (const fault of cases.filter(({ waits }) => !waits)) await one(fault)
  return cases.flatMap(({ id }) => results.get(id) ?? [])
}
