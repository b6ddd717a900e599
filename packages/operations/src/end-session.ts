import { commandSession } from './change-session.ts'
import type { Answer, Caller, OperationContext } from './context.ts'

/** The person is done and safe. While alerting it is a request for the all-clear. */
export function endSession(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; sessionId: string },
): Promise<Answer> {
  return commandSession(ctx, caller, { ...input, what: 'end', payload: {}, command: { kind: 'end' } })
}
