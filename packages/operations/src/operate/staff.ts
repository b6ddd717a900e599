/**
 * Supporters as those who run the service see and change them. A number is sealed to the disclosure key before it gets
 * here. Names are not kept with the answers of commands: a repeat reads them anew.
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  type Engagement,
  endInvitations,
  endSignIns,
  findAlert,
  findOpenAlertsOf,
  findStaff,
  forgetStaff,
  insertInvitation,
  insertSupporter,
  iso,
  loadStaffForUpdate,
  newId,
  type Role,
  readClock,
  recordJournal,
  removeSupporter,
  type SealedValue,
  type StaffRow,
  storeShift,
  storeStaff,
  storeStaffNumber,
  type Transaction,
  takeOutOfAlerts,
} from '@stillhere/persistence'
import { type AppliedDecision, announceAlert } from '../alert/decide-and-apply.ts'
import { answerAlert } from '../answer-alert.ts'
import { type AskedOutcome, askNumber, mostAsksADay } from '../confirm-number.ts'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { serverNow } from '../views.ts'
import { ownOrganisation } from './organisation.ts'
import { changedFields, isStale, recordChange } from './record-change.ts'

/** Most people of one organisation. */
const mostStaff = 1_000
/** Seals a number under the supporter's id, which is part of what the seal covers. */
export type SealStaffNumber = (supporterId: string) => Promise<SealedValue>

export async function listStaff(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const supporters = (await findStaff(ctx.db, caller.organisationId)).map(viewOf)
  return answer(200, { supporters, serverNow: serverNow(await readClock(ctx.db)) })
}

/** Adds somebody, with a one-time invitation that is shown once. The worker checks the number, as it does a rescuer's. */
export async function addStaff(
  ctx: OperationContext,
  caller: Caller,
  input: {
    commandId: string
    name: string
    role: Role
    language?: string | undefined
    engagement?: Engagement | undefined
  },
  sealNumber?: SealStaffNumber,
): Promise<Answer> {
  const { commandId, ...given } = input
  const payload = { ...given, number: sealNumber !== undefined }
  let invitation: string | undefined
  const done = await runCommand(ctx, caller, { commandId, what: 'add-supporter', payload }, async (tx) => {
    const { organisationId } = caller
    if ((await findStaff(tx, organisationId)).length >= mostStaff) return refuse('limit')
    const id = newId()
    const { name, role, language = 'en', engagement } = input
    const sealedNumber = await sealNumber?.(id)
    const row = { id, organisationId, name, role, language, engagement }
    await insertSupporter(tx, { ...row, ...(sealedNumber ? { sealedNumber } : {}) })
    invitation = await invite(tx, caller, { id, role })
    await recordChange(tx, caller, {
      action: 'supporter-added',
      thing: id,
      version: 1,
      fields: ['name', 'role', 'language', ...(engagement ? ['engagement'] : []), ...(sealedNumber ? ['number'] : [])],
    })
    return answer(201, { supporterId: id })
  })
  ctx.wake.prod('checks')
  return present(ctx, caller, done, invitation)
}

/** `sealNumber`: a new number; null: none any more; undefined: as it is. A new role counts from the next request on. */
export async function changeStaff(
  ctx: OperationContext,
  caller: Caller,
  input: {
    commandId: string
    supporterId: string
    version?: number | undefined
    name: string
    role: Role
    language: string
    engagement?: Engagement | null | undefined
  },
  sealNumber?: SealStaffNumber | null,
): Promise<Answer> {
  const { commandId, ...given } = input
  const payload = { ...given, number: sealNumber === null ? 'none' : sealNumber ? 'new' : 'same' }
  let applied: AppliedDecision[] = []
  const done = await runCommand(ctx, caller, { commandId, what: 'change-supporter', payload }, async (tx) => {
    applied = []
    const found = await loadStaffForUpdate(tx, caller.organisationId, input.supporterId)
    if (!found) return refuse('not_found')
    const before = found.staff
    if (isStale(input.version, before.version)) return refuse('stale_version')
    if (before.role === 'operator' && input.role !== 'operator' && found.otherOperators === 0) return lastOperator()
    const { name, role, language, engagement = before.engagement } = input
    const version = before.version + 1
    await storeStaff(tx, { id: before.id, name, role, language, engagement, version })
    if (sealNumber !== undefined) {
      await storeStaffNumber(tx, before.id, sealNumber === null ? null : await sealNumber(before.id))
      await takeOutOfAlerts(tx, before.id)
    }
    // An auditor answers nobody.
    if (role === 'auditor' && before.role !== 'auditor') {
      await endShiftOf(tx, caller, before)
      applied = await giveUpAlerts(ctx, tx, before.id)
    }
    const was = { name: before.name, role: before.role, language: before.language, engagement: before.engagement }
    await recordChange(tx, caller, {
      action: 'supporter-changed',
      thing: before.id,
      version,
      fields: [
        ...changedFields(was, { name, role, language, engagement }),
        ...(sealNumber === undefined ? [] : ['number']),
      ],
    })
    return answer(200, { supporterId: before.id })
  })
  for (const one of applied) announceAlert(ctx, one)
  ctx.wake.prod('checks')
  return present(ctx, caller, done)
}

