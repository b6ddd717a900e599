/** What the one who runs the host does before anybody can sign in: the first organisation, the first invitation. */
import { createHash, randomBytes } from 'node:crypto'
import {
  findOrganisation,
  findOrganisationIds,
  findOrganisations,
  findStaff,
  insertInvitation,
  insertSupporter,
  newId,
  newOrganisation,
  type Role,
  readClock,
  recordJournal,
  saveOrganisation,
} from '@stillhere/persistence'
import { withDatabase } from './with-database.ts'

/** What makes an organisation itself; ladder, prompts and rhythms begin as the house's own. */
export interface FirstOrganisation {
  /** `[a-z0-9-]{1,40}`; part of addresses, never changed. */
  slug: string
  name: string
  /** The number its texts come from, E.164. */
  smsNumber: string
  /** Where its pager rings, E.164. */
  pagerNumber?: string
  languages: string[]
  /** The host name that picks it; absent: the slug alone does. */
  host?: string
  /** Host of the page that its invitations by text name. */
  pageHost: string
}

/** Makes an organisation. One that is there is left as it is: its operators change it in the console. */
export function createOrganisation(
  databaseUrl: string,
  given: FirstOrganisation,
): Promise<{ kind: 'created'; id: string } | { kind: 'taken'; what: 'slug' | 'host' | 'number' }> {
  return withDatabase(databaseUrl, (db) =>
    db.transaction(async (tx) => {
      if (await findOrganisation(tx, { slug: given.slug })) return { kind: 'taken', what: 'slug' }
      if (given.host && (await findOrganisation(tx, { host: given.host }))) return { kind: 'taken', what: 'host' }
      // A text that comes in finds its organisation by the number it came to.
      if (await findOrganisation(tx, { smsNumber: given.smsNumber })) return { kind: 'taken', what: 'number' }
      const { row, rhythms } = newOrganisation(given)
      await saveOrganisation(tx, row, rhythms)
      const at = await readClock(tx)
      await recordJournal(tx, [
        { organisationId: row.id, at, kind: 'organisation-created', actor: { kind: 'operator' }, detail: {} },
      ])
      return { kind: 'created', id: row.id }
    }),
  )
}

export interface OrganisationAtHost {
  id: string
  slug: string
  name: string
  host: string | null
  languages: string[]
  /** People who may sign in, by role. */
  staff: Partial<Record<Role, number>>
}

export function listOrganisations(databaseUrl: string): Promise<OrganisationAtHost[]> {
  return withDatabase(databaseUrl, async (db) => {
    const rows = await findOrganisations(db, await findOrganisationIds(db))
    const listed: OrganisationAtHost[] = []
    for (const { id, slug, name, host = null, languages } of rows.toSorted((a, b) => (a.slug < b.slug ? -1 : 1))) {
      const staff: OrganisationAtHost['staff'] = {}
      for (const { role } of await findStaff(db, id)) staff[role] = (staff[role] ?? 0) + 1
      listed.push({ id, slug, name, host, languages, staff })
    }
    return listed
  })
}

/**
 * Adds somebody and makes their one-time invitation: 32 random bytes, shown once, kept as a hash. From then on operators
 * invite in the console; this is for the first of them, and for when none can sign in any more.
 */
export function inviteAtHost(
  databaseUrl: string,
  given: { organisation: string; role: Role; name: string; language: string },
): Promise<{ kind: 'invited'; token: string; supporterId: string } | { kind: 'unknown-organisation' }> {
  return withDatabase(databaseUrl, (db) =>
    db.transaction(async (tx) => {
      const organisation = await findOrganisation(tx, { slug: given.organisation })
      if (!organisation) return { kind: 'unknown-organisation' }
      const [supporterId, organisationId] = [newId(), organisation.id]
      const { role, name, language } = given
      await insertSupporter(tx, { id: supporterId, organisationId, role, name, language })
      const token = randomBytes(32).toString('base64url')
      const tokenHash = createHash('sha256').update(token).digest()
      await insertInvitation(tx, { id: newId(), organisationId, role, tokenHash, supporterId })
      const at = await readClock(tx)
      const detail = { supporterId, role }
      await recordJournal(tx, [
        { organisationId, at, kind: 'supporter-invited-at-host', actor: { kind: 'operator' }, detail },
      ])
      return { kind: 'invited', token, supporterId }
    }),
  )
}
