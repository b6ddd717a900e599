import { createHash, randomBytes } from 'node:crypto'
import { type Database, demoSlug, findOrganisation, insertInvitation, newId } from '@stillhere/persistence'
import type { Keyring } from '@stillhere/worker/keyring'

/** A supporter as tests put them there: their own way in, by invitation and passkey, has its own tests. */
export interface SeededSupporter {
  id: string
  setShift(onShift: boolean): Promise<void>
  /** A new one-time invitation of theirs, for `signInToConsole`. */
  invite(): Promise<string>
}

/** Puts a supporter of the demo organisation on shift, their number kept as the worker keeps numbers. */
export async function seedSupporter(
  db: Database,
  keys: Keyring,
  supporter: {
    number: string
    name?: string
    role?: 'supporter' | 'duty-lead'
    language?: string
    onShift?: boolean
    /** Default: their phone has said that it is theirs. */
    confirmed?: boolean
  },
): Promise<SeededSupporter> {
  const organisation = await findOrganisation(db, { slug: demoSlug })
  if (!organisation) throw new Error('there is no demo organisation to be a supporter of')
  const id = newId()
  await db.query(
    `INSERT INTO app.supporters (id, organisation_id, role, name, language, destination, number_hash, on_shift)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      id,
      organisation.id,
      supporter.role ?? 'supporter',
      supporter.name ?? 'Sam',
      supporter.language ?? 'en',
      await keys.keepNumber(id, supporter.number),
      keys.hashNumber(supporter.number),
      supporter.onShift ?? true,
    ],
  )
  if (supporter.confirmed !== false)
    await db.query(
      `UPDATE app.supporters SET number_answer = 'confirmed', number_answered_by = 'reply',
         number_answered_at = app.clock(), number_answer_hash = number_hash WHERE id = $1`,
      [id],
    )
  return {
    id,
    async setShift(onShift) {
      await db.query('UPDATE app.supporters SET on_shift = $2 WHERE id = $1', [id, onShift])
    },
    async invite() {
      const token = randomBytes(32)
      await insertInvitation(db, {
        id: newId(),
        organisationId: organisation.id,
        role: supporter.role ?? 'supporter',
        tokenHash: createHash('sha256').update(token.toString('base64url')).digest(),
        supporterId: id,
      })
      return token.toString('base64url')
    },
  }
}
