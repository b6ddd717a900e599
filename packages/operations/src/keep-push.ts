import {
  findSessionsWithAlert,
  loadSessionsForUpdate,
  readClock,
  recordJournal,
  removePushSubscriptions,
  type SealedValue,
  storePushSubscription,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { runCommand } from './run-command.ts'
import { serverNow, sessionView } from './views.ts'

/**
 * Where the person's browser can be reached for this session's prompts, sealed to the worker; `null`: nowhere any more.
 * It is kept for this session only, and gone when the session closes. Under duress a session answers as if it were over.
 */
export async function keepPush(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; sessionId: string; sealed: SealedValue | null },
): Promise<Answer> {
  const { commandId, sessionId, sealed } = input
  return runCommand(ctx, caller, { commandId, what: 'push', payload: { sessionId, sealed } }, async (tx) => {
    const [session] = await loadSessionsForUpdate(tx, [sessionId])
    if (session?.deviceId !== caller.id) return refuse('not_found')
    const now = await readClock(tx)
    if (session.quiet || session.state === 'closed') {
      const [view] = await findSessionsWithAlert(tx, [sessionId])
      return refuse('session_closed', view ? { session: sessionView(view), serverNow: serverNow(now) } : {})
    }
    if (sealed) await storePushSubscription(tx, { sessionId, organisationId: caller.organisationId, sealed })
    else await removePushSubscriptions(tx, [sessionId])
    await recordJournal(tx, [
      {
        organisationId: caller.organisationId,
        at: now,
        kind: sealed ? 'push-kept' : 'push-forgotten',
        sessionId,
        actor: { kind: 'person' },
      },
    ])
    return answer(200, {})
  })
}

/** The browser is gone, or will not have us any more: it is not tried again. */
export async function forgetPush(ctx: OperationContext, sessionId: string): Promise<void> {
  await ctx.db.transaction((tx) => removePushSubscriptions(tx, [sessionId]))
}
