import { createHash, randomBytes } from 'node:crypto'
import { defaultLadder, defaultPrompts } from '@stillhere/domain'
import { Database } from './database.ts'
import { newId } from './ids.ts'
import { migrate } from './migrate.ts'
import { saveDeployment } from './stores/deployment.ts'
import { findOrganisation, insertInvitation, saveOrganisation } from './stores/organisations.ts'

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
  }
}

/** The slug of the organisation that `npm start` makes; the default where a host name tells no other. */
export const demoSlug = 'demo'

/** Default rhythms, in nominal seconds: 2 min, then 3-min gaps to 15 min, 5 to 30 min, tail 15–20; and gentler ones. */
export const defaultRhythms = [
  { name: 'steady', intervalsSeconds: [120, 180, 180, 180, 180, 300, 300, 300, 900, 1_200] },
  { name: 'close', intervalsSeconds: [120] },
  { name: 'tail', intervalsSeconds: [900, 1_200] },
] as const

/**
 * Migrates, writes the pace, and sees to the demo organisation. Invitations are new at every call and shown once.
 * @throws Error when Postgres cannot be reached or a migration fails
 */
export async function prepareDatabase(options: PrepareDatabaseOptions): Promise<{
  invitations: { supporter: string; dutyLead: string; operator: string }
}> {
  await migrate(options.databaseUrl)
  const db = new Database({ url: options.databaseUrl, size: 1, applicationName: 'still-here-prepare' })
  try {
    await saveDeployment(db, options.pace)
    await saveOrganisation(
      db,
      {
        id: newId(),
        slug: demoSlug,
        name: 'Demo',
        languages: ['en', 'cy'],
        smsNumber: options.demo.twilioNumber,
        ...(options.demo.pagerNumber ? { pagerNumber: options.demo.pagerNumber } : {}),
        pageHost: options.demo.host,
        prompts: defaultPrompts,
        ladder: [...defaultLadder],
      },
      defaultRhythms.map((rhythm) => ({ id: newId(), ...rhythm })),
    )
    const organisation = await findOrganisation(db, { slug: demoSlug })
    if (!organisation) throw new Error('the demo organisation was not saved')
    const invite = async (role: 'supporter' | 'duty-lead' | 'operator'): Promise<string> => {
      const token = randomBytes(32).toString('base64url')
      const tokenHash = createHash('sha256').update(token).digest()
      await insertInvitation(db, { id: newId(), organisationId: organisation.id, role, tokenHash })
      return token
    }
    return {
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
