import { commandSession } from './change-session.ts'
import type { Answer, Caller, OperationContext } from './context.ts'

/** Raises the alert at once. `quiet` is duress: from here on the device is told what it would be told after an end. */
export function callForHelp(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; sessionId: string; quiet?: boolean | undefined },
): Promise<Answer> {
  const quiet = input.quiet ?? false
  return commandSession(ctx, caller, {
    commandId: input.commandId,
    sessionId: input.sessionId,
    what: 'help',
    payload: { quiet },
    command: { kind: 'help', quiet },
  })
}
