import type { LadderStep, PromptLadder } from '@stillhere/domain'
import type { Queryable } from '../database.ts'
import { canBeReached } from './phones.ts'

export interface OrganisationRow {
  id: string
  slug: string
  host?: string
  name: string
  languages: string[]
  smsNumber: string
  pagerNumber?: string
  /** Host of the page an invitation names. */
  pageHost: string
  prompts: PromptLadder
  ladder: LadderStep[]
}

/** An organisation's own wording: by language, then by sentence. */
export type OwnTexts = Record<string, Record<string, { text: string | null; version: number }>>

/** Hours of an organisation's own clocks; an end not after the start is on the day after. */
export interface OpenHours {
  from: string
  to: string
}

/** When it is open, and how it winds down. */
export interface Opening {
  weekly: ({ weekday: number } & OpenHours)[]
  /** Days that are otherwise: with no hours it stays closed. */
  exceptions: { day: string; hours: OpenHours[] }[]
  /** So long before it closes nothing new of this kind begins. */
  drainMinutes: number
  drain: 'no-company' | 'no-starts'
}

/** What its operators may change, with the versions that tell two changes apart. */
export interface ConfiguredOrganisation extends OrganisationRow {
  version: number
  promptsVersion: number
  /** How many should be on shift. */
  staffingFloor: number
  texts: OwnTexts
  /** IANA name: the rota's and the opening hours' clocks. */
  timeZone: string
  /** Undefined: always open. */
  opening?: Opening
  rotaWarningHours: number
  staffingVersion: number
  /** `#rrggbb`, by which people know it. */
  colour?: string
  closingAskedAt?: number
  closingAskedBy?: string
  /** Nothing new begins any more. */
  closedForGoodAt?: number
}

interface Columns {
  id: string
  slug: string
  host: string | null
  name: string
  languages: string[]
  sms_number: string
  pager_number: string | null
  page_host: string
  prompts: PromptLadder
  ladder: LadderStep[]
  version: number
  prompts_version: number
  staffing_floor: number
  texts: OwnTexts
  time_zone: string
  opening: Opening | null
  rota_warning_hours: number
  staffing_version: number
  colour: string | null
  closing_asked_at: number | null
  closing_asked_by: string | null
  closed_for_good_at: number | null
}

const toRow = (c: Columns): ConfiguredOrganisation => ({
  id: c.id,
  slug: c.slug,
  ...(c.host ? { host: c.host } : {}),
  name: c.name,
  languages: c.languages,
  smsNumber: c.sms_number,
  ...(c.pager_number ? { pagerNumber: c.pager_number } : {}),
  pageHost: c.page_host,
  prompts: c.prompts,
  ladder: c.ladder,
  version: c.version,
  promptsVersion: c.prompts_version,
  staffingFloor: c.staffing_floor,
  texts: c.texts,
  timeZone: c.time_zone,
  ...(c.opening ? { opening: c.opening } : {}),
  rotaWarningHours: c.rota_warning_hours,
  staffingVersion: c.staffing_version,
  ...(c.colour ? { colour: c.colour } : {}),
  ...(c.closing_asked_at ? { closingAskedAt: c.closing_asked_at } : {}),
  ...(c.closing_asked_by ? { closingAskedBy: c.closing_asked_by } : {}),
  ...(c.closed_for_good_at ? { closedForGoodAt: c.closed_for_good_at } : {}),
})

export async function findOrganisation(
  db: Queryable,
  by: { id: string } | { slug: string } | { host: string } | { smsNumber: string },
): Promise<ConfiguredOrganisation | undefined> {
  const [column, value] =
    'id' in by
      ? ['id', by.id]
      : 'slug' in by
        ? ['slug', by.slug]
        : 'host' in by
          ? ['host', by.host]
          : ['sms_number', by.smsNumber]
  const [row] = await db.query<Columns>(`SELECT * FROM app.organisations WHERE ${column} = $1 LIMIT 1`, [value])
  return row && toRow(row)
}

