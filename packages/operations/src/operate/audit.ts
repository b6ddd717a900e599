import { createHash } from 'node:crypto'
import {
  findAlert,
  findAlertLogs,
  findAudit,
  findPastAlerts,
  findStaff,
  findTimeline,
  iso,
  readClock,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../context.ts'
import { serverNow } from '../views.ts'

const usualLimit = 50
const mostLogs = 200

/** Changes, newest first: who, what, when. @param page.cursor as the page before gave it */
export async function listAudit(
  ctx: OperationContext,
  caller: Caller,
  page: { cursor?: string | undefined; limit?: number | undefined },
): Promise<Answer> {
  const limit = page.limit ?? usualLimit
  const before = page.cursor === undefined ? undefined : idIn(caller, page.cursor)
  if (before === null) return refuseBecause('invalid', 'cursor must be the nextCursor of the page before.')
  const rows = await findAudit(ctx.db, caller.organisationId, { before, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const names = new Map((await findStaff(ctx.db, caller.organisationId)).map(({ id, name }) => [id, name]))
  const last = shown.at(-1)
  return answer(200, {
    changes: shown.map(({ id: _, at, actorId, ...change }) => {
      const name = names.get(actorId)
      return { at: iso(at), by: { id: actorId, ...(name ? { name } : {}) }, ...change }
    }),
    ...(rows.length > limit && last ? { nextCursor: cursorOf(caller, last.id) } : {}),
  })
}

/** Alerts, newest first: open ones, and those that are over as long as they are kept. @param page.before an id of this list */
export async function listPastAlerts(
  ctx: OperationContext,
  caller: Caller,
  page: { before?: string | undefined },
): Promise<Answer> {
  const rows = await findPastAlerts(ctx.db, caller.organisationId, { before: page.before, limit: usualLimit + 1 })
  const shown = rows.slice(0, usualLimit)
  const last = shown.at(-1)
  return answer(200, {
    alerts: shown.map(({ dueAt, raisedAt, ownedAt, ownerKind, closedAt, outcome, reason, ...alert }) => ({
      ...alert,
      // Duress is nobody's to read off a list.
      reason: reason === 'duress' ? 'help' : reason,
      raisedAt: iso(raisedAt),
      latenessMs: raisedAt - dueAt,
      ...(ownedAt !== null && { ownedAt: iso(ownedAt) }),
      ...(ownerKind !== null && { ownerKind }),
      ...(closedAt !== null && { closedAt: iso(closedAt) }),
      ...(outcome !== null && { outcome }),
    })),
    ...(rows.length > usualLimit && last ? { nextBefore: last.id } : {}),
    serverNow: serverNow(await readClock(ctx.db)),
  })
}

/** One alert, line by line, as the journal has it. */
export async function getTimeline(ctx: OperationContext, caller: Caller, alertId: string): Promise<Answer> {
  const alert = await findAlert(ctx.db, { id: alertId })
  if (alert?.organisationId !== caller.organisationId) return refuse('not_found')
  const lines = await findTimeline(ctx.db, caller.organisationId, alertId)
  return answer(200, {
    timeline: lines.map(({ at, kind, actorKind, detail }) => ({ at: iso(at), kind, by: actorKind, detail })),
  })
}

/** What supporters wrote of alerts afterwards; a debrief that is open is somebody to ask how they are. */
export async function listAlertLogs(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const logs = await findAlertLogs(ctx.db, caller.organisationId, mostLogs)
  return answer(200, { logs: logs.map(({ at, ...log }) => ({ ...log, at: iso(at) })) })
}

/** The id of a row with a mark that shows tampering. It guards nothing: rows are of the caller's organisation anyway. */
const cursorOf = (caller: Caller, id: number): string => `${id}.${markOf(caller, String(id))}`

const markOf = (caller: Caller, id: string): string =>
  createHash('sha256').update(`audit.${caller.organisationId}.${id}`).digest('base64url').slice(0, 16)

function idIn(caller: Caller, cursor: string): number | null {
  const [, id, mark] = /^([1-9][0-9]{0,14})\.([A-Za-z0-9_-]{16})$/.exec(cursor) ?? []
  return id !== undefined && mark === markOf(caller, id) ? Number(id) : null
}
