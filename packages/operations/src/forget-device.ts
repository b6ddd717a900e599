import { createHash } from 'node:crypto'
import {
  deletePlan,
  findPlansOfDevice,
  findRunningSession,
  forgetDevice as forget,
  loadDeviceToForget,
  loadPlanForUpdate,
  readClock,
  recordJournal,
} from '@stillhere/persistence'
import { actingForOwnerOf } from './acting-for.ts'
import { type Answer, answer, type OperationContext, refuse } from './context.ts'

/**
 * A phone was lost: whoever holds the code written down at its start ends its credential and deletes its plans and their
 * rescuers. Refused while a session runs or an alert is open, so that no code can take a watch away. A session under
 * duress looks ended, and its alert has its own snapshot of the plan: nothing here betrays or stops it.
 */
export async function forgetDevice(ctx: OperationContext, input: { code: string }): Promise<Answer> {
  const forgetHash = createHash('sha256').update(input.code).digest()
  const acting = await actingForOwnerOf(ctx, 'forgetCode', forgetHash)
  if (!acting) return refuse('not_found')
  return acting.db.transaction(async (tx) => {
    const device = await loadDeviceToForget(tx, forgetHash)
    if (!device) return refuse('not_found')
    // The plans are locked before a look at sessions: a start locks its plan too.
    const plans = await findPlansOfDevice(tx, device.id)
    for (const { id } of plans) await loadPlanForUpdate(tx, device.id, id)
    if (await findRunningSession(tx, device.id)) return refuse('session_running')
    const now = await readClock(tx)
    for (const { id } of plans) await deletePlan(tx, id, now)
    await forget(tx, device.id, now)
    await recordJournal(tx, [
      { organisationId: device.organisationId, at: now, kind: 'device-forgotten', actor: { kind: 'person' } },
    ])
    return answer(200, {})
  })
}
