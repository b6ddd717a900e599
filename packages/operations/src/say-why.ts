import type { WhyBody } from '@stillhere/contracts'
import { loadSessionsForUpdate, readClock, recordCause, recordJournal } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { runCommand } from './run-command.ts'

/** Why the person did not answer, in one tap and without blame. Another's session and no such session are the same. */
export async function sayWhy(
  ctx: OperationContext,
  caller: Caller,
  input: WhyBody & { sessionId: string },
): Promise<Answer> {
  const { commandId, sessionId, reason } = input
  return runCommand(ctx, caller, { commandId, what: 'why', payload: { sessionId, reason } }, async (tx) => {
    const [session] = await loadSessionsForUpdate(tx, [sessionId])
    if (session?.deviceId !== caller.id) return refuse('not_found')
    await recordCause(tx, sessionId, reason)
    await recordJournal(tx, [
      {
        organisationId: caller.organisationId,
        at: await readClock(tx),
        kind: 'cause-said',
        sessionId,
        actor: { kind: 'person' },
        detail: { cause: reason },
      },
    ])
    return answer(200, {})
  })
}
