import { insertInbound, type SealedValue } from '@stillhere/persistence'
import type { OperationContext } from './context.ts'

/** Keeps a text that came in, sealed to the worker, so that the carrier can be answered at once. */
export async function storeInboundText(
  ctx: OperationContext,
  input: { sid: string; organisationId: string; sealed: SealedValue },
): Promise<{ kind: 'stored' | 'duplicate' }> {
  const stored = await insertInbound(ctx.db, {
    carrierSid: input.sid,
    organisationId: input.organisationId,
    sealed: input.sealed,
  })
  if (stored) ctx.wake.prod('inbound')
  return { kind: stored ? 'stored' : 'duplicate' }
}