export async function findOrganisations(db: Queryable, ids: readonly string[]): Promise<ConfiguredOrganisation[]> {
  return (await db.query<Columns>('SELECT * FROM app.organisations WHERE id = ANY($1::uuid[])', [ids])).map(toRow)
}

/** Creates the organisation or brings its row to these values; its rhythms are replaced only where it has none. */
export async function saveOrganisation(
  db: Queryable,
  row: OrganisationRow,
  rhythms: readonly { id: string; name: string; intervalsSeconds: readonly number[] }[],
): Promise<void> {
  await db.query(
    `INSERT INTO app.organisations (id, slug, host, name, languages, sms_number, pager_number, page_host, prompts, ladder)
     VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)
     ON CONFLICT (slug) DO UPDATE SET sms_number = excluded.sms_number,
       -- What an operator has set is theirs.
       pager_number = CASE WHEN app.organisations.version > 1 THEN app.organisations.pager_number ELSE excluded.pager_number END,
       page_host = excluded.page_host`,
    [
      row.id,
      row.slug,
      row.host ?? null,
      row.name,
      row.languages,
      row.smsNumber,
      row.pagerNumber ?? null,
      row.pageHost,
      JSON.stringify(row.prompts),
      JSON.stringify(row.ladder),
    ],
  )
  await db.query(
    `INSERT INTO app.rhythms (id, organisation_id, name, intervals_seconds, position)
     SELECT v.id, o.id, v.name, v.intervals::integer[], v.position
     FROM unnest($2::uuid[], $3::text[], $4::text[]) WITH ORDINALITY AS v(id, name, intervals, position)
     JOIN app.organisations o ON o.slug = $1
     WHERE NOT EXISTS (SELECT FROM app.rhythms r WHERE r.organisation_id = o.id)`,
    [
      row.slug,
      rhythms.map((r) => r.id),
      rhythms.map((r) => r.name),
      rhythms.map((r) => `{${r.intervalsSeconds.join(',')}}`),
    ],
  )
}

export interface RhythmRow {
  id: string
  name: string
  intervalsSeconds: number[]
}

export async function findRhythms(db: Queryable, organisationId: string): Promise<RhythmRow[]> {
  return db.query<RhythmRow>(
    `SELECT id, name, intervals_seconds AS "intervalsSeconds" FROM app.rhythms
     WHERE organisation_id = $1 AND retired_at IS NULL ORDER BY position`,
    [organisationId],
  )
}

/** One that was retired too: who runs on it may say "using again". */
export async function findRhythmEvenRetired(
  db: Queryable,
  organisationId: string,
  id: string,
): Promise<RhythmRow | undefined> {
  const [row] = await db.query<RhythmRow>(
    `SELECT id, name, intervals_seconds AS "intervalsSeconds" FROM app.rhythms WHERE organisation_id = $1 AND id = $2`,
    [organisationId, id],
  )
  return row
}

/** Whether a supporter is on shift whose phone can be told: "Someone is here now". */
export async function isSomeoneHere(db: Queryable, organisationId: string): Promise<boolean> {
  const [row] = await db.query<{ here: boolean }>(
    `SELECT EXISTS (SELECT FROM app.supporters s WHERE s.organisation_id = $1 AND s.on_shift AND s.removed_at IS NULL
       AND ${canBeReached('s')}) AS here`,
    [organisationId],
  )
  return row?.here ?? false
}

/** Keeps the hash of a one-time invitation. */
export async function insertInvitation(
  db: Queryable,
  invitation: { id: string; organisationId: string; role: string; tokenHash: Buffer; supporterId?: string },
): Promise<void> {
  await db.query(
    'INSERT INTO app.invitations (id, organisation_id, role, token_hash, supporter_id) VALUES ($1, $2, $3, $4, $5)',
    [invitation.id, invitation.organisationId, invitation.role, invitation.tokenHash, invitation.supporterId ?? null],
  )
}

export async function findOrganisationIds(db: Queryable): Promise<string[]> {
  return (await db.query<{ id: string }>('SELECT id FROM app.organisations ORDER BY id')).map((row) => row.id)
}
