import { mayDo } from '@stillhere/contracts'
import {
  findAlertsOfFeed,
  findSessionCards,
  findSupporters,
  findValidCredentials,
  readClock,
  readFeedStamps as readStamps,
  type SupporterRow,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext } from '../context.ts'
import { serverNow } from '../views.ts'
import { journalViews, readAlertViews, recordSeen } from './alert-view.ts'
import { readCardViews } from './session-cards.ts'

/** Open alerts first, then the last of those closed within a day. Who was shown an open one stands in the receipt. */
export async function listAlerts(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const alerts = await findAlertsOfFeed(ctx.db, caller.organisationId)
  await journalViews(
    ctx,
    caller,
    alerts.map((alert) => alert.id),
  )
  const open = alerts.filter((alert) => alert.state !== 'closed')
  await recordSeen(
    ctx,
    caller.organisationId,
    open.map((alert) => ({ alertId: alert.id, supporterId: caller.id })),
  )
  return answer(200, {
    alerts: await readAlertViews(ctx.db, alerts, ctx.pace),
    // A console whose socket is dead must know all the same whether it is on shift.
    onShift: onShiftOf(await findSupporters(ctx.db, caller.organisationId)),
    serverNow: serverNow(await readClock(ctx.db)),
  })
}

const onShiftOf = (supporters: readonly SupporterRow[]) =>
  supporters.filter((supporter) => supporter.onShift).map(({ id, name, role }) => ({ id, name, role }))

/** All that an organisation's supporters are shown live: no number, no name of a person, nothing of a plan. */
export async function readFeed(ctx: OperationContext, organisationId: string) {
  const alerts = await findAlertsOfFeed(ctx.db, organisationId)
  const cards = await findSessionCards(ctx.db, organisationId, 'soonest')
  const supporters = await findSupporters(ctx.db, organisationId)
  const views = await readAlertViews(ctx.db, alerts, ctx.pace)
  const now = await readClock(ctx.db)
  return {
    alerts: views,
    sessions: await readCardViews(ctx.db, cards, now),
    onShift: onShiftOf(supporters),
    serverNow: serverNow(now),
  }
}

/** Whether the feeds of these organisations have changed: two words each that differ when they have. */
export const readFeedStamps = (ctx: OperationContext, organisationIds: readonly string[]) =>
  readStamps(ctx.db, organisationIds)

/** Which of these credentials still count for somebody who answers alerts: a new role counts at once. */
export const readValidCredentials = async (
  ctx: OperationContext,
  ids: readonly string[],
): Promise<ReadonlySet<string>> =>
  new Set(
    (await findValidCredentials(ctx.db, ids)).flatMap(({ id, role }) => (mayDo(role, 'answer-alerts') ? [id] : [])),
  )
