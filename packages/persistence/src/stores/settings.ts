import type { PromptLadder } from '@stillhere/domain'
import { iso, type Queryable, type Transaction } from '../database.ts'
import type { ConfiguredOrganisation, OwnTexts } from './organisations.ts'

export type SettingKind = 'organisation' | 'site' | 'ladder' | 'rhythm' | 'prompts' | 'text' | 'staffing'

/** One version of something configured. */
export interface SettingVersion {
  version: number
  content: Record<string, unknown>
  at: number
  actorId?: string
}

/** A version is written once; the first to write it is right. */
export async function recordSettingVersion(
  tx: Transaction,
  row: { organisationId: string; kind: SettingKind; thing: string; version: number; content: object; actorId?: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO app.settings_versions (organisation_id, kind, thing, version, content, actor_id)
     VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT DO NOTHING`,
    [row.organisationId, row.kind, row.thing, row.version, JSON.stringify(row.content), row.actorId ?? null],
  )
}

/** Newest first. */
export async function findSettingVersions(
  db: Queryable,
  of: { organisationId: string; kind: SettingKind; thing: string },
): Promise<SettingVersion[]> {
  const rows = await db.query<{
    version: number
    content: Record<string, unknown>
    at: number
    actor_id: string | null
  }>(
    `SELECT version, content, at, actor_id FROM app.settings_versions
     WHERE organisation_id = $1 AND kind = $2 AND thing = $3 ORDER BY version DESC LIMIT 200`,
    [of.organisationId, of.kind, of.thing],
  )
  return rows.map(({ actor_id, ...row }) => ({ ...row, ...(actor_id ? { actorId: actor_id } : {}) }))
}

/** Locks the organisation's row: one change of its own settings at a time. */
export async function lockOrganisation(tx: Transaction, id: string): Promise<void> {
  await tx.query('SELECT FROM app.organisations WHERE id = $1 FOR NO KEY UPDATE', [id])
}

export async function storeOrganisation(
  tx: Transaction,
  row: Pick<ConfiguredOrganisation, 'id' | 'name' | 'languages' | 'staffingFloor' | 'version'> & {
    pagerNumber: string | null
    colour: string | null
  },
): Promise<void> {
  await tx.query(
    `UPDATE app.organisations SET name = $2, languages = $3, pager_number = $4, staffing_floor = $5, version = $6, colour = $7
     WHERE id = $1`,
    [row.id, row.name, row.languages, row.pagerNumber, row.staffingFloor, row.version, row.colour],
  )
}

export async function storePrompts(tx: Transaction, id: string, prompts: PromptLadder, version: number): Promise<void> {
  await tx.query('UPDATE app.organisations SET prompts = $2, prompts_version = $3 WHERE id = $1', [
    id,
    JSON.stringify(prompts),
    version,
  ])
}

export async function storeTexts(tx: Transaction, id: string, texts: OwnTexts): Promise<void> {
  await tx.query('UPDATE app.organisations SET texts = $2 WHERE id = $1', [id, JSON.stringify(texts)])
}

// --- rhythms

export interface RhythmOfOrganisation {
  id: string
  name: string
  intervalsSeconds: number[]
  version: number
}

const rhythmColumns = 'id, name, intervals_seconds AS "intervalsSeconds", version'

export async function findRhythmsToChange(db: Queryable, organisationId: string): Promise<RhythmOfOrganisation[]> {
  return db.query(
    `SELECT ${rhythmColumns} FROM app.rhythms WHERE organisation_id = $1 AND retired_at IS NULL ORDER BY position, id`,
    [organisationId],
  )
}

export async function insertRhythm(
  tx: Transaction,
  row: { id: string; organisationId: string; name: string; intervalsSeconds: readonly number[] },
): Promise<void> {
  await tx.query(
    `INSERT INTO app.rhythms (id, organisation_id, name, intervals_seconds, position)
     VALUES ($1,$2,$3,$4,(SELECT coalesce(max(position), 0) + 1 FROM app.rhythms WHERE organisation_id = $2))`,
    [row.id, row.organisationId, row.name, row.intervalsSeconds],
  )
}

export async function storeRhythm(tx: Transaction, row: RhythmOfOrganisation): Promise<void> {
  await tx.query('UPDATE app.rhythms SET name = $2, intervals_seconds = $3, version = $4 WHERE id = $1', [
    row.id,
    row.name,
    row.intervalsSeconds,
    row.version,
  ])
}

export async function retireRhythm(tx: Transaction, id: string, now: number): Promise<void> {
  await tx.query('UPDATE app.rhythms SET retired_at = $2, version = version + 1 WHERE id = $1', [id, iso(now)])
}
