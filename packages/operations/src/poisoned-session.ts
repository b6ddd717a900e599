/**
 * A session that is due and whose own row cannot be moved, whatever is wrong with it (F24). It must not take its alert
 * with it: past its alert time the alert is raised beside it, and an operator is rung in any case.
 */
import type { AlertReason } from '@stillhere/domain'
import {
  findAlert,
  findOrganisationOfSession,
  loadSessionsForUpdate,
  readClock,
  type SessionRow,
  storeSessions,
} from '@stillhere/persistence'
import { type RaisedAlert, raiseAlerts } from './alert/raise-alerts.ts'
import type { OperationContext } from './context.ts'
import { pageOperator } from './page-operators.ts'

const reason: AlertReason = 'silence'
const isWatched = ({ state }: SessionRow): boolean => state === 'counting' || state === 'prompting'

/**
 * @returns what was raised; nothing before the alert's time, when it is there already, or when its plan cannot be read
 * either: then the operator, who has been rung, is all that is left
 * @throws whatever keeps even the page from being written: then it is the database, and not this row
 */
export async function raiseForPoisoned(ctx: OperationContext, sessionId: string): Promise<RaisedAlert[]> {
  ctx.events.trouble('poisonRow', { reason: 'deadline' })
  const organisationId = await findOrganisationOfSession(ctx.db, sessionId)
  if (organisationId !== undefined) await pageOperator(ctx, organisationId, 'pager-engine')
  try {
    return await ctx.db.transaction(async (tx) => {
      const [session] = await loadSessionsForUpdate(tx, [sessionId])
      const now = await readClock(tx)
      // Ended or checked in meanwhile: nobody waits for it any more.
      if (session === undefined || !isWatched(session) || session.alertAt > now) return []
      const alerting: SessionRow = { ...session, version: session.version + 1, state: 'alerting' }
      if (!(await findAlert(tx, { sessionId }))) return raiseAlerts(ctx, tx, [{ session: alerting, reason }], now)
      // Somebody has mended the row: the session joins its alert.
      await storeSessions(tx, [{ session: alerting, expectedVersion: session.version }], now)
      return []
    })
  } catch (error) {
    ctx.events.trouble('poisonRow', { reason: 'alert', error })
    return []
  }
}
