/**
 * Watches staffing (law 1: an organisation is looked at when its row is due; a change of the rota, of the floor or of who
 * is on shift makes it due at once). Three things are found, each told or flagged once:
 *
 * - `coming`: within the warning time fewer are expected than the floor. What overlaps a hole that is known is that hole.
 * - `now`: for two minutes fewer have been on shift than the floor, while open. A handover shorter than that is none.
 * - `not-come`: somebody who is in the rota is not on shift ten minutes after its start. Flagged, not texted: where they are
 *   missed the floor says so.
 *
 * Texts go to duty leads on shift, else to all duty leads, else to the operator's pager: never to nobody unsaid.
 */
import { findStaffingGaps } from '@stillhere/domain'
import {
  type ConfiguredOrganisation,
  closeGap,
  DatabaseUnavailableError,
  findOpenGaps,
  findOrganisation,
  findStaffToTell,
  insertGap,
  insertMessages,
  type NewMessage,
  newId,
  priorities,
  readClock,
  recordJournal,
  type StaffingGapRow,
  type StaffToTell,
  scheduleRotaLook,
  storeGap,
  type Transaction,
  takeRotaLook,
} from '@stillhere/persistence'
import type { OperationContext } from '../../context.ts'
import { pagerMessage } from '../../page-operators.ts'
import { openingSpans } from '../staffing/opening.ts'
import { dayAndTime } from './in-zone.ts'
import { notComeAfterMs, type Rota, readRota } from './read-rota.ts'

/** A floor that is missed for less than this is a handover. Real time, like the whole rota. */
const belowFloorForMs = 120_000
/** Whatever else: an opening hour, a phone that said STOP, a daylight saving law. */
const lookAgainMs = 15 * 60_000
const hourMs = 3_600_000

/** Looks at one organisation after the other while any is due. */
export async function watchRotas(ctx: OperationContext, limit: number): Promise<{ found: number }> {
  let found = 0
  while (found < limit && (await watchOne(ctx))) found += 1
  return { found }
}

/** What is wrong with one organisation's rota is said, tried again in a minute, and holds up no other's. */
const tryAgainMs = 60_000

async function watchOne(ctx: OperationContext): Promise<boolean> {
  let taken: string | undefined
  try {
    return await lookAtOne(ctx, (organisationId) => {
      taken = organisationId
    })
  } catch (error) {
    const organisationId = taken
    if (organisationId === undefined || error instanceof DatabaseUnavailableError) throw error
    ctx.events.trouble('poisonRow', { reason: 'rota', error })
    await ctx.db.transaction(async (tx) => scheduleRotaLook(tx, organisationId, (await readClock(tx)) + tryAgainMs))
    return true
  }
}

async function lookAtOne(ctx: OperationContext, onTaken: (organisationId?: string) => void): Promise<boolean> {
  const { took, texts } = await ctx.db.transaction(async (tx) => {
    const organisationId = await takeRotaLook(tx)
    onTaken(organisationId)
    if (organisationId === undefined) return { took: false, texts: 0 }
    const organisation = await findOrganisation(tx, { id: organisationId })
    const { messages, nextAt } = organisation ? await look(tx, organisation) : { messages: [], nextAt: null }
    await scheduleRotaLook(tx, organisationId, nextAt)
    return { took: true, texts: await insertMessages(tx, messages) }
  })
  if (texts > 0) ctx.wake.prod('outbox')
  return took
}

interface Look {
  tx: Transaction
  organisation: ConfiguredOrganisation
  now: number
  rota: Rota
  /** Whose phones can be told. */
  people: StaffToTell[]
  known: StaffingGapRow[]
  messages: NewMessage[]
  /** Instants at which something here may be otherwise. */
  edges: number[]
}

async function look(
  tx: Transaction,
  organisation: ConfiguredOrganisation,
): Promise<{ messages: NewMessage[]; nextAt: number | null }> {
  const now = await readClock(tx)
  const warnMs = organisation.rotaWarningHours * hourMs
  const span = { startsAt: now, endsAt: now + warnMs + lookAgainMs }
  const rota = await readRota(tx, organisation, span)
  const people = await findStaffToTell(tx, organisation.id)
  const known = await findOpenGaps(tx, organisation.id)
  const at: Look = { tx, organisation, now, rota, people, known, messages: [], edges: [now + lookAgainMs] }
  const watched = organisation.closedForGoodAt === undefined
  const floor = watched ? organisation.staffingFloor : 0
  // A floor without a rota: there is nothing that could have a hole, only too few now.
  const planned = rota.rows.patterns.length > 0 || rota.rows.exceptions.some(({ kind }) => kind === 'extra')
  await lookAhead(at, planned ? floor : 0, warnMs)
  await lookNow(at, floor)
  await lookForMissing(at, watched)
  const idle = floor === 0 && !planned && known.length === 0
  return { messages: at.messages, nextAt: idle ? null : Math.min(...at.edges.filter((edge) => edge > now)) }
}

