import { createHash, randomBytes } from 'node:crypto'
import { type Database, demoSlug, findOrganisation, newId } from '@stillhere/persistence'
import { parsePublicKey, sealPlan } from '@stillhere/sealing/seal'
import type { Keyring } from '@stillhere/worker/keyring'

/** A device with a plan that was checked and rescuers who agreed. */
export interface SeededPerson {
  deviceId: string
  token: string
  planId: string
  organisationId: string
  phones: string[]
}

/**
 * Puts people there as rows, as they are after the plan was checked and the rescuers agreed: a storm of thousands is
 * about what comes afterwards, and thousands of invitations by text are not. Plans are sealed as a device seals them.
 * @param numberOf the rescuers' numbers of the i-th person; default one of the range that Ofcom keeps for drama
 */
export async function seedPeople(
  of: { db: Database; keyring: Keyring; disclosureKey: string },
  count: number,
  numberOf: (index: number) => string[] = (index) => [dramaNumber(index)],
): Promise<SeededPerson[]> {
  const { db, keyring } = of
  const organisation = await findOrganisation(db, { slug: demoSlug })
  if (!organisation) throw new Error('there is no demo organisation')
  const [keyId = '', publicKey = ''] = of.disclosureKey.split(':')
  const parsed = await parsePublicKey({ keyId, publicKey })
  if (parsed.kind === 'refused') throw new Error('the disclosure key is none')
  const people: SeededPerson[] = []
  for (let from = 0; from < count; from += 500) {
    const batch = await Promise.all(
      Array.from({ length: Math.min(500, count - from) }, async (_, i) => {
        const planId = newId()
        const phones = numberOf(from + i)
        const rescuers = await Promise.all(
          phones.map(async (number, position) => {
            const id = newId()
            return {
              id,
              planId,
              position: position + 1,
              hash: keyring.hashNumber(number),
              kept: await keyring.keepNumber(id, number),
            }
          }),
        )
        const text = JSON.stringify({
          version: 1,
          label: 'Home',
          address: '12 High Street, Flat 3, Cardiff',
          area: 'Cathays',
          textAddress: false,
          rescuers: rescuers.map(({ id }) => ({ id, name: 'Sam' })),
        })
        const sealed = JSON.stringify(await sealPlan(parsed.key, { planId, planVersion: 1 }, text))
        return { deviceId: newId(), token: randomBytes(32).toString('base64url'), planId, phones, rescuers, sealed }
      }),
    )
    await insert(db, organisation.id, batch)
    people.push(
      ...batch.map(({ deviceId, token, planId, phones }) => ({
        deviceId,
        token,
        planId,
        phones,
        organisationId: organisation.id,
      })),
    )
  }
  return people
}

/** +447700900100–900999, and from the start again: a phone may be several people's rescuer. */
export const dramaNumber = (index: number): string => `+447700900${String(100 + (index % 900))}`

async function insert(
  db: Database,
  organisationId: string,
  batch: readonly {
    deviceId: string
    token: string
    planId: string
    sealed: string
    rescuers: { id: string; planId: string; position: number; hash: Buffer; kept: string }[]
  }[],
): Promise<void> {
  const rescuers = batch.flatMap((person) => person.rescuers)
  await db.query(
    `INSERT INTO app.devices (id, organisation_id, token_hash) SELECT id, $3, hash FROM unnest($1::uuid[], $2::bytea[]) AS v(id, hash)`,
    [batch.map((p) => p.deviceId), batch.map((p) => createHash('sha256').update(p.token).digest()), organisationId],
  )
  await db.query(
    `INSERT INTO app.rescue_plans (id, organisation_id, device_id, plan_version, sealed, good_sealed, good_version, alert_order, plan_check)
     SELECT id, $4, device, 1, sealed, sealed, 1, 'rescuers-first', 'ok' FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[]) AS v(id, device, sealed)`,
    [batch.map((p) => p.planId), batch.map((p) => p.deviceId), batch.map((p) => p.sealed), organisationId],
  )
  await db.query(
    `INSERT INTO app.rescuers (id, organisation_id, plan_id, position, sealed_number, destination, number_hash, consent, number_check, answered_at)
     SELECT id, $6, plan, position, '{}', kept, hash, 'agreed', 'ok', app.clock()
     FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::bytea[]) AS v(id, plan, position, kept, hash)`,
    [
      rescuers.map((r) => r.id),
      rescuers.map((r) => r.planId),
      rescuers.map((r) => r.position),
      rescuers.map((r) => r.kept),
      rescuers.map((r) => r.hash),
      organisationId,
    ],
  )
}
