/**
 * After a restore (F54): what is up to 15 minutes overdue fires as ever; what is older goes to operators as one list and
 * fires a minute after the first worker has started, unless they close it. A plain restart holds nothing.
 */
import {
  beginHold,
  cancelSteps,
  findOverdue,
  findRestore,
  insertMessages,
  loadSessionsForUpdate,
  migrate,
  type OverdueRow,
  type RestoreRow,
  readClock,
  recordJournal,
  recordRestore,
  storeSessions,
} from '@stillhere/persistence'
import type { OperationContext } from '../context.ts'
import { pagerMessage } from '../page-operators.ts'
import { withDatabase } from './with-database.ts'

/** Real time: people look at a list at their own pace, whatever the service's. */
export const restoreHold = { graceMs: 15 * 60_000, lastsMs: 60_000 } as const

/** The first worker that starts on a restored database begins the hold and pages each organisation that it is about. */
export async function beginRestoreHold(ctx: OperationContext): Promise<void> {
  const paged = await ctx.db.transaction(async (tx) => {
    if (!(await beginHold(tx, restoreHold.graceMs, restoreHold.lastsMs))) return 0
    const now = await readClock(tx)
    const overdue = Map.groupBy(await findOverdue(tx, now - restoreHold.graceMs), (row) => row.organisationId)
    return insertMessages(
      tx,
      [...overdue].map(([organisationId, rows]) =>
        pagerMessage(organisationId, 'pager-restored', `${now}`, now, { count: rows.length }),
      ),
    )
  })
  if (paged > 0) ctx.wake.prod('outbox')
}

/** The one list: what the restored backup says was due long ago and has not fired. Undefined: nothing was restored. */
export function listOverdue(
  databaseUrl: string,
): Promise<{ restore: RestoreRow; overdue: OverdueRow[]; now: number } | undefined> {
  return withDatabase(databaseUrl, async (db) => {
    const restore = await findRestore(db)
    if (!restore) return undefined
    const now = await readClock(db)
    return { restore, overdue: await findOverdue(db, restore.heldBeforeAt ?? now - restoreHold.graceMs), now }
  })
}

/**
 * Closes listed sessions as `abandoned`: no alert comes of them. An alert that is open is closed in the console, by somebody
 * who knows. @returns the ids that were closed
 */
export function closeOverdue(databaseUrl: string, which: 'all' | readonly string[]): Promise<string[]> {
  return withDatabase(databaseUrl, (db) =>
    db.transaction(async (tx) => {
      const restore = await findRestore(tx)
      if (!restore) return []
      const now = await readClock(tx)
      const overdue = await findOverdue(tx, restore.heldBeforeAt ?? now - restoreHold.graceMs)
      const ids = overdue
        .filter(({ kind, sessionId }) => kind === 'session' && (which === 'all' || which.includes(sessionId)))
        .map(({ sessionId }) => sessionId)
      const sessions = (await loadSessionsForUpdate(tx, ids)).filter(
        ({ state }) => state === 'counting' || state === 'prompting',
      )
      const changes = sessions.map((session) => ({
        session: { ...session, state: 'closed' as const, outcome: 'abandoned' as const, version: session.version + 1 },
        expectedVersion: session.version,
      }))
      await storeSessions(tx, changes, now)
      const closed = sessions.map(({ id }) => id)
      await cancelSteps(tx, { sessionIds: closed }, ['prompt'], now)
      await recordJournal(
        tx,
        sessions.map(({ id, organisationId }) => ({
          organisationId,
          at: now,
          kind: 'session-closed',
          sessionId: id,
          actor: { kind: 'operator' as const },
          detail: { reason: 'restored' },
        })),
      )
      return closed
    }),
  )
}

/**
 * For a database that was brought back by other means (pg_restore, a snapshot, a standby): brings it to this release and
 * marks it as restored. No worker may run on it yet.
 */
export async function markRestored(databaseUrl: string, takenAt: number): Promise<void> {
  await migrate(databaseUrl)
  await withDatabase(databaseUrl, (db) => db.transaction((tx) => recordRestore(tx, takenAt, 1)))
}
