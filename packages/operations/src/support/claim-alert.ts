import { loadSessionsForUpdate } from '@stillhere/persistence'
import { answerAlert } from '../answer-alert.ts'
import { type Answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { findAlertFor } from './alert-view.ts'
import { alreadyClaimed, commandAlert, joinAlert } from './command-alert.ts'
import { standingOf } from './standing.ts'

/** "I have it": the first one owns, the second hears who and when. */
export function claimAlert(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; alertId: string },
): Promise<Answer> {
  return commandAlert(ctx, caller, { ...input, what: 'claim', payload: {} }, async (tx, seen) => {
    // Locked before anything is looked at: ten people press within the same ten milliseconds.
    await loadSessionsForUpdate(tx, [seen.sessionId])
    const alert = (await findAlertFor(tx, caller, seen.id)) ?? seen
    if (alert.state === 'closed') return { refused: refuse('gone') }
    if (alert.owner && alert.owner.id !== caller.id) return { refused: await alreadyClaimed(tx, alert, ctx.pace) }
    const { standing } = await standingOf(tx, caller, alert)
    if (standing === 'away' && !alert.owner) return { refused: refuse('not_on_shift') }
    await joinAlert(tx, caller.id, alert)
    const ids = { alertId: alert.id, sessionId: alert.sessionId, recipientId: caller.id }
    return { applied: await answerAlert(ctx, tx, ids, 'going', { kind: 'supporter', answeredBy: 'link' }) }
  })
}
