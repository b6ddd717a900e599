import { commandSession } from './change-session.ts'
import type { Answer, Caller, OperationContext } from './context.ts'

/** Adds nominal seconds to the deadline, within the bounds of a session. */
export function extendSession(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; sessionId: string; seconds: number; version?: number | undefined },
): Promise<Answer> {
  const { commandId, sessionId, seconds, version } = input
  const payload = { seconds, ...(version === undefined ? {} : { version }) }
  return commandSession(ctx, caller, {
    commandId,
    sessionId,
    what: 'extend',
    payload,
    command: { kind: 'extend', ...payload },
  })
}
