import { type AlertReason, ladderRows, syntheticLadder } from '@stillhere/domain'
import {
  type AlertRow,
  findOrganisations,
  findPlans,
  findRescuers,
  findSiteLadders,
  findSupportersOnShift,
  insertAlerts,
  insertMessages,
  insertRecipients,
  insertSteps,
  newId,
  newStep,
  type PlanRow,
  priorities,
  type RecipientRow,
  type RescuerRow,
  recordJournal,
  type SessionRow,
  type Transaction,
} from '@stillhere/persistence'
import { canBeTold } from '../can-be-told.ts'
import type { OperationContext } from '../context.ts'
import { gatherForBundle } from '../delivery/bundle-asks.ts'
import { destinationOfPerson } from '../destinations.ts'
import { pagerCall, pagerMessage } from '../page-operators.ts'
import { type AlertBundle, type Climbed, climb } from './climb.ts'
import { loadHeldCodes } from './held-codes.ts'

/** The person asked for it. A supporter's raise has a line of its own; what follows ten seconds later is the service's. */
const asked: ReadonlySet<AlertReason> = new Set(['help', 'duress'])

export interface RaisedAlert {
  id: string
  sessionId: string
  reason: AlertReason
  latenessMs: number
  nobody: boolean
  /** A test of the path: no figure counts it. */
  synthetic: boolean
}

/**
 * Raises an alert for each session, in the transaction that decided it: snapshots, recipients, every step of the ladder
 * at its absolute instant, and the first messages. One statement per table, however many sessions.
 */
export async function raiseAlerts(
  ctx: OperationContext,
  tx: Transaction,
  raised: readonly { session: SessionRow; reason: AlertReason }[],
  now: number,
): Promise<RaisedAlert[]> {
  if (raised.length === 0) return []
  const planIds = raised.map(({ session }) => session.planId)
  const organisationIds = [...new Set(raised.map(({ session }) => session.organisationId))]
  const plans = new Map((await findPlans(tx, planIds)).map((plan) => [plan.id, plan]))
  const rescuers = groupByPlan((await findRescuers(tx, planIds)).filter(canBeTold))
  const supporters = await findSupportersOnShift(tx, organisationIds)
  const organisations = new Map((await findOrganisations(tx, organisationIds)).map((o) => [o.id, o]))
  const siteLadders = await findSiteLadders(tx, [
    ...new Set([...plans.values()].flatMap(({ site }) => (site ? [site.id] : []))),
  ])
  const codes = await loadHeldCodes(tx, [
    ...[...rescuers.values()].flat().flatMap((rescuer) => (rescuer.numberHash ? [rescuer.numberHash] : [])),
    ...supporters.map((supporter) => supporter.numberHash),
  ])

  const alerts: AlertRow[] = []
  const recipients: RecipientRow[] = []
  const steps: Parameters<typeof insertSteps>[1][number][] = []
  const messages: Parameters<typeof insertMessages>[1][number][] = []
  const outcomes: RaisedAlert[] = []
  for (const { session, reason } of raised) {
    const plan = plans.get(session.planId)
    const organisation = organisations.get(session.organisationId)
    if (!plan || !organisation) throw new Error('the plan or organisation of a session is gone')
    const synthetic = session.synthetic === true
    // A test tells its handset and nobody else; a handset is told of nothing else.
    const ownRescuers = (rescuers.get(plan.id) ?? []).filter((r) => (r.synthetic === true) === synthetic)
    const ownSupporters = synthetic ? [] : supporters.filter((s) => s.organisationId === session.organisationId)
    const phones = [
      ...ownRescuers.flatMap((r) => (r.numberHash ? [r.numberHash] : [])),
      ...ownSupporters.map((s) => s.numberHash),
    ]
    const code = codes.choose(session.organisationId, phones)
    const alert: AlertRow = {
      id: newId(),
      organisationId: session.organisationId,
      sessionId: session.id,
      planId: plan.id,
      state: 'open',
      version: 1,
      code,
      reason,
      sealedPlan: plan.good?.sealed ?? plan.sealed,
      planVersion: plan.good?.planVersion ?? plan.planVersion,
      ...(plan.sealedOwnNumber ? { sealedOwnNumber: plan.sealedOwnNumber } : {}),
      textAddress: plan.textAddress,
      alertOrder: plan.alertOrder,
      ladder: synthetic ? [...syntheticLadder] : ((plan.site && siteLadders.get(plan.site.id)) ?? organisation.ladder),
      dueAt: asked.has(reason) ? now : session.alertAt,
      ladderFromAt: now,
      raisedAt: now,
      ...(synthetic ? { synthetic } : {}),
    }
    const bundle: AlertBundle = {
      alert,
      recipients: ownRescuers.flatMap((rescuer) => recipientOf(alert, rescuer)),
      pending: ladderRows(alert.ladder, now, ctx.pace).map((row) =>
        newStep({
          organisationId: alert.organisationId,
          sessionId: alert.sessionId,
          alertId: alert.id,
          kind: row.kind,
          position: row.position,
          ...(row.kind === 'ladder' ? { spec: row.step } : {}),
          dueAt: row.dueAt,
        }),
      ),
      supporters: ownSupporters,
    }
    bundle.recipients = onePerPhone(bundle.recipients)
    const climbed = climb(bundle, now, ctx.pace)
    alerts.push(alert)
    recipients.push(...bundle.recipients)
    steps.push(...stepsToWrite(bundle, climbed, now))
    messages.push(
      ...climbed.messages,
      ...ownPhoneMessage(alert, plan, { reason, language: session.language ?? 'en', now }),
    )
    // Whatever the plan and the rota say: nobody can be reached by phone now, so the operator hears of it at once.
    // A test that reaches nobody is a miss, and paged as one.
    const nobody = climbed.messages.length === 0 && !synthetic
    if (nobody && organisation.pagerNumber)
      messages.push(
        pagerMessage(organisation.id, 'pager-nobody', alert.id, now, { code }),
        pagerCall(organisation.id, alert.id, now),
      )
    outcomes.push({ id: alert.id, sessionId: session.id, reason, latenessMs: now - alert.dueAt, nobody, synthetic })
  }
  await gatherForBundle(tx, messages, now)
  await insertAlerts(tx, alerts)
  await insertRecipients(tx, recipients)
  await insertSteps(tx, steps)
  await insertMessages(tx, messages)
  await recordJournal(
    tx,
    alerts.map((alert) => ({
      organisationId: alert.organisationId,
      at: now,
      kind: 'alert-raised',
      sessionId: alert.sessionId,
      alertId: alert.id,
      actor: { kind: asked.has(alert.reason) ? ('person' as const) : ('service' as const) },
      detail: { reason: alert.reason, latenessMs: now - alert.dueAt },
    })),
  )
  return outcomes
}

