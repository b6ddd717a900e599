import type { AlertRecipient, RecipientAnswer } from '@stillhere/domain'
import { isNumberProved, type RecipientRow, type Transaction } from '@stillhere/persistence'
import { type AnsweredBy, type AppliedDecision, decideAndApply } from './alert/decide-and-apply.ts'
import { confirmByClaim } from './confirm-number.ts'
import type { OperationContext } from './context.ts'

/**
 * A supporter or rescuer answered an alert: by text, by key or by link. Runs in the caller's transaction. A supporter's phone
 * that never said that it is theirs may be a stranger's: what it says weighs less, and what it claims confirms it.
 */
export async function answerAlert(
  ctx: OperationContext,
  tx: Transaction,
  ids: { alertId: string; sessionId: string; recipientId: string },
  said: Exclude<RecipientAnswer, 'none'>,
  by: { kind: 'rescuer' | 'supporter'; answeredBy: AnsweredBy },
): Promise<AppliedDecision | undefined> {
  const isPhone = by.kind === 'supporter' && by.answeredBy !== 'link'
  const isUnproved = isPhone && !(await isNumberProved(tx, ids.recipientId))
  const applied = await decideAndApply(
    ctx,
    tx,
    ids,
    (recipients) => {
      const recipient = recipients.find((row) => row.id === ids.recipientId)
      if (!recipient) return undefined
      const speaker = { ...asRecipient(recipient), ...(isUnproved ? { unproved: true as const } : {}) }
      return { kind: 'answer', recipient: speaker, answer: said }
    },
    { kind: by.kind, id: ids.recipientId, answeredBy: by.answeredBy },
  )
  if (isUnproved && applied && (applied.outcome === 'claimed' || applied.outcome === 'takenOver'))
    await confirmByClaim(tx, { id: ids.recipientId, organisationId: applied.alert.organisationId }, applied.now)
  return applied
}

const asRecipient = (row: RecipientRow): AlertRecipient => ({
  kind: row.kind,
  id: row.id,
  told: row.toldAt !== undefined,
  answer: row.answer,
})
