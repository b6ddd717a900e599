import { defaults, paced } from '@stillhere/domain'
import {
  type AlertFactsForTexts,
  findAlertFacts,
  findBriefsDue,
  newId,
  readClock,
  recordDisclosed,
  recordJournal,
  type SealedValue,
  saveSupporterBrief,
  touchSessions,
} from '@stillhere/persistence'
import type { OperationContext } from '../context.ts'

/** To whom a brief is sealed. */
export interface BriefRecipient {
  alertId: string
  recipientId: string
  keyId: string
  publicKey: string
}

/** The disclosure folder seals the plan to the recipient's key; undefined when the plan does not open. */
export type SealBrief = (alert: AlertFactsForTexts, to: BriefRecipient) => Promise<SealedValue | undefined>

/** Briefs for supporters who own an alert and have none yet: sealed outside the transaction, written with the audit line. */
export async function sealBriefs(ctx: OperationContext, seal: SealBrief, limit: number): Promise<{ found: number }> {
  const due = await findBriefsDue(ctx.db, limit)
  const facts = await findAlertFacts(
    ctx.db,
    due.map((brief) => brief.alertId),
  )
  for (const brief of due) {
    const alert = facts.get(brief.alertId)
    if (!alert) continue
    const { alertId, supporterId: recipientId, keyId, publicKey } = brief
    const sealed = await seal(alert, { alertId, recipientId, keyId, publicKey })
    if (!sealed) {
      ctx.events.trouble('unreadablePlan')
      continue
    }
    const changed = await ctx.db.transaction(async (tx) => {
      const touched = await touchSessions(tx, [brief.sessionId])
      const now = await readClock(tx)
      await saveSupporterBrief(tx, {
        id: newId(),
        organisationId: brief.organisationId,
        alertId,
        supporterId: recipientId,
        keyId,
        sealed,
        expiresAt: now + paced(defaults.linkLifeSeconds, ctx.pace),
      })
      await recordDisclosed(tx, [alertId], now)
      await recordJournal(tx, [
        {
          organisationId: brief.organisationId,
          at: now,
          kind: 'disclosed',
          sessionId: brief.sessionId,
          alertId,
          actor: { kind: 'service' },
          detail: { to: 'supporter', recipientId },
        },
      ])
      return touched
    })
    ctx.wake.changed(changed)
  }
  return { found: due.length }
}
