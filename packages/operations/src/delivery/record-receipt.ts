import { type ErrorClass, type ReceiptStatus, receiptRanks } from '@stillhere/domain'
import {
  findAttempt,
  findMessage,
  loadAlertForUpdate,
  loadAttemptForUpdate,
  loadMessagesForUpdate,
  readClock,
  recordReceiptRank,
  storeMessage,
} from '@stillhere/persistence'
import { actingForOwnerOf } from '../acting-for.ts'
import type { OperationContext } from '../context.ts'
import { hashNonce } from './claim-messages.ts'
import { applyEvent, lockSessionsOf, pollDue, tellDevices } from './record-outcomes.ts'

export interface ReceiptInput {
  /** Of the attempt's callback address. */
  nonce: string
  sid: string
  status: ReceiptStatus
  errorCode?: string | undefined
  /** What the carrier's code table says of `errorCode`. */
  errorClass?: ErrorClass | undefined
}

export type ReceiptOutcome = 'applied' | 'older' | 'unknownMessage' | 'annotated'

/**
 * The carrier's later word on an attempt. Idempotent and monotone: receipts come twice, late and out of order, and only
 * a higher rank changes anything. A receipt of an attempt whose outcome we never learnt teaches us that it was accepted.
 */
export async function recordReceipt(ctx: OperationContext, input: ReceiptInput): Promise<ReceiptOutcome> {
  const nonceHash = hashNonce(input.nonce)
  const acting = await actingForOwnerOf(ctx, 'attempt', nonceHash)
  const found = acting && (await findAttempt(acting.db, nonceHash))
  const unlocked = found && (await findMessage(acting.db, found.messageId))
  if (!unlocked) return 'unknownMessage'
  const done = await acting.db.transaction(async (tx) => {
    if (unlocked.alertId) await lockSessionsOf(tx, [unlocked])
    const alert = unlocked.alertId ? await loadAlertForUpdate(tx, unlocked.alertId) : undefined
    const [message] = await loadMessagesForUpdate(tx, [unlocked.id])
    const attempt = await loadAttemptForUpdate(tx, nonceHash)
    if (!message || !attempt) return { outcome: 'unknownMessage' as const }
    const rank = receiptRanks[input.status]
    if (attempt.carrierSid !== undefined && attempt.carrierSid !== input.sid)
      return { outcome: 'unknownMessage' as const }
    if (rank <= attempt.receiptRank) return { outcome: 'older' as const }
    await recordReceiptRank(tx, nonceHash, rank, input.sid)
    const now = await readClock(tx)
    const learnt = message.status === 'sending' || message.status === 'unknown'
    const accepted = learnt
      ? { ...message, status: 'accepted' as const, carrierSid: input.sid, acceptedAt: now }
      : message
    const changed = learnt ? await tellDevices(tx, [accepted], now) : []
    if (rank === receiptRanks.delivered) {
      const { dueAt: _, ...rest } = accepted
      await storeMessage(tx, { ...rest, status: 'delivered' })
      return { outcome: 'applied' as const, changed }
    }
    if (rank === receiptRanks.undelivered && message.status !== 'delivered' && message.status !== 'failed') {
      const event = {
        kind: 'undelivered' as const,
        class: input.errorClass ?? 'recipient-for-now',
        code: input.errorCode ?? 'none',
      }
      const decision = await applyEvent(acting, tx, accepted, event, { open: alert?.state === 'open', now })
      return { outcome: 'applied' as const, changed, advance: decision.advance || decision.call }
    }
    if (learnt) {
      const { dueAt: _lease, ...rest } = accepted
      await storeMessage(tx, { ...rest, ...pollDue(accepted, now, ctx.pace) })
    }
    return { outcome: alert?.state === 'closed' ? ('annotated' as const) : ('applied' as const), changed }
  })
  if ('changed' in done && done.changed) ctx.wake.changed(done.changed)
  if ('advance' in done && done.advance) {
    ctx.wake.prod('outbox')
    ctx.wake.prod('deadlines')
  }
  return done.outcome
}
