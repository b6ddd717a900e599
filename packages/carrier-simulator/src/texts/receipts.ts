import type { Timings } from '../account.ts'
import type { Behaviour } from '../behaviours.ts'
import { deliveryRefusal } from '../refusals.ts'

/** One step in the life of a message after it was taken. */
export interface ReceiptStep {
  afterMs: number
  status: 'sent' | 'delivered' | 'undelivered' | 'failed'
  errorCode?: number
}

/** What the carrier reports about a message it took, and when, counted from the moment it may be passed on. */
export function planReceipts(behaviour: Behaviour, timings: Timings): ReceiptStep[] {
  const { sentAfterMs, deliveredAfterMs, lateAfterMs } = timings
  const sent: ReceiptStep = { afterMs: sentAfterMs, status: 'sent' }
  const delivered: ReceiptStep = { afterMs: deliveredAfterMs, status: 'delivered' }
  switch (behaviour.kind) {
    case 'never-deliver':
      return [sent]
    case 'late':
      return [sent, { ...delivered, afterMs: lateAfterMs }]
    case 'doubled':
      return [sent, sent, delivered, delivered]
    case 'reversed':
      return [
        { ...delivered, afterMs: sentAfterMs },
        { ...sent, afterMs: deliveredAfterMs },
      ]
    case 'refuse': {
      const { status } = deliveryRefusal(behaviour.code)
      const end: ReceiptStep = { afterMs: deliveredAfterMs, status, errorCode: behaviour.code }
      return status === 'failed' ? [end] : [sent, end]
    }
    default:
      return [sent, delivered]
  }
}
