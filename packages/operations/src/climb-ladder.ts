import {
  type AlertRow,
  backOffSteps,
  findDueSteps,
  findRecipients,
  findSupportersOnShift,
  finishSteps,
  insertMessages,
  insertRecipients,
  insertSteps,
  loadFreeAlertsForUpdate,
  loadPendingStepsForUpdate,
  moveSteps,
  readClock,
  recordTextsQueued,
  type SupporterOnShift,
  type Transaction,
} from '@stillhere/persistence'
import { type Climbed, climb } from './alert/climb.ts'
import { loadHeldCodes } from './alert/held-codes.ts'
import type { OperationContext } from './context.ts'
import { gatherForBundle } from './delivery/bundle-asks.ts'
import { workOffInHalves } from './in-halves.ts'

/**
 * Climbs every ladder that has a step due. Alerts that somebody else holds keep their steps due. A batch that fails is
 * climbed in halves; a step that cannot be climbed stays due and backs off by seconds.
 */
export async function climbLadders(ctx: OperationContext, limit: number): Promise<{ found: number; failed: number }> {
  const due = await ctx.db.transaction((tx) => findDueSteps(tx, ['ladder', 'repeat'], limit))
  const alertIds = [...new Set(due.flatMap((step) => (step.alertId ? [step.alertId] : [])))]
  if (alertIds.length === 0) return { found: 0, failed: 0 }
  let failed = 0
  const found = await workOffInHalves(
    ctx,
    alertIds,
    (some) => climbAll(ctx, some),
    async (alertId, error) => {
      failed += 1
      ctx.events.trouble('poisonRow', { reason: 'ladder', error })
      const steps = due.filter((step) => step.alertId === alertId).map((step) => step.id)
      await ctx.db.transaction((tx) => backOffSteps(tx, steps))
    },
  )
  return { found, failed }
}

async function climbAll(ctx: OperationContext, alertIds: readonly string[]): Promise<number> {
  const { found, messages, nobody } = await ctx.db.transaction(async (tx) => {
    const alerts = await loadFreeAlertsForUpdate(tx, alertIds)
    const ids = alerts.map((alert) => alert.id)
    const pending = await loadPendingStepsForUpdate(tx, ids)
    const recipients = await findRecipients(tx, ids)
    const supporters = await findSupportersOnShift(tx, [...new Set(alerts.map((alert) => alert.organisationId))])
    const knows = (alert: AlertRow, supporter: SupporterOnShift) =>
      recipients.some((r) => r.alertId === alert.id && r.numberHash?.equals(supporter.numberHash))
    const joining = supporters.filter((supporter) => alerts.some((alert) => !knows(alert, supporter)))
    const codes = await loadHeldCodes(
      tx,
      joining.map((supporter) => supporter.numberHash),
    )
    const now = await readClock(tx)
    const climbed = alerts.map((alert) =>
      climb(
        {
          alert,
          recipients: recipients.filter((recipient) => recipient.alertId === alert.id),
          pending: pending.filter((step) => step.alertId === alert.id),
          supporters,
        },
        now,
        ctx.pace,
        (supporter) => codes.chooseFor(alert.organisationId, supporter.numberHash, alert.code),
      ),
    )
    await writeClimbed(tx, climbed, now)
    return {
      found: climbed.reduce((sum, one) => sum + one.finished.length, 0),
      messages: climbed.reduce((sum, one) => sum + one.messages.length, 0),
      // A test that reaches nobody is a miss, and paged as one.
      nobody: climbed.some((one, index) => one.nobody && alerts[index]?.synthetic !== true),
    }
  })
  if (messages > 0) ctx.wake.prod('outbox')
  if (nobody) ctx.events.trouble('nobodyToNotify')
  return found
}

async function writeClimbed(tx: Transaction, climbed: readonly Climbed[], now: number): Promise<void> {
  const messages = climbed.flatMap((one) => one.messages)
  // Before anything of this climb is written: what is counted is what went out before it.
  await gatherForBundle(tx, messages, now)
  await insertRecipients(
    tx,
    climbed.flatMap((one) => one.newRecipients),
  )
  await finishSteps(
    tx,
    climbed.flatMap((one) => one.finished),
    now,
  )
  await insertSteps(
    tx,
    climbed.flatMap((one) => one.newSteps),
  )
  await insertMessages(tx, messages)
  await recordTextsQueued(
    tx,
    climbed.flatMap((one) => one.texted),
    now,
  )
}

/** The next step that tells somebody is due now: a recipient could not be reached, or said that they cannot. */
export async function advanceLadder(tx: Transaction, alertId: string, now: number): Promise<boolean> {
  const pending = await loadPendingStepsForUpdate(tx, [alertId])
  const next = pending
    .filter((step) => step.kind === 'ladder' && step.dueAt > now)
    .filter((step) => !(step.spec && 'channel' in step.spec && step.spec.channel === 'console'))
    .sort((a, b) => a.position - b.position)[0]
  if (!next) return false
  await moveSteps(tx, [next.id], now)
  return true
}
