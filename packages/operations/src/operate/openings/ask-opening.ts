/**
 * Two people open the plan of a closed alert (infra/decisions/0016). The first asks: why, from which browser, signed with
 * a passkey. Within ten minutes a second operator confirms the same words with theirs. Then the worker checks both again
 * and seals the plan to the asking browser. Nothing here opens anything: this process has no key.
 */
import type { AskOpeningBody, ConfirmOpeningBody, OpeningStatement } from '@stillhere/contracts'
import {
  confirmPlanOpening,
  countPlanOpenings,
  findAlert,
  findPlanOpenings,
  findPlans,
  findStaff,
  findSupporter,
  insertPlanOpening,
  iso,
  loadPlanOpeningForUpdate,
  type PlanOpeningRow,
  readClock,
  recordJournal,
  storePasskeyCounter,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../../context.ts'
import { runCommand } from '../../run-command.ts'
import type { RelyingParty } from '../../support/passkeys.ts'
import { recordChange } from '../record-change.ts'
import { checkSigned, keptOf, statementOf } from './signed-statement.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** For the second person to read the same words and find their key. */
const askedForMs = 10 * minuteMs
/** Between the confirmation and the worker, which looks every 250 ms. Later than that nobody sits there any more. */
const confirmedForMs = 2 * minuteMs
/** Between what they were shown and what arrives. */
const signedWithinMs = 2 * minuteMs
/** Of one organisation in a day. */
const mostAskedADay = 10
const shown = 50

/** The last ones, newest first. What was opened is there for who asked, alone. */
export async function listOpenings(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const [rows, staff, now] = await Promise.all([
    findPlanOpenings(ctx.db, caller.organisationId, shown),
    findStaff(ctx.db, caller.organisationId),
    readClock(ctx.db),
  ])
  const names = new Map(staff.map(({ id, name }) => [id, name]))
  return answer(200, { openings: rows.map((row) => viewOf(row, names, caller, now)), serverNow: iso(now) })
}

export async function askOpening(
  ctx: OperationContext,
  caller: Caller,
  party: RelyingParty,
  input: AskOpeningBody,
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'ask-opening', payload }, async (tx) => {
    const { openingId, alertId, reason, keyId, publicKey, at } = input
    const alert = await findAlert(tx, { id: alertId })
    if (alert?.organisationId !== caller.organisationId || alert.synthetic) return refuse('not_found')
    if (alert.state !== 'closed')
      return refuseBecause('conflict', 'This alert is open: the plan goes to whoever has the alert.')
    const [plan] = await findPlans(tx, [alert.planId])
    if (!plan?.good) return refuse('gone')
    const supporter = await findSupporter(tx, caller.id)
    if (supporter?.briefKey?.keyId !== keyId || supporter.briefKey.publicKey !== publicKey)
      return refuseBecause('conflict', 'The plan is sealed to the key that this browser brought, and this is another.')
    const now = await readClock(tx)
    const { asked } = await countPlanOpenings(tx, caller.organisationId, now - dayMs)
    if (asked >= mostAskedADay) return { ...refuse('too_many'), retryAfterSeconds: dayMs / 1_000 }
    const row = { id: openingId, alertId, reason, keyId, publicKey }
    const refused = await refusedSignature(tx, caller, party, row, { does: 'asks', at, passkey: input.passkey, now })
    if (refused) return refused
    const made = {
      ...row,
      organisationId: caller.organisationId,
      askedBy: caller.id,
      askedAt: now,
      askedWith: keptOf(at, input.passkey),
      expiresAt: now + askedForMs,
    }
    if (!(await insertPlanOpening(tx, made))) return refuse('conflict')
    await recordChange(tx, caller, { action: 'plan-opening-asked', thing: openingId, fields: [reason] })
    await recordLine(tx, caller, alert, 'plan-opening-asked', { openingId, reason }, now)
    return answer(201, { opening: await shownTo(tx, caller, openingId, now) })
  })
}

