import { createHash, randomBytes } from 'node:crypto'
import { Database } from './database.ts'
import { newId } from './ids.ts'
import { migrate } from './migrate.ts'
import { newOrganisation } from './new-organisation.ts'
import { deriveServiceUrls, giveLogins, oneUrlForAll, type ServiceUrls } from './roles/logins.ts'
import type { Separation } from './roles/secure-database.ts'
import { trustNumbers } from './stores/contact-numbers.ts'
import { saveDeployment } from './stores/deployment.ts'
import { findOrganisation, insertInvitation, saveOrganisation } from './stores/organisations.ts'
import type { SealedValue } from './stores/plans.ts'
import { findSupporters, insertSupporter, type SupporterRow } from './stores/supporters.ts'

/** What the launcher brings to an empty or a former database before any service starts. */
export interface PrepareDatabaseOptions {
  databaseUrl: string
  /** How many times faster than nominal a trial runs; 1 otherwise. */
  pace: number
  demo: {
    /** The number the demo organisation's texts come from, E.164. */
    twilioNumber: string
    /** Host of the page its invitations name. */
    host: string
    /** Where its pager rings, E.164. */
    pagerNumber?: string
    /**
     * Seals a supporter's number to the disclosure key (as `planId`, the organisation's id; as `rescuerId`, the
     * supporter's). Without it the demo's supporters have no phones.
     */
    sealNumber?: (whose: { planId: string; rescuerId: string }, e164: string) => Promise<SealedValue>
  }
}

/** The demo organisation's people and their phones, all in its own range. */
const demoPeople = [
  { role: 'supporter', name: 'Sam', number: '+447700900011' },
  { role: 'duty-lead', name: 'Dilys', number: '+447700900012' },
  { role: 'operator', name: 'Owen', number: '+447700900013' },
] as const

/** The slug of the organisation that `npm start` makes; the default where a host name tells no other. */
export const demoSlug = 'demo'

/**
 * Migrates, gives each service a user of its own where the owner may, writes the pace, and sees to the demo organisation.
 * Invitations are new at every call and shown once.
 * @throws Error when Postgres cannot be reached or a migration fails
 */
export async function prepareDatabase(options: PrepareDatabaseOptions): Promise<{
  invitations: { supporter: string; dutyLead: string; operator: string }
  /** Where each service finds Postgres: the owner's address for all where there is one role for all. */
  serviceUrls: ServiceUrls
  roles: Separation
}> {
  const { roles, serviceUrls } = await seeRoles(options.databaseUrl)
  const db = new Database({ url: options.databaseUrl, size: 1, applicationName: 'still-here-prepare' })
  try {
    await saveDeployment(db, options.pace)
    const demo = newOrganisation({
      slug: demoSlug,
      name: 'Demo',
      languages: ['en', 'cy'],
      smsNumber: options.demo.twilioNumber,
      ...(options.demo.pagerNumber ? { pagerNumber: options.demo.pagerNumber } : {}),
      pageHost: options.demo.host,
    })
    await saveOrganisation(db, demo.row, demo.rhythms)
    const organisation = await findOrganisation(db, { slug: demoSlug })
    if (!organisation) throw new Error('the demo organisation was not saved')
    const people = await seeDemoPeople(db, organisation.id, options.demo.sealNumber)
    const invite = async (role: 'supporter' | 'duty-lead' | 'operator'): Promise<string> => {
      const token = randomBytes(32).toString('base64url')
      const tokenHash = createHash('sha256').update(token).digest()
      // The first of the role that was made: whoever an operator added since is somebody else.
      const supporterId = people.toSorted((a, b) => (a.id < b.id ? -1 : 1)).find((person) => person.role === role)?.id
      await insertInvitation(db, {
        id: newId(),
        organisationId: organisation.id,
        role,
        tokenHash,
        ...(supporterId ? { supporterId } : {}),
      })
      return token
    }
    return {
      serviceUrls,
      roles,
      invitations: {
        supporter: await invite('supporter'),
        dutyLead: await invite('duty-lead'),
        operator: await invite('operator'),
      },
    }
  } finally {
    await db.close()
  }
}

async function seeRoles(ownerUrl: string): Promise<{ roles: Separation; serviceUrls: ServiceUrls }> {
  const serviceUrls = deriveServiceUrls(ownerUrl)
  const migrated = (await migrate(ownerUrl)).roles
  const roles = migrated === 'one-role-for-all' ? migrated : await giveLogins(ownerUrl, serviceUrls)
  return { roles, serviceUrls: roles === 'one-role-for-all' ? oneUrlForAll(ownerUrl) : serviceUrls }
}

/** The demo's people, made once. Nobody is on shift. */
async function seeDemoPeople(
  db: Database,
  organisationId: string,
  sealNumber: PrepareDatabaseOptions['demo']['sealNumber'],
): Promise<SupporterRow[]> {
  const there = await findSupporters(db, organisationId)
  if (there.length > 0) return there
  for (const { role, name, number } of demoPeople) {
    const id = newId()
    const sealedNumber = await sealNumber?.({ planId: organisationId, rescuerId: id }, number)
    await insertSupporter(db, {
      id,
      organisationId,
      role,
      name,
      language: 'en',
      ...(sealedNumber ? { sealedNumber } : {}),
    })
  }
  const people = await findSupporters(db, organisationId)
  if (sealNumber)
    await trustNumbers(
      db,
      people.map(({ id }) => id),
    )
  return people
}
