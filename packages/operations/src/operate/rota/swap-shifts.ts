/**
 * Shifts between supporters. Offering one takes nobody out of the rota: it stays theirs until another has taken it, so a
 * swap never makes a hole. A duty lead sees what was taken; nobody has to allow it, because a person who comes is better
 * than one who waits for leave.
 */
import type { RotaSwapBody } from '@stillhere/contracts'
import {
  findRota,
  insertRotaSwap,
  loadRotaSwapForUpdate,
  lockRota,
  newId,
  type RotaSwap,
  readClock,
  recordJournal,
  storeRotaSwap,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../../context.ts'
import { runCommand } from '../../run-command.ts'
import { ownOrganisation } from '../organisation.ts'
import { recordChange } from '../record-change.ts'
import { expandRota } from './expand-rota.ts'
import { mayTake } from './read-rota.ts'

const aheadMs = 56 * 86_400_000
type OnSwap = { commandId: string; swapId: string }

export async function offerShift(ctx: OperationContext, caller: Caller, input: RotaSwapBody): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'offer-shift', payload }, async (tx) => {
    await lockRota(tx, caller.organisationId)
    const now = await readClock(tx)
    const shift = (await comingShifts(tx, caller, now)).find((one) => one.id === input.shiftId)
    if (shift?.supporterId !== caller.id) return refuse('not_found')
    if (shift.startsAt <= now) return refuseBecause('conflict', 'It has begun.')
    if (shift.offered) return refuseBecause('conflict', 'It is offered already.')
    const id = newId()
    const { role, startsAt, endsAt } = shift
    const row = { id, organisationId: caller.organisationId, shiftId: shift.id, role, startsAt, endsAt }
    await insertRotaSwap(tx, { ...row, offeredBy: caller.id }, now)
    await write(tx, caller, 'rota-offered', id, now)
    return answer(201, { swap: { id, state: 'offered' } })
  })
}

/** The first one has it. Not in two places at once. */
export async function takeShift(ctx: OperationContext, caller: Caller, input: OnSwap): Promise<Answer> {
  return onSwap(ctx, caller, input, 'take-shift', async (tx, swap, now) => {
    if (swap.offeredBy === caller.id) return refuseBecause('conflict', 'It is yours.')
    if (!mayTake(caller.role, swap))
      return refuseBecause('conflict', 'A duty lead’s shift needs somebody who may lead.')
    if (swap.state !== 'offered') return refuseBecause('conflict', 'It is not offered any more.')
    if (swap.startsAt <= now) return refuseBecause('conflict', 'It has begun.')
    const shifts = await comingShifts(tx, caller, now)
    if (shifts.find(({ id }) => id === swap.shiftId)?.offered !== swap.id)
      return refuseBecause('conflict', 'It is not in the rota any more.')
    const overlaps = shifts.some(
      (one) => one.supporterId === caller.id && one.startsAt < swap.endsAt && one.endsAt > swap.startsAt,
    )
    if (overlaps) return refuseBecause('conflict', 'You have a shift at that time.')
    await storeRotaSwap(tx, swap.id, { takenBy: caller.id }, now)
    await write(tx, caller, 'rota-taken', swap.id, now)
    return answer(200, { swap: { id: swap.id, state: 'taken' } })
  })
}

/** Takes an offer of one's own back, while nobody has taken it. */
export async function withdrawShift(ctx: OperationContext, caller: Caller, input: OnSwap): Promise<Answer> {
  return onSwap(ctx, caller, input, 'withdraw-shift', async (tx, swap, now) => {
    if (swap.offeredBy !== caller.id) return refuse('not_found')
    if (swap.state !== 'offered') return refuseBecause('conflict', 'Somebody has taken it.')
    await storeRotaSwap(tx, swap.id, { withdrawn: true }, now)
    await write(tx, caller, 'rota-withdrawn', swap.id, now)
    return answer(200, { swap: { id: swap.id, state: 'withdrawn' } })
  })
}

/** Whoever keeps the rota has seen it. */
export async function seeSwap(ctx: OperationContext, caller: Caller, input: OnSwap): Promise<Answer> {
  return onSwap(ctx, caller, input, 'see-swap', async (tx, swap, now) => {
    if (swap.seenAt === null) {
      await storeRotaSwap(tx, swap.id, { seenBy: caller.id }, now)
      await recordChange(tx, caller, { action: 'rota-swap-seen', thing: swap.id, fields: [] })
    }
    return answer(200, { swap: { id: swap.id, state: swap.state } })
  })
}

function onSwap(
  ctx: OperationContext,
  caller: Caller,
  input: OnSwap,
  what: string,
  work: (tx: Transaction, swap: RotaSwap, now: number) => Promise<Answer>,
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what, payload }, async (tx) => {
    await lockRota(tx, caller.organisationId)
    const swap = await loadRotaSwapForUpdate(tx, caller.organisationId, input.swapId)
    return swap ? work(tx, swap, await readClock(tx)) : refuse('not_found')
  })
}

async function comingShifts(tx: Transaction, caller: Caller, now: number) {
  const { timeZone } = await ownOrganisation(tx, caller)
  const rows = await findRota(tx, caller.organisationId, now)
  return expandRota(rows, timeZone, { startsAt: now, endsAt: now + aheadMs })
}

const write = (tx: Transaction, caller: Caller, kind: string, swapId: string, at: number) =>
  recordJournal(tx, [
    {
      organisationId: caller.organisationId,
      at,
      kind,
      actor: { kind: 'supporter', id: caller.id },
      detail: { swapId },
    },
  ])
