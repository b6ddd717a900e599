/** Who is expected when, what is offered, and what was found missing. Days and hours are the organisation's own. */
import { iso, type Queryable, type Transaction } from '../database.ts'
import { canBeReached } from './phones.ts'

export type RotaRole = 'supporter' | 'duty-lead'

export interface RotaPattern {
  id: string
  supporterId: string
  role: RotaRole
  /** 1 Monday to 7 Sunday. */
  weekday: number
  /** `HH:MM`. */
  starts: string
  /** `HH:MM`; not after `starts`: the day after. */
  ends: string
  fromDay: string | null
  untilDay: string | null
}

export interface RotaException {
  id: string
  kind: 'off' | 'extra'
  patternId: string | null
  supporterId: string | null
  role: RotaRole | null
  onDay: string
  starts: string | null
  ends: string | null
}

export interface RotaSwap {
  id: string
  shiftId: string
  role: RotaRole
  startsAt: number
  endsAt: number
  state: 'offered' | 'taken' | 'withdrawn'
  offeredBy: string
  takenBy: string | null
  seenAt: number | null
}

export interface RotaRows {
  patterns: RotaPattern[]
  exceptions: RotaException[]
  swaps: RotaSwap[]
}

const patternColumns = `id, supporter_id AS "supporterId", role, weekday, starts, ends, from_day AS "fromDay",
  until_day AS "untilDay"`
const swapColumns = `id, shift_id AS "shiftId", role, starts_at AS "startsAt", ends_at AS "endsAt", state,
  offered_by AS "offeredBy", taken_by AS "takenBy", seen_at AS "seenAt"`

/** All that says who is expected from `fromAt` on. */
export async function findRota(db: Queryable, organisationId: string, fromAt: number): Promise<RotaRows> {
  const patterns = await db.query<RotaPattern>(
    `SELECT ${patternColumns} FROM app.rota_patterns WHERE organisation_id = $1 ORDER BY weekday, starts, id LIMIT 2000`,
    [organisationId],
  )
  const exceptions = await db.query<RotaException>(
    `SELECT id, kind, pattern_id AS "patternId", supporter_id AS "supporterId", role, on_day AS "onDay", starts, ends
     FROM app.rota_exceptions WHERE organisation_id = $1 AND over_at > $2 ORDER BY on_day, id LIMIT 5000`,
    [organisationId, iso(fromAt)],
  )
  const swaps = await db.query<RotaSwap>(
    `SELECT ${swapColumns} FROM app.rota_swaps WHERE organisation_id = $1 AND ends_at > $2 AND state <> 'withdrawn'
     ORDER BY offered_at, id LIMIT 5000`,
    [organisationId, iso(fromAt)],
  )
  return { patterns, exceptions, swaps }
}

/** One change of an organisation's rota at a time. */
export async function lockRota(tx: Transaction, organisationId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('rota.' || $1, 0))`, [organisationId])
}

export async function insertRotaPattern(tx: Transaction, row: RotaPattern & { organisationId: string }): Promise<void> {
  await tx.query(
    `INSERT INTO app.rota_patterns (id, organisation_id, supporter_id, role, weekday, starts, ends, from_day, until_day)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
    [
      row.id,
      row.organisationId,
      row.supporterId,
      row.role,
      row.weekday,
      row.starts,
      row.ends,
      row.fromDay,
      row.untilDay,
    ],
  )
}

/** With its single dates; swaps of its shifts are nobody's any more. @returns whether it was there */
export async function removeRotaPattern(tx: Transaction, organisationId: string, id: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM app.rota_patterns WHERE organisation_id = $1 AND id = $2 RETURNING 1', [
    organisationId,
    id,
  ])
  await tx.query(`DELETE FROM app.rota_swaps WHERE organisation_id = $1 AND starts_with(shift_id, $2 || '.')`, [
    organisationId,
    id,
  ])
  return rows.length === 1
}

