import { randomUUID } from 'node:crypto'
import { ask, raiseAlert, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

const home = await stack.organisation('demo')
const operator = await home.signIn('operator', 'Dr Mair Rees')
const contentHash = 'A'.repeat(43)
const dayMs = 86_400_000
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)
const document = 'rescue.gb.en'
const sign = async (fields: object = {}, by = operator) =>
  by.request('PUT', `/v1/operate/guidance/${document}`, {
    commandId: randomUUID(),
    contentHash,
    reviewBy: dayOf((await stack.now()) + 10 * dayMs),
    qualification: 'addiction psychiatrist, GMC 1234567',
    ...fields,
  })
const service = async (slug = 'demo') => (await ask('GET', `${stack.api}/v1/service?service=${slug}`)).body

test('what nobody has signed no screen is told of', async () => {
  expect(await service()).not.toHaveProperty('signedGuidance')
  expect((await operator.request('GET', '/v1/operate/guidance')).body.signOffs).toEqual([])
})

test('an operator signs one text by name; screens of that organisation are told, the person’s and the rescuer’s; the journal has it', async () => {
  const answer = await sign()
  expect(answer).toMatchObject({ status: 200, body: { signOff: { document, signedBy: { name: 'Dr Mair Rees' } } } })
  const by = 'Dr Mair Rees, addiction psychiatrist, GMC 1234567'
  const told = [{ document, contentHash, by, on: dayOf(await stack.now()) }]
  expect((await service()).signedGuidance).toMatchObject(told)
  await stack.organisation('away')
  expect(await service('away'), 'of another organisation nobody has').not.toHaveProperty('signedGuidance')

  const { linkText } = await raiseAlert(stack)
  const page = await stack.openRescuePage(linkText)
  expect((await page.request('GET', '')).body.signedGuidance).toMatchObject(told)

  const lines = await stack.db.query(
    `SELECT kind, actor_id, detail FROM app.journal WHERE kind LIKE 'guidance-%' ORDER BY id`,
  )
  expect(lines).toMatchObject([
    { kind: 'guidance-signed', actor_id: operator.recipientId, detail: { document, contentHash } },
  ])
  const { body } = await operator.request('GET', '/v1/operate/audit')
  expect(body.changes[0]).toMatchObject({ action: 'guidance-signed', thing: document, by: { name: 'Dr Mair Rees' } })
})

test('whoever may only look signs nothing, and nothing is signed past its day or under an unknown name', async () => {
  for (const role of ['auditor', 'supervisor'] as const) {
    expect((await sign({}, await home.signIn(role))).status, role).toBe(401)
  }
  expect((await sign({ reviewBy: dayOf((await stack.now()) - dayMs) })).status).toBe(409)
  expect((await sign({ contentHash: 'short' })).status).toBe(400)
  expect((await sign({ qualification: '' })).status).toBe(400)
  const path = '/v1/operate/guidance/weather.gb.en'
  expect((await operator.request('PUT', path, { commandId: randomUUID(), contentHash })).status).toBe(404)
})

test('a signature falls when it is taken back, when its day has passed, and when who signed has left', async () => {
  const withdraw = () => operator.request('DELETE', `/v1/operate/guidance/${document}`, { commandId: randomUUID() })
  expect((await withdraw()).status).toBe(200)
  expect(await service()).not.toHaveProperty('signedGuidance')
  expect((await withdraw()).status, 'there is none').toBe(404)

  await sign()
  expect((await service()).signedGuidance).toHaveLength(1)
  await stack.db.query('UPDATE app.supporters SET removed_at = app.clock() WHERE id = $1', [operator.recipientId])
  expect(await service(), 'who left stands for nothing').not.toHaveProperty('signedGuidance')
  await stack.db.query('UPDATE app.supporters SET removed_at = NULL WHERE id = $1', [operator.recipientId])
  expect((await service()).signedGuidance).toHaveLength(1)

  await stack.db.query('UPDATE app.guidance_sign_offs SET review_by = $1', [dayOf((await stack.now()) - dayMs)])
  expect(await service(), 'its day of review has passed').not.toHaveProperty('signedGuidance')
})
