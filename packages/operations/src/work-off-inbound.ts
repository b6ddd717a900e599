import {
  backOffInbound,
  type Destination,
  finishInbound,
  type InboundRow,
  loadDueInboundForUpdate,
  readClock,
} from '@stillhere/persistence'
import { answerText } from './answer-text.ts'
import type { OperationContext } from './context.ts'

/** Opens one text that came in; undefined when it does not open or has no form. */
export type OpenInbound = (
  row: InboundRow,
) => Promise<{ numberHash: Buffer; body: string; answerTo: Destination } | undefined>

/** Rows that keep failing are an emergency after this many tries. */
const alarmAfterFailures = 3

/**
 * Works one text off: the row and its effect commit together, or it stays due, seconds later, and whoever asks for the next
 * one gets another. A text that cannot be opened at all is nobody's reply; it is finished as such, with an alarm.
 * @throws what the database says where it is not this text that it refuses
 */
export async function workOffInbound(ctx: OperationContext, open: OpenInbound): Promise<{ found: number }> {
  let sid: string | undefined
  try {
    const done = await ctx.db.transaction(async (tx) => {
      sid = undefined
      const row = await loadDueInboundForUpdate(tx)
      if (!row) return undefined
      sid = row.carrierSid
      const text = await open(row)
      if (text) return answerText(ctx, tx, { ...row, ...text })
      await finishInbound(tx, row.carrierSid, 'malformed', await readClock(tx))
      return { outcome: 'malformed' as const, after: () => ctx.events.trouble('poisonRow', { reason: 'inbound' }) }
    })
    if (!done) return { found: 0 }
    done.after()
    ctx.events.inboundHandled({ outcome: done.outcome })
    return { found: 1 }
  } catch (error) {
    if (sid === undefined) throw error
    if ((await backOffInbound(ctx.db, sid)) >= alarmAfterFailures)
      ctx.events.trouble('poisonRow', { reason: 'inbound', error })
    return { found: 1 }
  }
}
