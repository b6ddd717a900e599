import { createHash, randomBytes } from 'node:crypto'
import { defaultLadder, defaultPrompts } from '@stillhere/domain'
import {
  type Database,
  defaultRhythms,
  findOrganisation,
  insertInvitation,
  insertSupporter,
  newId,
  type Role,
  saveOrganisation,
} from '@stillhere/persistence'
import type { Canaries } from './canaries.ts'
import { type Console, signInToConsole } from './console.ts'
import { newPerson, type Person } from './person.ts'

/** One organisation of a stack, and a way in for everybody. */
export interface TestOrganisation {
  readonly id: string
  readonly slug: string
  /** A new anonymous device of it. */
  newPerson(): Promise<Person>
  /** One more of its staff, signed in by an invitation. An auditor's console holds no brief key: no brief is for them. */
  signIn(role: Role, name?: string): Promise<Console>
}

/**
 * The organisation of this slug, made where there is none: with the default ladder, prompts and rhythms, and nobody in
 * it. A made one has a number of its own that the simulator does not send from: what it would text is refused.
 */
export async function openOrganisation(
  of: { api: string; db: Database; canaries: Canaries },
  slug: string,
): Promise<TestOrganisation> {
  const { api, db, canaries } = of
  const id = (await findOrganisation(db, { slug }))?.id ?? (await makeOrganisation(db, slug))
  return {
    id,
    slug,
    newPerson: () => newPerson({ api, canaries, service: slug }),
    async signIn(role, name = role) {
      const supporterId = newId()
      await insertSupporter(db, { id: supporterId, organisationId: id, role, name, language: 'en' })
      const invitation = randomBytes(32).toString('base64url')
      canaries.add('token', invitation)
      const tokenHash = createHash('sha256').update(invitation).digest()
      await insertInvitation(db, { id: newId(), organisationId: id, role, tokenHash, supporterId })
      return signInToConsole({ api, invitation, ...(role === 'auditor' && { withoutKey: true }) })
    },
  }
}

async function makeOrganisation(db: Database, slug: string): Promise<string> {
  const id = newId()
  const organisation = {
    id,
    slug,
    name: slug,
    languages: ['en'],
    smsNumber: '+447700900099',
    pageHost: 'localhost',
    prompts: defaultPrompts,
    ladder: [...defaultLadder],
  }
  await saveOrganisation(
    db,
    organisation,
    defaultRhythms.map((rhythm) => ({ id: newId(), ...rhythm })),
  )
  return id
}
