import { findAlert, findAlertIds, readClock } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext } from '../context.ts'
import { serverNow } from '../views.ts'
import { journalViews, readAlertView } from './alert-view.ts'

/** Open alerts first, then those closed within a day. */
export async function listAlerts(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const ids = await findAlertIds(ctx.db, caller.organisationId)
  await journalViews(ctx, caller, ids)
  const views = await Promise.all(
    ids.map(async (id) => {
      const alert = await findAlert(ctx.db, { id })
      return alert ? [await readAlertView(ctx.db, alert, ctx.pace)] : []
    }),
  )
  return answer(200, { alerts: views.flat(), serverNow: serverNow(await readClock(ctx.db)) })
}