/** Steps that ran in this transaction are written as done, with what became of them. */
function stepsToWrite(bundle: AlertBundle, climbed: Climbed, now: number) {
  const outcomes = new Map(climbed.finished.map((step) => [step.id, step.outcome]))
  return [...bundle.pending, ...climbed.newSteps].map((step) => {
    const outcome = outcomes.get(step.id)
    return outcome === undefined ? step : { ...step, done: { outcome, at: now } }
  })
}

const recipientOf = (alert: AlertRow, rescuer: RescuerRow): RecipientRow[] =>
  rescuer.numberHash && rescuer.destination
    ? [
        {
          alertId: alert.id,
          kind: 'rescuer',
          id: rescuer.id,
          organisationId: alert.organisationId,
          position: rescuer.position,
          destination: rescuer.destination,
          numberHash: rescuer.numberHash,
          language: rescuer.language,
          code: alert.code,
          codeHeld: true,
          answer: 'none',
          stopped: false,
          ...(rescuer.badCode ? { badCode: rescuer.badCode } : {}),
        },
      ]
    : []

/** The own phone hears that others are being told, unless the person must not be betrayed (duress). */
function ownPhoneMessage(
  alert: AlertRow,
  plan: PlanRow,
  { reason, language, now }: { reason: AlertReason; language: string; now: number },
) {
  const destination = destinationOfPerson(plan)
  if (!destination || reason === 'duress') return []
  return [
    {
      organisationId: alert.organisationId,
      sessionId: alert.sessionId,
      recipientKind: 'person' as const,
      recipientId: alert.sessionId,
      channel: 'text' as const,
      template: 'alert-raised-own',
      detail: { code: alert.code },
      language,
      destination,
      ...(plan.ownNumberHash ? { numberHash: plan.ownNumberHash } : {}),
      priority: priorities.answer,
      dedupeKey: `raised-own.${alert.id}`,
      dueAt: now,
    },
  ]
}

function onePerPhone(recipients: RecipientRow[]): RecipientRow[] {
  const seen = new Set<string>()
  return recipients
    .sort((a, b) => a.position - b.position)
    .filter((recipient) => {
      const phone = recipient.numberHash?.toString('hex') ?? recipient.id
      return !seen.has(phone) && seen.add(phone)
    })
}

function groupByPlan(rescuers: RescuerRow[]): Map<string, RescuerRow[]> {
  return Map.groupBy(rescuers, (rescuer) => rescuer.planId)
}
