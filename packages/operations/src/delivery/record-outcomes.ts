import { type DeliveryDecision, type DeliveryEvent, decideDelivery, defaults, paced } from '@stillhere/domain'
import {
  findSessionsOfAlerts,
  finishAttempts,
  hurryWhere,
  insertMessages,
  loadAlertForUpdate,
  loadMessagesForUpdate,
  loadSessionsForUpdate,
  type MessageRow,
  priorities,
  readClock,
  recordAccepted,
  recordTold,
  storeMessage,
  storePhone,
  type Transaction,
  touchSessions,
} from '@stillhere/persistence'
import { advanceLadder } from '../climb-ladder.ts'
import type { OperationContext } from '../context.ts'
import { workOffInHalves } from '../in-halves.ts'
import { pagesOf } from '../page-operators.ts'
import { alertsOf } from './bundle-asks.ts'

/** Templates that tell somebody of an alert: their failure moves the ladder, their silence counts (P8). */
const ladderTemplates = new Set([
  'alert-first',
  'alert-first-supporter',
  'alert-repeat',
  'alert-bundle',
  'alert-generic',
  'alert-call',
])

export const isLadderMessage = (message: Pick<MessageRow, 'template' | 'alertId'>): boolean =>
  message.alertId !== undefined && ladderTemplates.has(message.template)

/** The carrier's status is asked for at two thirds of the time without `delivered` (F33). */
const pollAfterSeconds = 20

/** When an accepted message is looked at again: a text of the ladder, whose silence counts; no other. */
export const pollDue = (
  message: Pick<MessageRow, 'template' | 'alertId' | 'channel'>,
  now: number,
  pace: number,
): { dueAt?: number } =>
  isLadderMessage(message) && message.channel === 'text' ? { dueAt: now + paced(pollAfterSeconds, pace) } : {}

export interface AcceptedAttempt {
  message: MessageRow
  sid: string
}

/** The carrier accepted these. One transaction for all that came back within a few milliseconds. */
export async function recordAcceptedAttempts(
  ctx: OperationContext,
  accepted: readonly AcceptedAttempt[],
): Promise<void> {
  if (accepted.length === 0) return
  const changed = await ctx.db.transaction(async (tx) => {
    await lockSessionsOf(tx, accepted.map(({ message }) => message).filter(isLadderMessage))
    const now = await readClock(tx)
    const rows = await recordAccepted(
      tx,
      accepted.map(({ message, sid }) => ({
        id: message.id,
        fence: message.fence,
        sid,
        ...pollDue(message, now, ctx.pace),
      })),
      now,
    )
    await finishAttempts(
      tx,
      accepted.map(({ message, sid }) => ({ messageId: message.id, fence: message.fence, outcome: 'accepted', sid })),
      now,
    )
    const told = await tellDevices(tx, rows, now)
    for (const row of rows)
      if (row.priority === priorities.firstOfAlert && row.alertId && row.detail.test !== true)
        ctx.events.firstMessageAccepted({ alertId: row.alertId, afterMs: now - row.createdAt })
    return told
  })
  ctx.wake.changed(changed)
  ctx.wake.prod('outbox')
}

/**
 * The same, in halves where it fails as a whole: one that cannot be written down takes nobody else's with it.
 * @returns what could not be written down, by the message's id, and why
 */
export async function recordAcceptedApart(
  ctx: OperationContext,
  accepted: readonly AcceptedAttempt[],
): Promise<ReadonlyMap<string, unknown>> {
  const failed = new Map<string, unknown>()
  await workOffInHalves(
    ctx,
    accepted,
    async (some) => {
      await recordAcceptedAttempts(ctx, some)
      return some.length
    },
    ({ message }, error) => void failed.set(message.id, error),
  )
  return failed
}

/** First words that reached the carrier: recipients count as told, addresses follow, devices see it. */
export async function tellDevices(
  tx: Transaction,
  accepted: readonly MessageRow[],
  now: number,
): Promise<{ id: string; version: number }[]> {
  const texts = accepted.flatMap((row) =>
    row.channel === 'text' && isLadderMessage(row)
      ? alertsOf(row).map((alertId) => ({ alertId, recipientId: row.recipientId }))
      : [],
  )
  const sessionIds = await recordTold(tx, texts, now)
  await hurryWhere(tx, texts)
  return touchSessions(tx, [...new Set(sessionIds)])
}

/**
 * Sessions before alerts before messages, all at once and in id order: the order of the house. A bundle is of many sessions;
 * whoever locked one of them and came for the others later would wait for those who hold them and want the first.
 */
export async function lockSessionsOf(
  tx: Transaction,
  messages: readonly Pick<MessageRow, 'sessionId' | 'alertId' | 'template' | 'detail'>[],
): Promise<void> {
  const ids = messages.flatMap(({ sessionId }) => (sessionId ? [sessionId] : []))
  const bundled = messages.flatMap((message) => (message.template === 'alert-bundle' ? alertsOf(message) : []))
  if (bundled.length > 0) ids.push(...(await findSessionsOfAlerts(tx, bundled)))
  if (ids.length > 0) await loadSessionsForUpdate(tx, [...new Set(ids)])
}

