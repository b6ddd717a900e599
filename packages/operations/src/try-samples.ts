/**
 * H8: keys, plans and numbers that no longer belong together are found before an alert finds them. A worker that holds
 * another key for numbers than the one they were kept under texts nobody, and says so only when somebody is to be told.
 */
import { sampleNumbers, samplePlans } from '@stillhere/persistence'
import type { Inspector } from './check-saved.ts'
import type { OperationContext } from './context.ts'
import { pageOperator } from './page-operators.ts'

/**
 * Opens some plans and numbers with the keys of this process. What does not open is a trouble, and its organisation's
 * operator is paged with how many; no row is changed, because the fault may lie with this process alone.
 * @param limit plans, and numbers of each kind
 */
export async function trySamples(
  ctx: OperationContext,
  inspector: Pick<Inspector, 'inspectPlan' | 'opensNumber'>,
  limit: number,
): Promise<void> {
  const plans = await samplePlans(ctx.db, limit)
  // What an alert opens is the last version that could be opened.
  const shutPlans = await those(plans, async (plan) => {
    const { kind } = await inspector.inspectPlan({ ...plan, ...plan.good })
    return kind === 'refused'
  })
  const numbers = await sampleNumbers(ctx.db, limit)
  const shutNumbers = await those(numbers, async (one) => !(await inspector.opensNumber(one.rowId, one.destination)))
  if (shutPlans.length > 0) ctx.events.trouble('unreadablePlan', { reason: 'sample' })
  if (shutNumbers.length > 0) ctx.events.trouble('poisonRow', { reason: 'destination' })
  const shut = [...shutPlans, ...shutNumbers].map(({ organisationId }) => organisationId)
  for (const organisationId of new Set(shut)) {
    const count = shut.filter((one) => one === organisationId).length
    await pageOperator(ctx, organisationId, 'pager-keys', { count })
  }
}

async function those<Row>(rows: readonly Row[], is: (row: Row) => Promise<boolean>): Promise<Row[]> {
  const found: Row[] = []
  for (const row of rows) if (await is(row)) found.push(row)
  return found
}
