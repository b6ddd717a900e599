import { findOpenings, readClock } from '@stillhere/persistence'
import type { OperationContext } from '../../context.ts'
import { openStateAt } from './opening.ts'

/** An organisation whose supporters go home soon. */
export interface WindingDown {
  organisationId: string
  closesAt: string
  opensAt?: string
}

/** Which of these organisations wind down now. One query for any number of them. */
export async function readWindingDown(
  ctx: OperationContext,
  organisationIds: readonly string[],
): Promise<WindingDown[]> {
  const openings = await findOpenings(ctx.db, organisationIds)
  if (openings.length === 0) return []
  const now = await readClock(ctx.db)
  return openings.flatMap(({ id, ...organisation }) => {
    const { draining, closesAt, opensAt } = openStateAt(organisation, now)
    if (!draining || closesAt === undefined) return []
    const stamp = (at: number) => new Date(at).toISOString()
    return [
      { organisationId: id, closesAt: stamp(closesAt), ...(opensAt === undefined ? {} : { opensAt: stamp(opensAt) }) },
    ]
  })
}
