import type { SessionView } from '@stillhere/contracts'
import {
  findOpeningsOfSession,
  findReceiptLines,
  findRunningSession,
  findRunningSessions,
  findSessionsWithAlert,
  iso,
  readClock,
  readSessionVersions as readVersions,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { serverNow, sessionView } from './views.ts'

/** Another's session and no such session are the same. */
export async function getSession(ctx: OperationContext, caller: Caller, sessionId: string): Promise<Answer> {
  const session = await readSessionForDevice(ctx, caller, sessionId)
  return session ? answer(200, { session, serverNow: serverNow(await readClock(ctx.db)) }) : refuse('not_found')
}

export async function readSessionForDevice(
  ctx: OperationContext,
  caller: Caller,
  sessionId: string,
): Promise<SessionView | undefined> {
  const [found] = await findSessionsWithAlert(ctx.db, [sessionId])
  return found && found.session.deviceId === caller.id ? sessionView(found) : undefined
}

/** The session this device has running, if any; one under duress looks ended and is not found. */
export async function readRunningSession(ctx: OperationContext, caller: Caller): Promise<SessionView | undefined> {
  const id = await findRunningSession(ctx.db, caller.id)
  return id === undefined ? undefined : readSessionForDevice(ctx, caller, id)
}

/** The running session of each of these devices that has one, in one query: how a gateway finds what was started elsewhere. */
export async function readRunningSessions(
  ctx: OperationContext,
  deviceIds: readonly string[],
): Promise<{ deviceId: string; id: string }[]> {
  return findRunningSessions(ctx.db, deviceIds)
}

export async function readSessionVersions(
  ctx: OperationContext,
  ids: readonly string[],
): Promise<{ id: string; version: number }[]> {
  return readVersions(ctx.db, ids)
}

/** Who was told, when, what they said: no numbers. After duress it is as empty as after an end. */
export async function getReceipt(ctx: OperationContext, caller: Caller, sessionId: string): Promise<Answer> {
  const [found] = await findSessionsWithAlert(ctx.db, [sessionId])
  if (!found || found.session.deviceId !== caller.id) return refuse('not_found')
  const { alert } = found
  if (found.session.quiet || !alert) return answer(200, { told: [] })
  const [lines, openings] = await Promise.all([
    findReceiptLines(ctx.db, sessionId),
    findOpeningsOfSession(ctx.db, sessionId),
  ])
  return answer(200, {
    told: lines.map((line) => ({
      who: line.who,
      ...(line.who === 'rescuer' ? { rescuerId: line.recipientId } : {}),
      at: iso(line.at),
      ...(line.delivered ? { delivered: true } : {}),
      ...(line.reply === 'none' ? {} : { reply: line.reply }),
      ...(line.seenAt ? { seenAt: iso(line.seenAt) } : {}),
      ...(line.openedAt ? { openedAt: iso(line.openedAt) } : {}),
    })),
    alert: {
      raisedAt: iso(alert.raisedAt),
      ...(alert.ownedAt ? { ownedAt: iso(alert.ownedAt) } : {}),
      ...(alert.closedAt ? { closedAt: iso(alert.closedAt) } : {}),
      ...(alert.outcome ? { outcome: alert.outcome } : {}),
    },
    ...(openings.length > 0
      ? { planOpened: openings.map(({ openedAt, reason }) => ({ at: iso(openedAt), reason })) }
      : {}),
  })
}
