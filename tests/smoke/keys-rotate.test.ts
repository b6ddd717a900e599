import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { isSuccessor } from '@stillhere/sealing/seal'
import { ask, preparePerson, raiseAlert, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const pager = '+447700900009'
const stack = await startStack({ pagerNumber: pager })
afterAll(() => stack.close())

const keyOf = async (planId: string): Promise<string> => {
  const [row] = await stack.db.query<{ keyId: string }>(
    `SELECT good_sealed ->> 'keyId' AS "keyId" FROM app.rescue_plans WHERE id = $1`,
    [planId],
  )
  return row?.keyId ?? ''
}

test('a worker whose keys do not open the plans and numbers that are kept says so when it starts, and not at the alert', async () => {
  const { person } = await preparePerson(stack, { ownPhone: true })
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url')
  stack.allowErrors(/"reason":"destination"/, /"reason":"sample"/)
  for (const [wrong, count] of [
    // The rescuer's number and the person's own.
    [{ NUMBER_HASH_KEY: randomBytes(32).toString('base64url') }, 2],
    [{ DISCLOSURE_KEYS: `other:${other}` }, 1],
  ] as const) {
    const worker = await stack.startWorker(wrong)
    const { body } = await stack.phones.phone(pager).expectText(`tried today, ${count} do not open with our keys`)
    expect(body).not.toContain(person.planId)
    await stack.stopWorker(worker)
    // The same trouble is paged once in five minutes.
    await stack.passUnseen(300_000)
  }
  await stack.startWorker()
  // The tests below destroy keys, and workers say so when they start.
  stack.phones.allow(/tried today, \d+ do not open with our keys/)
})

test('after a rotation old plans still open, new ones are sealed to the new key, and re-sealing moves a plan over', async () => {
  const old = await preparePerson(stack, {})
  const before = old.person.service.disclosureKey.keyId
  await stack.replaceDisclosureKey()
  const { body: service } = await old.person.request('GET', '/v1/service')
  const after = service.disclosureKey.keyId
  expect(after).not.toBe(before)
  expect(await keyOf(old.person.planId)).toBe(before)
  const [{ signature, keyId }] = service.disclosureKey.signedBy
  expect(keyId).toBe(before)
  expect(await isSuccessor(old.person.service.disclosureKey, service.disclosureKey, signature)).toBe(true)

  const fresh = await raiseAlert(stack)
  expect(await keyOf(fresh.person.planId)).toBe(after)
  expect(await (await stack.openRescuePage(fresh.linkText)).reply('going')).toHaveProperty('brief.address')

  const { alertAt } = await old.person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  await old.rescuer.expectText('SAFETY ALERT')
  const { body: link } = await old.rescuer.expectText('http')
  expect(await (await stack.openRescuePage(link)).reply('going')).toHaveProperty('brief.address')
})

test('a destroyed key opens nothing more: the alert goes out without the plan, and the operator is paged', async () => {
  const { person, rescuer } = await preparePerson(stack, {})
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.replaceDisclosureKey({ destroyOld: true })
  stack.allowErrors(/unreadablePlan/)
  await stack.advanceTo(alertAt)
  const { match } = await rescuer.expectText(/^SAFETY ALERT (\d{4})/)
  const { body } = await rescuer.expectText(new RegExp(`${match[1]}`))
  expect(body).not.toMatch(/http/)
  await stack.phones.phone(pager).expectText('a plan could not be opened')
})

test('a plan whose key no worker holds says so before the night, and is checked anew when a worker holds it again', async () => {
  const { person } = await preparePerson(stack, {})
  const [{ keys: [held = ''] = [] } = {}] = await stack.db.query<{ keys: string[] }>(
    `SELECT keys FROM app.key_uses WHERE service = 'worker' ORDER BY seen_at DESC LIMIT 1`,
  )
  const keyId = await keyOf(person.planId)
  expect(held.startsWith(`${keyId}:`)).toBe(true)
  await stack.replaceDisclosureKey({ destroyOld: true })
  stack.allowErrors(/unreadablePlan/)
  // The workers that held it have been gone for a minute.
  await stack.db.query(`DELETE FROM app.key_uses WHERE keys[1] = $1`, [held])
  const checkOf = async () => {
    const [row] = await stack.db.query<{ check: string; code: string | null }>(
      'SELECT plan_check AS check, plan_check_code AS code FROM app.rescue_plans WHERE id = $1',
      [person.planId],
    )
    return `${row?.check} ${row?.code}`
  }
  await until('the plan says so', async () => (await checkOf()) === 'refused unknown_key', 12_000)
  await expect(person.start()).rejects.toMatchObject({ status: 409 })

  // A worker says that it holds it: it is looked at with the key, and not believed unseen.
  await stack.db.query(
    `INSERT INTO app.key_uses (process_id, service, keys, seen_at) VALUES (gen_random_uuid(), 'worker', ARRAY[$1], clock_timestamp())`,
    [held],
  )
  const [before] = await stack.db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM app.journal WHERE kind = 'plan-checked'`,
  )
  await until(
    'it was checked anew',
    async () =>
      ((
        await stack.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM app.journal WHERE kind = 'plan-checked'`)
      )[0]?.n ?? 0) > (before?.n ?? 0),
    12_000,
  )
  expect(await checkOf()).toBe('refused unknown_key')
})

test('an api that hands out a key which no worker holds is not ready, and says why', async () => {
  const ready = () => ask('GET', `http://127.0.0.1:${stack.apiInternalPort}/readyz`)
  expect((await ready()).status).toBe(200)
  await stack.db.query(`UPDATE app.key_uses SET keys = '{other:0123456789abcdef}' WHERE service = 'worker'`)
  const { status, body } = await ready()
  expect(status).toBe(503)
  expect(body).toMatchObject({ checks: { disclosureKey: { ok: false, note: 'noWorkerHoldsIt' } } })
  await until('a worker has said what it holds', async () => (await ready()).status === 200, 12_000)
})

test('a connection that somebody opened and asks nothing on holds up no api that is started anew', async () => {
  const { hostname, port } = new URL(stack.api)
  const silent = connect({ host: hostname, port: Number(port) })
  silent.on('error', () => undefined)
  await once(silent, 'connect')
  const beganAt = performance.now()
  await stack.replaceDisclosureKey()
  expect(performance.now() - beganAt).toBeLessThan(9_000)
  silent.destroy()
})