/** Holes of the rota that come within the warning time. */
async function lookAhead(at: Look, floor: number, warnMs: number): Promise<void> {
  const { tx, organisation, now, rota } = at
  const { opening, timeZone } = organisation
  const horizon = { startsAt: now, endsAt: now + warnMs + lookAgainMs }
  const holes = findStaffingGaps(rota.shifts, openingSpans(opening, timeZone, horizon), floor)
  const soon = holes.filter(({ startsAt }) => startsAt <= now + warnMs)
  for (const hole of holes) if (hole.startsAt > now + warnMs) at.edges.push(hole.startsAt - warnMs)
  const known = at.known.filter(({ kind }) => kind === 'coming')
  const still = new Set<string>()
  for (const hole of soon) {
    const same = known.find(
      (one) => one.startsAt < hole.endsAt && (one.endsAt ?? Number.POSITIVE_INFINITY) > hole.startsAt,
    )
    if (same) {
      still.add(same.id)
      // It keeps its beginning, so that it is the same hole until it is over.
      await storeGap(tx, { ...same, ...hole, startsAt: Math.min(same.startsAt, hole.startsAt), floor })
      continue
    }
    const id = newId()
    const row = { id, organisationId: organisation.id, kind: 'coming' as const, shiftId: null, supporterId: null }
    await insertGap(tx, { ...row, ...hole, floor, foundAt: now })
    await storeGap(tx, { id, ...hole, floor, toldAt: now })
    tell(at, id, 'rota-hole', { people: hole.people, floor, when: dayAndTime(hole.startsAt, timeZone) })
    await note(at, 'staffing-gap', { gapId: id, kind: 'coming', people: hole.people, floor })
  }
  for (const gap of known) if (!still.has(gap.id)) await closeGap(tx, gap.id, now)
}

/** Too few on shift while open. Somebody whose phone cannot be told counts for nobody, as in `someoneHere`. */
async function lookNow(at: Look, floor: number): Promise<void> {
  const { tx, organisation, now } = at
  const [open] = openingSpans(organisation.opening, organisation.timeZone, { startsAt: now, endsAt: now + 1 })
  const people = at.people.filter(({ onShift }) => onShift).length
  const known = at.known.find(({ kind }) => kind === 'now')
  if (!open || people >= floor) {
    if (known) await closeGap(tx, known.id, now)
    return
  }
  const gap = known ?? {
    id: newId(),
    kind: 'now' as const,
    shiftId: null,
    supporterId: null,
    startsAt: now,
    endsAt: null,
    foundAt: now,
    toldAt: null,
  }
  if (!known) await insertGap(tx, { ...gap, organisationId: organisation.id, people, floor })
  const tellAt = gap.startsAt + belowFloorForMs
  const due = gap.toldAt === null && now >= tellAt
  await storeGap(tx, { ...gap, people, floor, toldAt: due ? now : gap.toldAt })
  if (due) {
    tell(at, gap.id, 'floor-missed', { people, floor })
    await note(at, 'staffing-gap', { gapId: gap.id, kind: 'now', people, floor })
  } else if (gap.toldAt === null) at.edges.push(tellAt)
}

/** Who should be there and is not. */
async function lookForMissing(at: Look, watched: boolean): Promise<void> {
  const { tx, organisation, now, rota } = at
  const known = at.known.filter(({ kind }) => kind === 'not-come')
  const still = new Set<string>()
  for (const shift of watched ? rota.shifts : []) {
    const { id: shiftId, supporterId, startsAt, endsAt } = shift
    const flagAt = startsAt + notComeAfterMs
    at.edges.push(startsAt, endsAt, flagAt)
    if (flagAt > now || endsAt <= now || rota.staff.get(supporterId)?.onShift) continue
    const same = known.find((one) => one.shiftId === shiftId && one.supporterId === supporterId)
    if (same) {
      still.add(same.id)
      continue
    }
    const id = newId()
    const row = {
      id,
      organisationId: organisation.id,
      kind: 'not-come' as const,
      shiftId,
      supporterId,
      startsAt,
      endsAt,
    }
    const flagged = await insertGap(tx, { ...row, people: 0, floor: 0, foundAt: now })
    if (flagged) await note(at, 'shift-not-begun', { supporterId, shiftId })
  }
  for (const gap of known) if (!still.has(gap.id)) await closeGap(tx, gap.id, now)
}

function tell(
  at: Look,
  gapId: string,
  template: 'rota-hole' | 'floor-missed',
  detail: Record<string, string | number>,
): void {
  const leads = at.people.filter(({ role }) => role === 'duty-lead')
  const here = leads.filter(({ onShift }) => onShift)
  const told = here.length > 0 ? here : leads
  const { id: organisationId } = at.organisation
  if (told.length === 0) {
    at.messages.push({
      ...pagerMessage(organisationId, template, gapId, at.now, detail),
      priority: priorities.ordinary,
    })
    return
  }
  for (const lead of told)
    at.messages.push({
      organisationId,
      recipientKind: 'supporter',
      recipientId: lead.id,
      channel: 'text',
      template,
      detail,
      language: lead.language,
      destination: { rowId: lead.id, sealed: lead.destination },
      numberHash: lead.numberHash,
      priority: priorities.ordinary,
      dedupeKey: `${template}.${gapId}.${lead.id}`,
      dueAt: at.now,
    })
}

const note = ({ tx, organisation, now }: Look, kind: string, detail: Record<string, string | number>) =>
  recordJournal(tx, [{ organisationId: organisation.id, at: now, kind, actor: { kind: 'service' }, detail }])
