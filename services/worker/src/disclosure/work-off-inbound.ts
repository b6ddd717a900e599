import { answerText, type OperationContext } from '@stillhere/operations'
import { backOffInbound, finishInbound, loadDueInboundForUpdate, readClock } from '@stillhere/persistence'
import { openInbound } from '@stillhere/sealing/open'
import { z } from 'zod'
import type { Keyring } from './keyring.ts'

const textForm = z.object({ from: z.string(), to: z.string(), body: z.string() })

/** Rows that keep failing are an emergency after this many tries. */
const alarmAfterFailures = 3

/**
 * Opens one text that came in and works it off: the row and its effect commit together, or it stays due. A text that
 * cannot be opened at all is nobody's reply; it is finished as such, with an alarm.
 */
export async function workOffInbound(ctx: OperationContext, keys: Keyring): Promise<{ found: number; more: boolean }> {
  let sid: string | undefined
  try {
    const done = await ctx.db.transaction(async (tx) => {
      sid = undefined
      const row = await loadDueInboundForUpdate(tx)
      if (!row) return undefined
      sid = row.carrierSid
      const opened = await openInbound(keys.openingKeys, { carrierSid: row.carrierSid }, row.sealed)
      const text = opened.kind === 'opened' ? readText(opened.text) : undefined
      if (!text) {
        await finishInbound(tx, row.carrierSid, 'malformed', await readClock(tx))
        return { outcome: 'malformed' as const, after: () => ctx.events.trouble('poisonRow', { reason: 'inbound' }) }
      }
      return answerText(ctx, tx, {
        carrierSid: row.carrierSid,
        organisationId: row.organisationId,
        numberHash: keys.hashNumber(text.from),
        body: text.body,
      })
    })
    if (!done) return { found: 0, more: false }
    done.after()
    ctx.events.inboundHandled({ outcome: done.outcome })
    return { found: 1, more: true }
  } catch (error) {
    if (sid !== undefined && (await backOffInbound(ctx.db, sid)) >= alarmAfterFailures)
      ctx.events.trouble('poisonRow', { reason: 'inbound', error })
    throw error
  }
}

function readText(json: string): z.infer<typeof textForm> | undefined {
  try {
    return textForm.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}
