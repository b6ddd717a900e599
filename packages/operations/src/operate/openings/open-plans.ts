import {
  countPlanOpenings,
  findAlert,
  findPlanOpeningsDue,
  findPlans,
  findSupporter,
  insertMessages,
  type PlanOpeningRow,
  type PlanRow,
  type Queryable,
  readClock,
  recordAudit,
  recordJournal,
  type SealedValue,
  shredOpenedPlans,
  storePlanOpened,
  storePlanOpeningRefused,
  touchSessions,
} from '@stillhere/persistence'
import { listAside, putAside } from '../../aside.ts'
import type { OperationContext } from '../../context.ts'
import { workOffEach } from '../../in-halves.ts'
import { pagerMessage } from '../../page-operators.ts'
import { checkSigned, statementOf } from './signed-statement.ts'

/** The disclosure folder seals a plan to the asking browser's key; undefined when the plan does not open. */
export type SealOpening = (
  plan: { planId: string; planVersion: number; sealed: SealedValue },
  to: { openingId: string; supporterId: string; keyId: string; publicKey: string },
) => Promise<SealedValue | undefined>

/** How long the asking browser finds it. */
const readableForMs = 15 * 60_000
const dayMs = 24 * 3_600_000
/** One at which something fails that is no reason to refuse it is tried again after this long; the others go first. */
const againMs = 5_000
/** Of one organisation in a day, whatever the rows say: a hijacked api may not empty the house. */
const mostOpenedADay = 5

/** Why the worker did not open. */
type Refusal = 'expired' | 'not-signed' | 'not-two-operators' | 'too-many' | 'no-plan' | 'cannot-open'

/**
 * Opens what two people have confirmed. It believes no row that says so: both statements are checked again here, with the
 * keys of passkeys that are a day old at least, of two operators who are that now. Opening, audit and the person's line
 * are one transaction; whatever else is found is refused for good and said as trouble.
 * @param party the origin of the pages, from the worker's own settings
 */
export async function openPlans(
  ctx: OperationContext,
  seal: SealOpening,
  party: { origin: string },
  limit: number,
): Promise<{ found: number }> {
  const due = await findPlanOpeningsDue(ctx.db, limit, listAside(ctx, 'opening'))
  await workOffEach(
    ctx,
    due,
    async (opening) => {
      const looked = await mayOpen(ctx.db, opening, party.origin)
      const sealed = looked.kind === 'may' ? await sealTo(seal, looked.plan, opening) : undefined
      const refusal: Refusal | undefined =
        looked.kind === 'refused' ? looked.why : sealed === undefined ? 'cannot-open' : undefined
      await finish(ctx, opening, refusal ?? (sealed as SealedValue))
    },
    ({ id }, error) => {
      ctx.events.trouble('poisonRow', { reason: 'planOpening', error })
      putAside(ctx, 'opening', id, againMs)
    },
  )
  await shredOpenedPlans(ctx.db)
  return { found: due.length }
}

async function mayOpen(
  db: Queryable,
  opening: PlanOpeningRow,
  origin: string,
): Promise<{ kind: 'may'; plan: PlanRow } | { kind: 'refused'; why: Refusal }> {
  const refused = (why: Refusal) => ({ kind: 'refused', why }) as const
  const now = await readClock(db)
  const { askedBy, confirmedBy, askedWith, confirmedWith, organisationId, alertId } = opening
  if (opening.expiresAt <= now) return refused('expired')
  if (confirmedBy === null || confirmedWith === null || confirmedBy === askedBy) return refused('not-two-operators')
  for (const id of [askedBy, confirmedBy]) {
    const one = await findSupporter(db, id)
    if (one?.role !== 'operator' || one.organisationId !== organisationId) return refused('not-two-operators')
  }
  for (const { supporterId, does, by } of [
    { supporterId: askedBy, does: 'asks', by: askedWith },
    { supporterId: confirmedBy, does: 'confirms', by: confirmedWith },
  ] as const) {
    const statement = statementOf(opening, { does, supporterId, at: by.at })
    const { passkey } = by
    const signed = await checkSigned(db, { statement, organisationId, passkey, origin, now })
    if (signed.kind !== 'signed') return refused('not-signed')
  }
  if ((await countPlanOpenings(db, organisationId, now - dayMs)).opened >= mostOpenedADay) return refused('too-many')
  const alert = await findAlert(db, { id: alertId })
  if (alert?.state !== 'closed' || alert.organisationId !== organisationId || alert.synthetic) return refused('no-plan')
  const [plan] = await findPlans(db, [alert.planId])
  return plan?.good && plan.organisationId === organisationId ? { kind: 'may', plan } : refused('no-plan')
}

const sealTo = (seal: SealOpening, { id: planId, good }: PlanRow, { id, askedBy, keyId, publicKey }: PlanOpeningRow) =>
  good && seal({ planId, ...good }, { openingId: id, supporterId: askedBy, keyId, publicKey })

/** @param what the sealed plan, or why there is none */
async function finish(ctx: OperationContext, opening: PlanOpeningRow, what: SealedValue | Refusal): Promise<void> {
  const isOpened = typeof what !== 'string'
  const { id, organisationId, alertId, askedBy, confirmedBy, reason } = opening
  const changed = await ctx.db.transaction(async (tx) => {
    const alert = await findAlert(tx, { id: alertId })
    if (!alert) return []
    // The session before anything of its alert, as everywhere; the person's receipt says it from here on.
    const touched = isOpened ? await touchSessions(tx, [alert.sessionId]) : []
    const now = await readClock(tx)
    const isFirst = isOpened
      ? await storePlanOpened(tx, id, { now, sealed: what, readableUntilAt: now + readableForMs })
      : await storePlanOpeningRefused(tx, id, what)
    if (!isFirst) return touched
    const action = isOpened ? 'plan-opened' : 'plan-opening-refused'
    // Somebody who answers for the service hears of it at once; of whom or why it is, nothing.
    if (isOpened) await insertMessages(tx, [pagerMessage(organisationId, 'pager-opening', id, now, {})])
    await recordAudit(tx, { organisationId, actorId: askedBy, action, thing: id, fields: [isOpened ? reason : what] })
    await recordJournal(tx, [
      {
        organisationId,
        at: now,
        kind: action,
        sessionId: alert.sessionId,
        alertId,
        actor: { kind: 'service' },
        detail: {
          openingId: id,
          askedBy,
          confirmedBy: confirmedBy ?? '',
          ...(isOpened ? { reason } : { because: what }),
        },
      },
    ])
    return touched
  })
  if (!isOpened) ctx.events.trouble('poisonRow', { reason: 'planOpening' })
  ctx.wake.changed(changed)
  ctx.wake.prod('outbox')
}