/** How an attempt ended when it was not accepted, for its row and the log. */
export interface EndedAttempt {
  outcome: 'refused' | 'failed' | 'unknown'
  reason: string
}

/**
 * Applies what was learnt of one message, if its fence still is ours: status, the other channel, the next step, what is
 * now known of the phone. @returns false when somebody else has taken the message over
 */
export async function applyDelivery(
  ctx: OperationContext,
  claimed: Pick<MessageRow, 'id' | 'organisationId' | 'fence' | 'sessionId' | 'alertId' | 'template' | 'detail'>,
  event: DeliveryEvent,
  attempt?: EndedAttempt,
): Promise<boolean> {
  const decision = await ctx.db.transaction(async (tx) => {
    await lockSessionsOf(tx, [claimed])
    const alert = claimed.alertId ? await loadAlertForUpdate(tx, claimed.alertId) : undefined
    const [message] = await loadMessagesForUpdate(tx, [claimed.id])
    const now = await readClock(tx)
    if (attempt) await finishAttempts(tx, [{ messageId: claimed.id, fence: claimed.fence, ...attempt }], now)
    if (!message || message.fence !== claimed.fence) return undefined
    if (message.status === 'delivered' || message.status === 'cancelled' || message.status === 'failed')
      return undefined
    // A receipt has told us meanwhile that it was taken, whatever became of the answer.
    if (message.status === 'accepted' && (event.kind === 'unknown' || event.kind === 'not-found')) return undefined
    const decided = await applyEvent(ctx, tx, message, event, { open: alert?.state === 'open', now })
    // With what it is about: whoever is killed here leaves both or none.
    if (decided.page) await insertMessages(tx, pagesOf(claimed.organisationId, 'pager-carrier', now, ctx.pace))
    return decided
  })
  if (!decision) return false
  if (decision.page)
    ctx.events.carrierTrouble({ trouble: event.kind === 'refused' && event.class === 'content' ? 'content' : 'ours' })
  ctx.wake.prod('outbox')
  if (decision.advance) ctx.wake.prod('deadlines')
  return true
}

/** The decision and its effects on a locked message. */
export async function applyEvent(
  _ctx: OperationContext,
  tx: Transaction,
  message: MessageRow,
  event: DeliveryEvent,
  at: { open: boolean; now: number },
): Promise<DeliveryDecision> {
  const { now } = at
  const decision = decideDelivery(event, {
    purpose: isLadderMessage(message) ? 'ladder' : 'other',
    channel: message.channel,
    attempts: message.attempts,
    sinceFirstAttemptMs: now - (message.firstAttemptAt ?? now),
    resent: message.resent,
  })
  // Nobody is told again of an alert that is over, whatever became of the text.
  const over = message.alertId !== undefined && isLadderMessage(message) && !at.open
  const again = decision.againInMs !== undefined && !(over && decision.status === 'queued')
  await storeMessage(tx, {
    id: message.id,
    status: decision.status === 'queued' && !again ? 'cancelled' : decision.status,
    fence: message.fence,
    resent: message.resent || decision.resend === true,
    polled: message.polled,
    ...(again ? { dueAt: now + (decision.againInMs ?? 0) } : {}),
    ...('code' in event ? { errorCode: event.code } : {}),
  })
  if (decision.phone && message.numberHash)
    await storePhone(tx, message.organisationId, message.numberHash, {
      ...(decision.phone === 'stopped' ? { stoppedAt: now } : {}),
      ...(decision.phone === 'bad' && 'code' in event ? { badCode: event.code } : {}),
    })
  if (at.open && decision.call) await ringInstead(tx, message, now)
  // A bundle tells of several; each of them moves on, and those that closed since have no step to move.
  if (at.open && decision.advance) for (const alertId of alertsOf(message)) await advanceLadder(tx, alertId, now)
  return decision
}

/** The other channel, now, once per step and recipient. */
async function ringInstead(tx: Transaction, message: MessageRow, now: number): Promise<void> {
  const { id: _, status: _s, fence: _f, attempts: _a, resent: _r, polled: _p, createdAt: _c, ...base } = message
  const { carrierSid: _sid, firstAttemptAt: _first, acceptedAt: _accepted, ...rest } = base
  await insertMessages(tx, [
    {
      ...rest,
      channel: 'call',
      template: 'alert-call',
      priority: priorities.alert,
      dedupeKey: `${message.alertId}.${message.stepId}.${message.recipientId}.call`,
      dueAt: now,
    },
  ])
}

/** Found at the carrier after all, or asked for and still on its way: the time without `delivered` goes on. */
export async function keepWaiting(ctx: OperationContext, message: MessageRow): Promise<void> {
  const restMs = paced(defaults.withoutDeliveredSeconds - pollAfterSeconds, ctx.pace)
  await ctx.db.transaction(async (tx) => {
    const [row] = await loadMessagesForUpdate(tx, [message.id])
    if (!row || row.fence !== message.fence || row.status !== 'accepted') return
    await storeMessage(tx, { ...row, polled: true, dueAt: (await readClock(tx)) + restMs })
  })
}
