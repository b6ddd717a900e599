/**
 * Closing for good, in two steps: an operator asks, and within a quarter of an hour another confirms with the name of the
 * organisation typed again; where there is one operator only, they do both. From then on there are no new devices, plans, rescuers or starts. What runs goes on to its
 * end, alerts and all: nobody who was promised a watch loses it. Then retention removes plans and devices.
 */
import type { ClosingAnswer, ConfirmClosingBody } from '@stillhere/contracts'
import {
  type ConfiguredOrganisation,
  findSupporters,
  iso,
  type Queryable,
  readClock,
  storeClosing,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../../context.ts'
import { runCommand } from '../../run-command.ts'
import { serverNow } from '../../views.ts'
import { loadOwnOrganisation } from '../organisation.ts'
import { recordChange } from '../record-change.ts'

/** Long enough to think, too short to be found lying about. Real time. */
const confirmWithinMs = 15 * 60_000

export function askClosing(ctx: OperationContext, caller: Caller, input: { commandId: string }): Promise<Answer> {
  return change(ctx, caller, input, 'ask-closing', async (tx, organisation, now) => {
    await storeClosing(tx, organisation.id, { askedAt: now, askedBy: caller.id })
    await recordChange(tx, caller, { action: 'closing-asked', thing: organisation.id, fields: [] })
    return { ...organisation, closingAskedAt: now, closingAskedBy: caller.id }
  })
}

export function takeBackClosing(ctx: OperationContext, caller: Caller, input: { commandId: string }): Promise<Answer> {
  return change(ctx, caller, input, 'take-back-closing', async (tx, organisation) => {
    const { closingAskedAt, closingAskedBy: _, ...rest } = organisation
    if (closingAskedAt === undefined) return refuseBecause('conflict', 'Nobody has asked for it.')
    await storeClosing(tx, organisation.id, 'taken-back')
    await recordChange(tx, caller, { action: 'closing-taken-back', thing: organisation.id, fields: [] })
    return rest
  })
}

export function confirmClosing(ctx: OperationContext, caller: Caller, input: ConfirmClosingBody): Promise<Answer> {
  return change(ctx, caller, input, 'confirm-closing', async (tx, organisation, now) => {
    const { closingAskedAt } = organisation
    if (closingAskedAt === undefined || now > closingAskedAt + confirmWithinMs)
      return refuseBecause('conflict', 'The first step was not taken in the last quarter of an hour.')
    if (organisation.closingAskedBy === caller.id && (await hasAnotherOperator(tx, organisation)))
      return refuseBecause('conflict', 'Another operator has to confirm it.')
    if (input.slug !== organisation.slug) return refuseBecause('invalid', 'slug is not that of the organisation.')
    await storeClosing(tx, organisation.id, { closedAt: now })
    await recordChange(tx, caller, { action: 'closed-for-good', thing: organisation.id, fields: [] })
    return { ...organisation, closedForGoodAt: now }
  })
}

/** Locked: asking and confirming come one after the other. Closed is closed. */
function change(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string },
  what: string,
  work: (
    tx: Transaction,
    organisation: ConfiguredOrganisation,
    now: number,
  ) => Promise<ConfiguredOrganisation | Answer>,
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what, payload }, async (tx) => {
    const organisation = await loadOwnOrganisation(tx, caller)
    if (organisation.closedForGoodAt !== undefined) return refuse('service_closed')
    const now = await readClock(tx)
    const done = await work(tx, organisation, now)
    if ('kind' in done) return done
    return answer(200, { closing: await closingView(tx, done), serverNow: serverNow(now) })
  })
}

async function hasAnotherOperator(tx: Queryable, { id, closingAskedBy }: ConfiguredOrganisation): Promise<boolean> {
  const staff = await findSupporters(tx, id)
  return staff.some((one) => one.role === 'operator' && one.id !== closingAskedBy)
}

export async function closingView(
  tx: Queryable,
  organisation: ConfiguredOrganisation,
): Promise<ClosingAnswer['closing']> {
  const { closingAskedAt, closingAskedBy, closedForGoodAt } = organisation
  const stamp = (at: number) => iso(at) ?? ''
  return {
    ...(closingAskedAt
      ? { askedAt: stamp(closingAskedAt), confirmBefore: stamp(closingAskedAt + confirmWithinMs) }
      : {}),
    ...(closingAskedBy ? { askedBy: closingAskedBy, needsAnother: await hasAnotherOperator(tx, organisation) } : {}),
    ...(closedForGoodAt ? { closedAt: stamp(closedForGoodAt) } : {}),
  }
}
