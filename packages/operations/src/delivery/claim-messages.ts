import { createHash } from 'node:crypto'
import {
  type AlertFactsForTexts,
  claimDueChecks,
  claimMessages,
  findAlertFacts,
  type MessageRow,
} from '@stillhere/persistence'
import type { OperationContext } from '../context.ts'

/** A message this process may send now, and what its wording must know at this moment. */
export interface ClaimedMessage {
  message: MessageRow
  /** The phone said STOP since it was queued: the carrier must not be called. */
  stopped: boolean
  alert?: AlertFactsForTexts
}

/** The nonce of an attempt's callback address: only its hash is stored. */
export type NonceOf = (message: { id: string; fence: number }) => string

export const hashNonce = (nonce: string): Buffer => createHash('sha256').update(nonce).digest()

/** Claims what is due, most urgent first. No transaction is open while the carrier is called (law 5). */
export async function claimForSending(
  ctx: OperationContext,
  limit: number,
  nonceOf: NonceOf,
): Promise<ClaimedMessage[]> {
  const claimed = await ctx.db.transaction((tx) => claimMessages(tx, limit, (message) => hashNonce(nonceOf(message))))
  if (claimed.length === 0) return []
  const facts = await findAlertFacts(
    ctx.db,
    claimed.flatMap((message) => (message.alertId ? [message.alertId] : [])),
  )
  return claimed.map(({ stopped, ...message }) => {
    const alert = message.alertId === undefined ? undefined : facts.get(message.alertId)
    return { message, stopped, ...(alert ? { alert } : {}) }
  })
}

/** What a message that is due again needs: a look at the carrier's list, a look at its status, or action on its silence. */
export interface DueCheck {
  message: MessageRow
  task: 'reconcile' | 'poll' | 'silence'
}

/**
 * Claims messages whose lease ran out (their sender is gone: unknown), whose outcome is unknown, or which wait for
 * `delivered`.
 */
export async function claimChecks(ctx: OperationContext, limit: number): Promise<DueCheck[]> {
  return ctx.db.transaction(async (tx) => {
    const due = await claimDueChecks(tx, limit)
    return due.map((message): DueCheck => {
      if (message.status !== 'accepted') return { message, task: 'reconcile' }
      return { message, task: message.polled ? 'silence' : 'poll' }
    })
  })
}