export async function insertRotaException(
  tx: Transaction,
  row: RotaException & { organisationId: string; overAt: number },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO app.rota_exceptions (id, organisation_id, kind, pattern_id, supporter_id, role, on_day, starts, ends, over_at)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT DO NOTHING RETURNING 1`,
    [
      row.id,
      row.organisationId,
      row.kind,
      row.patternId,
      row.supporterId,
      row.role,
      row.onDay,
      row.starts,
      row.ends,
      iso(row.overAt),
    ],
  )
  return rows.length === 1
}

export async function removeRotaException(tx: Transaction, organisationId: string, id: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM app.rota_exceptions WHERE organisation_id = $1 AND id = $2 RETURNING 1', [
    organisationId,
    id,
  ])
  await tx.query('DELETE FROM app.rota_swaps WHERE organisation_id = $1 AND shift_id = $2', [organisationId, id])
  return rows.length === 1
}

export async function insertRotaSwap(
  tx: Transaction,
  row: Pick<RotaSwap, 'id' | 'shiftId' | 'role' | 'startsAt' | 'endsAt' | 'offeredBy'> & { organisationId: string },
  now: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO app.rota_swaps (id, organisation_id, shift_id, role, starts_at, ends_at, offered_by, offered_at)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
    [row.id, row.organisationId, row.shiftId, row.role, iso(row.startsAt), iso(row.endsAt), row.offeredBy, iso(now)],
  )
}

export async function loadRotaSwapForUpdate(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<RotaSwap | undefined> {
  const [row] = await tx.query<RotaSwap>(
    `SELECT ${swapColumns} FROM app.rota_swaps WHERE organisation_id = $1 AND id = $2 FOR UPDATE`,
    [organisationId, id],
  )
  return row
}

export async function storeRotaSwap(
  tx: Transaction,
  id: string,
  change: { takenBy: string } | { seenBy: string } | { withdrawn: true },
  now: number,
): Promise<void> {
  if ('takenBy' in change)
    await tx.query(`UPDATE app.rota_swaps SET state = 'taken', taken_by = $2, taken_at = $3 WHERE id = $1`, [
      id,
      change.takenBy,
      iso(now),
    ])
  else if ('seenBy' in change)
    await tx.query('UPDATE app.rota_swaps SET seen_by = $2, seen_at = $3 WHERE id = $1', [id, change.seenBy, iso(now)])
  else await tx.query(`UPDATE app.rota_swaps SET state = 'withdrawn' WHERE id = $1`, [id])
}

// --- what is missing

export interface StaffingGapRow {
  id: string
  kind: 'coming' | 'now' | 'not-come'
  shiftId: string | null
  supporterId: string | null
  people: number
  floor: number
  startsAt: number
  endsAt: number | null
  foundAt: number
  toldAt: number | null
}

/** Gaps that are not over. */
export async function findOpenGaps(db: Queryable, organisationId: string): Promise<StaffingGapRow[]> {
  return db.query(
    `SELECT id, kind, shift_id AS "shiftId", supporter_id AS "supporterId", people, floor, starts_at AS "startsAt",
       ends_at AS "endsAt", found_at AS "foundAt", told_at AS "toldAt"
     FROM app.staffing_gaps WHERE organisation_id = $1 AND over_at IS NULL ORDER BY starts_at, id LIMIT 500`,
    [organisationId],
  )
}

/** A shift that was flagged once stays so flagged, though they came later. */
export async function insertGap(
  tx: Transaction,
  row: Omit<StaffingGapRow, 'toldAt'> & { organisationId: string },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO app.staffing_gaps (id, organisation_id, kind, shift_id, supporter_id, people, floor, starts_at, ends_at, found_at)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) ON CONFLICT DO NOTHING RETURNING 1`,
    [
      row.id,
      row.organisationId,
      row.kind,
      row.shiftId,
      row.supporterId,
      row.people,
      row.floor,
      iso(row.startsAt),
      iso(row.endsAt ?? undefined),
      iso(row.foundAt),
    ],
  )
  return rows.length === 1
}

export async function storeGap(
  tx: Transaction,
  row: Pick<StaffingGapRow, 'id' | 'people' | 'floor' | 'startsAt' | 'endsAt' | 'toldAt'>,
): Promise<void> {
  await tx.query(
    `UPDATE app.staffing_gaps SET people = $2, floor = $3, starts_at = $4, ends_at = $5, told_at = $6 WHERE id = $1`,
    [row.id, row.people, row.floor, iso(row.startsAt), iso(row.endsAt ?? undefined), iso(row.toldAt ?? undefined)],
  )
}

export async function closeGap(tx: Transaction, id: string, now: number): Promise<void> {
  await tx.query('UPDATE app.staffing_gaps SET over_at = $2 WHERE id = $1', [id, iso(now)])
}

// --- when to look

/** Takes one organisation whose staffing is due to be looked at; another worker takes another. */
export async function takeRotaLook(tx: Transaction): Promise<string | undefined> {
  const [row] = await tx.query<{ organisationId: string }>(
    `SELECT organisation_id AS "organisationId" FROM app.rota_looks WHERE due_at <= app.clock()
     ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
  )
  return row?.organisationId
}

/** @param at null: until something of it is changed */
export async function scheduleRotaLook(tx: Transaction, organisationId: string, at: number | null): Promise<void> {
  await tx.query('UPDATE app.rota_looks SET due_at = $2 WHERE organisation_id = $1', [
    organisationId,
    iso(at ?? undefined),
  ])
}

export interface StaffToTell {
  id: string
  role: string
  onShift: boolean
  destination: string
  numberHash: Buffer
  language: string
}

/** Staff whose phones can be told of something now. */
export async function findStaffToTell(db: Queryable, organisationId: string): Promise<StaffToTell[]> {
  return db.query(
    `SELECT s.id, s.role, s.on_shift AS "onShift", s.destination, s.number_hash AS "numberHash", s.language
     FROM app.supporters s WHERE s.organisation_id = $1 AND s.removed_at IS NULL AND s.role <> 'auditor'
       AND ${canBeReached('s')} ORDER BY s.id LIMIT 1000`,
    [organisationId],
  )
}
