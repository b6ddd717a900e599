import { createHash } from 'node:crypto'
import {
  deletePlan,
  findPlansOfDevice,
  findRunningSession,
  forgetDevice as forget,
  forgetPlansLater,
  loadDeviceToForget,
  loadPlanForUpdate,
  readClock,
  recordJournal,
} from '@stillhere/persistence'
import { actingForOwnerOf } from './acting-for.ts'
import { type Answer, answer, type OperationContext, refuse } from './context.ts'

/**
 * A phone was lost: whoever holds the code written down at its start ends its credential and deletes its plans and their
 * rescuers. Refused while a session runs or an alert is open, so that no code can take a watch away.
 *
 * Under duress a session looks ended, so nothing is refused and everything is answered as always; but whoever makes a person
 * hand over the code, or forget their phone, must not be able to take help away. The alert goes on, and the plan it came
 * from and its rescuers stay until the alert and the watch after it are over; then they go as they would have gone now.
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
    const needed = await forgetPlansLater(
      tx,
      plans.map(({ id }) => id),
      now,
    )
    for (const { id } of plans) if (!needed.has(id)) await deletePlan(tx, id, now)
    await forget(tx, device.id, now)
    await recordJournal(tx, [
      { organisationId: device.organisationId, at: now, kind: 'device-forgotten', actor: { kind: 'person' } },
    ])
    return answer(200, {})
  })
}