/**
 * Out at once: every token, passkey and invitation ends, the shift ends, their phone is out of every open alert, and an
 * alert that they own is nobody's again, so that its ladder resumes. The last operator stays.
 */
export async function removeStaff(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; supporterId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  let applied: AppliedDecision[] = []
  const done = await runCommand(ctx, caller, { commandId, what: 'remove-supporter', payload }, async (tx) => {
    applied = []
    const found = await loadStaffForUpdate(tx, caller.organisationId, input.supporterId)
    if (!found) return refuse('not_found')
    const { staff } = found
    if (staff.role === 'operator' && found.otherOperators === 0) return lastOperator()
    const now = await readClock(tx)
    await endShiftOf(tx, caller, staff)
    await removeSupporter(tx, staff.id, now)
    await endSignIns(tx, staff.id, now)
    await forgetStaff(tx, staff.id)
    applied = await giveUpAlerts(ctx, tx, staff.id)
    await recordChange(tx, caller, { action: 'supporter-removed', thing: staff.id, fields: [] })
    return answer(200, {})
  })
  for (const one of applied) announceAlert(ctx, one)
  return done
}

/** A new one-time invitation; those that nobody has taken end. */
export async function inviteStaff(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; supporterId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  let invitation: string | undefined
  const done = await runCommand(ctx, caller, { commandId, what: 'invite-supporter', payload }, async (tx) => {
    const found = await loadStaffForUpdate(tx, caller.organisationId, input.supporterId)
    if (!found) return refuse('not_found')
    await endInvitations(tx, found.staff.id, await readClock(tx))
    invitation = await invite(tx, caller, found.staff)
    await recordChange(tx, caller, { action: 'supporter-invited', thing: found.staff.id, fields: [] })
    return answer(201, { supporterId: found.staff.id })
  })
  if (done.kind === 'refused' || invitation === undefined) return done
  return answer(201, { ...done.body, invitation })
}

/**
 * A lost laptop, a lost phone, or somebody who must be out now: nothing that signed in as them counts any more, their shift
 * ends, their phone is out of every open alert, and what they own is nobody's again. They need a new invitation. The last
 * operator stays: nobody could invite them.
 */
export async function revokeStaffPasskeys(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; supporterId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  let applied: AppliedDecision[] = []
  const done = await runCommand(ctx, caller, { commandId, what: 'revoke-passkeys', payload }, async (tx) => {
    applied = []
    const found = await loadStaffForUpdate(tx, caller.organisationId, input.supporterId)
    if (!found) return refuse('not_found')
    if (found.staff.role === 'operator' && found.otherOperators === 0) return lastOperator()
    await endSignIns(tx, found.staff.id, await readClock(tx))
    await endShiftOf(tx, caller, found.staff)
    applied = await giveUpAlerts(ctx, tx, found.staff.id)
    await recordChange(tx, caller, { action: 'passkeys-revoked', thing: found.staff.id, fields: [] })
    return answer(200, { supporterId: found.staff.id })
  })
  for (const one of applied) announceAlert(ctx, one)
  return present(ctx, caller, done)
}

/**
 * Asks a supporter's phone once more whether it is theirs. Refused (`conflict`, with why) without a number that was found good,
 * after STOP, beside an open alert, and above three questions a day.
 */
export async function askStaffNumber(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; supporterId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  const done = await runCommand(ctx, caller, { commandId, what: 'ask-number', payload }, async (tx) => {
    const found = await loadStaffForUpdate(tx, caller.organisationId, input.supporterId)
    if (!found) return refuse('not_found')
    const asked = await askNumber(tx, found.staff.id, { kind: 'operator', id: caller.id })
    if (asked !== 'asked') return refuseBecause('conflict', whyNotAsked[asked])
    await recordChange(tx, caller, { action: 'supporter-number-asked', thing: found.staff.id, fields: [] })
    return answer(200, { supporterId: found.staff.id })
  })
  ctx.wake.prod('outbox')
  return present(ctx, caller, done)
}

const whyNotAsked: Record<Exclude<AskedOutcome, 'asked'>, string> = {
  'no-number': 'There is no number that was found good.',
  stopped: 'This phone said STOP: only START from it lets it be texted.',
  'alert-open': 'An alert is open on this phone. Ask when it is over.',
  often: `This phone was asked ${mostAsksADay} times within a day.`,
}

