import type { AlertRecipient, RecipientAnswer } from '@stillhere/domain'
import type { RecipientRow, Transaction } from '@stillhere/persistence'
import { type AnsweredBy, type AppliedDecision, decideAndApply } from './alert/decide-and-apply.ts'
import type { OperationContext } from './context.ts'

/** A supporter or rescuer answered an alert: by text, by key or by link. Runs in the caller's transaction. */
export function answerAlert(
  ctx: OperationContext,
  tx: Transaction,
  ids: { alertId: string; sessionId: string; recipientId: string },
  said: Exclude<RecipientAnswer, 'none'>,
  by: { kind: 'rescuer' | 'supporter'; answeredBy: AnsweredBy },
): Promise<AppliedDecision | undefined> {
  return decideAndApply(
    ctx,
    tx,
    ids,
    (recipients) => {
      const recipient = recipients.find((row) => row.id === ids.recipientId)
      return recipient && { kind: 'answer', recipient: asRecipient(recipient), answer: said }
    },
    { kind: by.kind, id: ids.recipientId, answeredBy: by.answeredBy },
  )
}

const asRecipient = (row: RecipientRow): AlertRecipient => ({
  kind: row.kind,
  id: row.id,
  told: row.toldAt !== undefined,
  answer: row.answer,
})
