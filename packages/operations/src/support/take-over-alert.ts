import { loadSessionsForUpdate } from '@stillhere/persistence'
import { type Answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { findAlertFor } from './alert-view.ts'
import { alreadyClaimed, commandAlert, decideFor, joinAlert } from './command-alert.ts'
import { standingOf } from './standing.ts'

/**
 * "I coordinate": a supporter takes it from a rescuer, who keeps going and is told; who answers for the service takes it
 * from another supporter too. What nobody has is claimed by it.
 */
export function takeOverAlert(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; alertId: string },
): Promise<Answer> {
  return commandAlert(ctx, caller, { ...input, what: 'take-over', payload: {} }, async (tx, seen) => {
    await loadSessionsForUpdate(tx, [seen.sessionId])
    const alert = (await findAlertFor(tx, caller, seen.id)) ?? seen
    if (alert.state === 'closed') return { refused: refuse('gone') }
    const by = await standingOf(tx, caller, alert)
    if (by.standing !== 'away') await joinAlert(tx, caller.id, alert)
    const applied = await decideFor(ctx, tx, caller, alert, { kind: 'take-over', by })
    if (applied?.outcome === 'notOnShift') return { refused: refuse('not_on_shift') }
    if (applied?.outcome === 'notOwner') return { refused: await alreadyClaimed(tx, alert, ctx.pace) }
    return { applied }
  })
}
