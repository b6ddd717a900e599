import { findSupporterBrief, readClock, recordJournal, recordOpened, touchSessions } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { findAlertFor } from './alert-view.ts'

/** The plan, sealed to the caller's browser. Every view is an event that the person can see. */
export async function getBrief(ctx: OperationContext, caller: Caller, alertId: string): Promise<Answer> {
  let changed: { id: string; version: number }[] = []
  const given = await ctx.db.transaction(async (tx) => {
    changed = []
    const alert = await findAlertFor(tx, caller, alertId)
    if (!alert) return refuse('not_found')
    if (alert.state === 'closed') return refuse('gone')
    const brief = await findSupporterBrief(tx, alertId, caller.id)
    // A supporter who lost or handed over the alert keeps no way to the plan.
    if (!brief?.sealed || alert.owner?.id !== caller.id) return refuse('not_found')
    // The session before anything of its alert, as everywhere. The first opening is news to whoever watches.
    if (!brief.opened) changed = await touchSessions(tx, [alert.sessionId])
    const now = await readClock(tx)
    await recordOpened(tx, brief.id, now)
    await recordJournal(tx, [
      {
        organisationId: alert.organisationId,
        at: now,
        kind: 'brief-opened',
        sessionId: alert.sessionId,
        alertId,
        actor: { kind: 'supporter', id: caller.id },
      },
    ])
    return answer(200, { brief: { recipientId: caller.id, sealed: brief.sealed } })
  })
  ctx.wake.changed(changed)
  return given
}
