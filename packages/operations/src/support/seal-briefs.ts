import { defaults, paced } from '@stillhere/domain'
import {
  type AlertFactsForTexts,
  type BriefDue,
  findAlertFacts,
  findBriefsDue,
  newId,
  putBriefOff,
  readClock,
  recordDisclosed,
  recordJournal,
  type SealedValue,
  saveSupporterBrief,
  touchSessions,
} from '@stillhere/persistence'
import type { OperationContext } from '../context.ts'
import { workOffEach } from '../in-halves.ts'

/** To whom a brief is sealed. */
export interface BriefRecipient {
  alertId: string
  recipientId: string
  keyId: string
  publicKey: string
}

/** The disclosure folder seals the plan to the recipient's key; undefined when the plan does not open. */
export type SealBrief = (alert: AlertFactsForTexts, to: BriefRecipient) => Promise<SealedValue | undefined>

/**
 * Briefs for supporters who own an alert and have none yet: sealed outside the transaction, written with the audit line.
 * One that cannot be sealed is tried again later and holds up nobody else's.
 */
export async function sealBriefs(ctx: OperationContext, seal: SealBrief, limit: number): Promise<{ found: number }> {
  const due = await findBriefsDue(ctx.db, limit)
  const facts = await findAlertFacts(
    ctx.db,
    due.map((brief) => brief.alertId),
  )
  await workOffEach(
    ctx,
    due,
    async (brief) => {
      const alert = facts.get(brief.alertId)
      const { alertId, supporterId: recipientId, keyId, publicKey } = brief
      const sealed = alert && (await seal(alert, { alertId, recipientId, keyId, publicKey }))
      if (sealed) await keepBrief(ctx, brief, sealed)
      else await putOff(ctx, alertId, 'unreadablePlan')
    },
    ({ alertId }, error) => putOff(ctx, alertId, 'poisonRow', error),
  )
  return { found: due.length }
}

async function putOff(
  ctx: OperationContext,
  alertId: string,
  trouble: 'unreadablePlan' | 'poisonRow',
  error?: unknown,
) {
  ctx.events.trouble(trouble, { reason: 'brief', error })
  await putBriefOff(ctx.db, alertId)
}

async function keepBrief(ctx: OperationContext, brief: BriefDue, sealed: SealedValue): Promise<void> {
  const { alertId, organisationId, sessionId, supporterId: recipientId, keyId } = brief
  const changed = await ctx.db.transaction(async (tx) => {
    const touched = await touchSessions(tx, [sessionId])
    const now = await readClock(tx)
    await saveSupporterBrief(tx, {
      id: newId(),
      organisationId,
      alertId,
      supporterId: recipientId,
      keyId,
      sealed,
      expiresAt: now + paced(defaults.linkLifeSeconds, ctx.pace),
    })
    await recordDisclosed(tx, [alertId], now)
    await recordJournal(tx, [
      {
        organisationId,
        at: now,
        kind: 'disclosed',
        sessionId,
        alertId,
        actor: { kind: 'service' },
        detail: { to: 'supporter', recipientId },
      },
    ])
    return touched
  })
  ctx.wake.changed(changed)
}
