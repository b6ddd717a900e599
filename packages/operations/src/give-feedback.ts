import type { Sealed } from '@stillhere/contracts'
import { insertFeedback } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext } from './context.ts'
import { runCommand } from './run-command.ts'

/**
 * Keeps what a person says, sealed and with nothing of their device beside it.
 *
 * @param input `text` only makes a repeat the same command, because sealing it again gives other bytes; `id` is what
 *   `sealed` is bound to
 */
export async function giveFeedback(
  ctx: OperationContext,
  caller: Caller,
  input: {
    commandId: string
    kind: 'feedback' | 'complaint'
    language: string
    text: string
    id: string
    sealed: Sealed
  },
): Promise<Answer> {
  const { commandId, kind, language, text, id, sealed } = input
  return runCommand(ctx, caller, { commandId, what: 'feedback', payload: { kind, language, text } }, async (tx) => {
    await insertFeedback(tx, { id, organisationId: caller.organisationId, kind, language, sealed })
    return answer(201, {})
  })
}
