/** On whose behalf to go on: what must be known before a transaction can say for which organisation it acts. */
import type { Queryable } from '../database.ts'

/** A name that an organisation is called by in public. */
export async function findOrganisationCalled(
  db: Queryable,
  by: { slug: string } | { host: string } | { smsNumber: string },
): Promise<{ id: string; slug: string } | undefined> {
  const [row] = await db.query<{ id: string; slug: string }>(
    'SELECT id, slug FROM app.organisation_called($1, $2, $3)',
    ['slug' in by ? by.slug : null, 'host' in by ? by.host : null, 'smsNumber' in by ? by.smsNumber : null],
  )
  return row
}

type Whose<Secret> = (db: Queryable, secret: Secret) => Promise<string | undefined>

/** By the SHA-256 of the code that forgets a device. */
export const findOrganisationOfForgetCode: Whose<Buffer> = (db, hash) => ask(db, 'organisation_of_forget_code', hash)

/** By the SHA-256 of the token of an invitation. */
export const findOrganisationOfInvitation: Whose<Buffer> = (db, hash) => ask(db, 'organisation_of_invitation', hash)

/** By the challenge that a passkey is to answer. */
export const findOrganisationOfChallenge: Whose<string> = (db, asked) => ask(db, 'organisation_of_challenge', asked)

/** By the id in the address of a rescue page. */
export const findOrganisationOfLink: Whose<string> = (db, linkId) => ask(db, 'organisation_of_link', linkId)

/** By the hash of the nonce in the address that the carrier calls back. */
export const findOrganisationOfAttempt: Whose<Buffer> = (db, hash) => ask(db, 'organisation_of_attempt', hash)

async function ask(db: Queryable, name: string, secret: Buffer | string): Promise<string | undefined> {
  const [row] = await db.query<{ id: string | null }>(`SELECT app.${name}($1) AS id`, [secret])
  return row?.id ?? undefined
}