/** Who is on shift, since when, against how many there should be. */
export async function listShifts(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const organisation = await ownOrganisation(ctx.db, caller)
  const staff = await findStaff(ctx.db, caller.organisationId)
  return answer(200, {
    shifts: staff
      .filter(({ onShift }) => onShift)
      .map(({ id, name, role, onShiftSince, reachable }) => ({
        supporterId: id,
        name,
        role,
        ...(onShiftSince ? { since: iso(onShiftSince) } : {}),
        reachable,
      })),
    staffingFloor: organisation.staffingFloor,
    serverNow: serverNow(await readClock(ctx.db)),
  })
}

/** Takes somebody off shift. What they own stays theirs: the duty clock takes it back if they do nothing. */
export async function endShift(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; supporterId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'end-shift', payload }, async (tx) => {
    const found = await loadStaffForUpdate(tx, caller.organisationId, input.supporterId)
    if (!found) return refuse('not_found')
    await endShiftOf(tx, caller, found.staff)
    await recordChange(tx, caller, { action: 'shift-ended', thing: found.staff.id, fields: [] })
    return answer(200, {})
  })
}

const lastOperator = (): Answer =>
  refuseBecause('conflict', 'The last operator cannot be removed, signed out or given another role.')

async function endShiftOf(tx: Transaction, caller: Caller, staff: StaffRow): Promise<void> {
  if (!staff.onShift) return
  const now = await readClock(tx)
  await storeShift(tx, { id: staff.id, fit: staff.fit, onShift: false, debriefOpen: staff.debriefOpen }, now)
  await recordJournal(tx, [
    {
      organisationId: caller.organisationId,
      at: now,
      kind: 'shift-off',
      actor: { kind: 'operator', id: caller.id },
      detail: { supporterId: staff.id },
    },
  ])
}

/** Alerts they own are nobody's again; their phone is out of all of them. */
async function giveUpAlerts(ctx: OperationContext, tx: Transaction, supporterId: string): Promise<AppliedDecision[]> {
  const given: AppliedDecision[] = []
  await takeOutOfAlerts(tx, supporterId)
  for (const ids of await findOpenAlertsOf(tx, supporterId)) {
    const alert = await findAlert(tx, { id: ids.alertId })
    if (alert?.owner?.id !== supporterId) continue
    const by = { kind: 'supporter', answeredBy: 'link' } as const
    const applied = await answerAlert(ctx, tx, { ...ids, recipientId: supporterId }, 'left', by)
    if (applied) given.push(applied)
  }
  return given
}

/** 32 random bytes, shown once, SHA-256 at rest. */
async function invite(tx: Transaction, caller: Caller, whom: { id: string; role: Role }): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await insertInvitation(tx, {
    id: newId(),
    organisationId: caller.organisationId,
    role: whom.role,
    tokenHash: createHash('sha256').update(token).digest(),
    supporterId: whom.id,
  })
  return token
}

/** The stored answer holds an id; what is shown is read now. The invitation stands only in the first answer. */
async function present(ctx: OperationContext, caller: Caller, done: Answer, invitation?: string): Promise<Answer> {
  if (done.kind === 'refused') return done
  const { supporterId } = done.body as { supporterId: string }
  const [staff] = await findStaff(ctx.db, caller.organisationId, supporterId)
  if (!staff) return refuse('not_found')
  return answer(done.status, { supporter: viewOf(staff), ...(invitation ? { invitation } : {}) })
}

const viewOf = (staff: StaffRow) => ({
  id: staff.id,
  name: staff.name,
  role: staff.role,
  language: staff.language,
  ...(staff.engagement ? { engagement: staff.engagement } : {}),
  version: staff.version,
  onShift: staff.onShift,
  ...(staff.onShiftSince ? { since: iso(staff.onShiftSince) } : {}),
  fit: staff.fit,
  debriefOpen: staff.debriefOpen,
  ...(staff.numberCheck ? { numberCheck: staff.numberCheck } : {}),
  ...(staff.numberCheckCode ? { numberCheckCode: staff.numberCheckCode } : {}),
  passkeys: staff.passkeys,
  reachable: staff.reachable,
  ...(staff.phoneTrouble ? { phoneTrouble: staff.phoneTrouble } : {}),
  ...(staff.numberState ? { numberState: staff.numberState } : {}),
  ...(staff.numberState && staff.numberStateAt ? { numberStateAt: iso(staff.numberStateAt) } : {}),
  ...(staff.numberState && staff.numberAskedAt ? { numberAskedAt: iso(staff.numberAskedAt) } : {}),
  ...(staff.numberState === 'confirmed' && staff.numberAnsweredBy ? { numberConfirmedBy: staff.numberAnsweredBy } : {}),
})
