import type { LadderStep } from '@stillhere/domain'
import { iso, type Queryable, type Transaction } from '../database.ts'

/** What a site publishes to whoever has its code: of a place, never of a person. */
export interface SiteTemplate {
  label: string
  address: string
  area?: string
  entry?: string
  pets?: string
  /** Where naloxone is kept. */
  naloxone?: string[]
  notes?: string
  staffOnSite?: string
}

export interface SiteRow {
  id: string
  version: number
  templateVersion: number
  template: SiteTemplate
  ladderId: string | null
  joinCode: string
}

const columns =
  'id, version, template_version AS "templateVersion", template, ladder_id AS "ladderId", join_code AS "joinCode"'

/** Plans that have adopted each site's template, and how many of them an older version of it. Nobody's; counts alone. */
export async function countAdoptions(
  db: Queryable,
  organisationId: string,
): Promise<Map<string, { adopted: number; behind: number }>> {
  const rows = await db.query<{ id: string; adopted: number; behind: number }>(
    `SELECT s.id, count(*)::int AS adopted, count(*) FILTER (WHERE p.site_version < s.template_version)::int AS behind
     FROM app.sites s JOIN app.rescue_plans p ON p.site_id = s.id
     WHERE s.organisation_id = $1 AND s.retired_at IS NULL AND p.deleted_at IS NULL GROUP BY s.id`,
    [organisationId],
  )
  return new Map(rows.map(({ id, adopted, behind }) => [id, { adopted, behind }]))
}

export async function findSites(db: Queryable, organisationId: string): Promise<SiteRow[]> {
  return db.query(
    `SELECT ${columns} FROM app.sites WHERE organisation_id = $1 AND retired_at IS NULL ORDER BY id LIMIT 500`,
    [organisationId],
  )
}

export async function findSite(
  db: Queryable,
  organisationId: string,
  by: { id: string } | { joinCode: string },
): Promise<SiteRow | undefined> {
  const [row] = await db.query<SiteRow>(
    `SELECT ${columns} FROM app.sites
     WHERE organisation_id = $1 AND ${'id' in by ? 'id' : 'join_code'} = $2 AND retired_at IS NULL`,
    [organisationId, 'id' in by ? by.id : by.joinCode],
  )
  return row
}

export async function loadSiteForUpdate(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<SiteRow | undefined> {
  const [row] = await tx.query<SiteRow>(
    `SELECT ${columns} FROM app.sites WHERE organisation_id = $1 AND id = $2 AND retired_at IS NULL FOR UPDATE`,
    [organisationId, id],
  )
  return row
}

/** @returns false when another site has the code */
export async function insertSite(tx: Transaction, row: SiteRow & { organisationId: string }): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO app.sites (id, organisation_id, template, ladder_id, join_code) VALUES ($1,$2,$3,$4,$5)
     ON CONFLICT (join_code) DO NOTHING RETURNING 1`,
    [row.id, row.organisationId, JSON.stringify(row.template), row.ladderId, row.joinCode],
  )
  return rows.length === 1
}

/** @returns false when another site has the code */
export async function storeSite(tx: Transaction, row: SiteRow): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE app.sites SET version = $2, template_version = $3, template = $4, ladder_id = $5, join_code = $6
     WHERE id = $1 AND NOT EXISTS (SELECT FROM app.sites o WHERE o.join_code = $6 AND o.id <> $1) RETURNING 1`,
    [row.id, row.version, row.templateVersion, JSON.stringify(row.template), row.ladderId, row.joinCode],
  )
  return rows.length === 1
}

export async function retireSite(tx: Transaction, id: string, now: number): Promise<void> {
  await tx.query('UPDATE app.sites SET retired_at = $2, version = version + 1 WHERE id = $1', [id, iso(now)])
}

/** What adopted templates are at now: the version of each, and whether the site is still there. */
export async function findSiteVersions(
  db: Queryable,
  ids: readonly string[],
): Promise<{ id: string; templateVersion: number; retired: boolean }[]> {
  if (ids.length === 0) return []
  return db.query(
    `SELECT id, template_version AS "templateVersion", retired_at IS NOT NULL AS retired FROM app.sites
     WHERE id = ANY($1::uuid[])`,
    [ids],
  )
}

/** The local ladders of these sites, by site; one that has none, or is no more, is left out. */
export async function findSiteLadders(db: Queryable, ids: readonly string[]): Promise<Map<string, LadderStep[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db.query<{ id: string; steps: LadderStep[] }>(
    `SELECT s.id, l.steps FROM app.sites s JOIN app.ladders l ON l.id = s.ladder_id
     WHERE s.id = ANY($1::uuid[]) AND s.retired_at IS NULL`,
    [ids],
  )
  return new Map(rows.map(({ id, steps }) => [id, steps]))
}