export async function confirmOpening(
  ctx: OperationContext,
  caller: Caller,
  party: RelyingParty,
  input: ConfirmOpeningBody & { openingId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'confirm-opening', payload }, async (tx) => {
    const opening = await loadPlanOpeningForUpdate(tx, caller.organisationId, input.openingId)
    if (!opening) return refuse('not_found')
    if (opening.askedBy === caller.id) return refuseBecause('conflict', 'Somebody else must confirm.')
    if (opening.confirmedBy !== null || opening.refusedCode !== null) return refuse('conflict')
    const now = await readClock(tx)
    if (opening.expiresAt <= now) return refuse('gone')
    const { at, passkey } = input
    const refused = await refusedSignature(tx, caller, party, opening, { does: 'confirms', at, passkey, now })
    if (refused) return refused
    await confirmPlanOpening(tx, opening.id, {
      supporterId: caller.id,
      with: keptOf(at, passkey),
      now,
      expiresAt: now + confirmedForMs,
    })
    await recordChange(tx, caller, {
      action: 'plan-opening-confirmed',
      thing: opening.id,
      fields: [opening.reason],
    })
    const alert = await findAlert(tx, { id: opening.alertId })
    if (alert) await recordLine(tx, caller, alert, 'plan-opening-confirmed', { openingId: opening.id }, now)
    return answer(200, { opening: await shownTo(tx, caller, opening.id, now) })
  })
}

/** Undefined when this caller's own passkey signed these words just now. */
async function refusedSignature(
  tx: Transaction,
  caller: Caller,
  party: RelyingParty,
  row: Parameters<typeof statementOf>[0],
  by: { does: OpeningStatement['does']; at: string; passkey: object; now: number },
): Promise<Answer | undefined> {
  const { does, at, passkey, now } = by
  if (Math.abs(now - Date.parse(at)) > signedWithinMs) return refuse('not_authenticated')
  const statement = statementOf(row, { does, supporterId: caller.id, at })
  const { origin } = party
  const signed = await checkSigned(tx, { statement, organisationId: caller.organisationId, passkey, origin, now })
  if (signed.kind === 'not-signed') return refuse('not_authenticated')
  if (signed.kind === 'too-new')
    return refuseBecause('conflict', 'A passkey opens plans from the day after it was made.', { problem: 'too-new' })
  await storePasskeyCounter(tx, signed.passkeyId, signed.counter)
  return undefined
}

const recordLine = (
  tx: Transaction,
  caller: Caller,
  alert: { id: string; sessionId: string; organisationId: string },
  kind: string,
  detail: Record<string, string>,
  now: number,
) =>
  recordJournal(tx, [
    {
      organisationId: alert.organisationId,
      at: now,
      kind,
      sessionId: alert.sessionId,
      alertId: alert.id,
      actor: { kind: 'operator', id: caller.id },
      detail,
    },
  ])

async function shownTo(tx: Transaction, caller: Caller, id: string, now: number) {
  const row = await loadPlanOpeningForUpdate(tx, caller.organisationId, id)
  const names = new Map((await findStaff(tx, caller.organisationId)).map((one) => [one.id, one.name]))
  return row && viewOf(row, names, caller, now)
}

function stateOf(row: PlanOpeningRow, now: number) {
  if (row.refusedCode !== null) return 'refused'
  if (row.openedAt !== null) return 'opened'
  if (row.expiresAt <= now) return 'expired'
  return row.confirmedBy === null ? 'asked' : 'confirmed'
}

function viewOf(row: PlanOpeningRow, names: ReadonlyMap<string, string>, caller: Caller, now: number) {
  const who = (id: string) => {
    const name = names.get(id)
    return { id, ...(name === undefined ? {} : { name }) }
  }
  const isReadable =
    row.sealed && row.askedBy === caller.id && row.readableUntilAt !== null && row.readableUntilAt > now
  return {
    id: row.id,
    alertId: row.alertId,
    reason: row.reason,
    state: stateOf(row, now),
    askedAt: iso(row.askedAt),
    askedBy: who(row.askedBy),
    ...(row.confirmedBy === null ? {} : { confirmedBy: who(row.confirmedBy) }),
    expiresAt: iso(row.expiresAt),
    ...(row.openedAt === null ? {} : { openedAt: iso(row.openedAt) }),
    ...(row.refusedCode === null ? {} : { refused: row.refusedCode }),
    keyId: row.keyId,
    publicKey: row.publicKey,
    ...(row.readableUntilAt === null ? {} : { readableUntil: iso(row.readableUntilAt) }),
    ...(isReadable ? { sealed: row.sealed } : {}),
  }
}
