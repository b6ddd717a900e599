import { randomBytes, randomUUID } from 'node:crypto'
import { defaultPrompts } from '@stillhere/domain'
import { type Database, demoSlug, findOrganisation, insertSession, newId } from '@stillhere/persistence'
import { parsePublicKey, sealPlan } from '@stillhere/sealing/seal'
import type { Keyring } from '@stillhere/worker/keyring'
import { ask } from './person.ts'
import { samplePlan } from './sample-plan.ts'

export interface SeededSession {
  id: string
  alertAt: number
  /** The one rescuer of its plan. */
  rescuerNumber: string
}

/**
 * Puts many sessions there at once, each of a device of its own, as if their last prompts were running: for storms, where
 * making each over HTTP would be the longest part of the test. Plans are sealed as a device seals them; each serves
 * several sessions. Nothing of it is a canary.
 * @param alertAts when each alerts, epoch ms on the service's clock
 */
export async function seedSessions(
  of: { api: string; db: Database; keys: Keyring },
  alertAts: readonly number[],
  sessionsPerPlan = 10,
): Promise<SeededSession[]> {
  const { db, keys } = of
  const organisation = await findOrganisation(db, { slug: demoSlug })
  const key = await parsePublicKey((await ask('GET', `${of.api}/v1/service`)).body.disclosureKey)
  if (!organisation || key.kind === 'refused') throw new Error('there is no service to put sessions into')
  const deviceIds = alertAts.map(() => newId())
  await db.query(
    `INSERT INTO app.devices (id, organisation_id, token_hash) SELECT v.id, $2, v.hash
     FROM unnest($1::uuid[], $3::bytea[]) AS v(id, hash)`,
    [deviceIds, organisation.id, deviceIds.map(() => randomBytes(32))],
  )
  const plans = await Promise.all(
    Array.from({ length: Math.ceil(alertAts.length / sessionsPerPlan) }, async (_, index) => {
      const [planId, rescuerId] = [randomUUID(), randomUUID()]
      const number = `+447700900${String(999 - (index % 800)).padStart(3, '0')}`
      const sealed = await sealPlan(key.key, { planId, planVersion: 1 }, JSON.stringify(samplePlan()))
      return { planId, rescuerId, number, sealed, destination: await keys.keepNumber(rescuerId, number) }
    }),
  )
  await db.query(
    `INSERT INTO app.rescue_plans (id, organisation_id, device_id, plan_version, sealed, good_sealed, good_version,
       alert_order, plan_check)
     SELECT v.id, $2, $3, 1, v.sealed, v.sealed, 1, 'rescuers-first', 'ok' FROM unnest($1::uuid[], $4::jsonb[]) AS v(id, sealed)`,
    [plans.map((plan) => plan.planId), organisation.id, deviceIds[0], plans.map((plan) => JSON.stringify(plan.sealed))],
  )
  await db.query(
    `INSERT INTO app.rescuers (id, organisation_id, plan_id, position, sealed_number, destination, number_hash, consent, number_check)
     SELECT v.id, $2, v.plan_id, 1, '{}', v.destination, v.hash, 'agreed', 'ok'
     FROM unnest($1::uuid[], $3::uuid[], $4::text[], $5::bytea[]) AS v(id, plan_id, destination, hash)`,
    [
      plans.map((plan) => plan.rescuerId),
      organisation.id,
      plans.map((plan) => plan.planId),
      plans.map((plan) => plan.destination),
      plans.map((plan) => keys.hashNumber(plan.number)),
    ],
  )
  return db.transaction(async (tx) => {
    const seeded: SeededSession[] = []
    for (const [index, alertAt] of alertAts.entries()) {
      const plan = plans[Math.floor(index / sessionsPerPlan)]
      const deviceId = deviceIds[index]
      if (!plan || !deviceId) throw new Error('fewer plans or devices than sessions')
      const deadlineAt = alertAt - defaultPrompts.alertAfterSeconds * 1_000
      const startedAt = deadlineAt - 60_000
      const id = newId()
      await insertSession(tx, {
        id,
        organisationId: organisation.id,
        deviceId,
        planId: plan.planId,
        kind: 'ordinary',
        company: 'timer-only',
        state: 'prompting',
        version: 2,
        rhythm: [60],
        prompts: defaultPrompts,
        startedAt,
        anchorAt: startedAt,
        deadlineAt,
        alertAt,
        lastPressAt: startedAt,
        raised: false,
        quiet: false,
        endCode: '123',
      })
      seeded.push({ id, alertAt, rescuerNumber: plan.number })
    }
    return seeded
  })
}
