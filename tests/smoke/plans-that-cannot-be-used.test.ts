import { randomUUID } from 'node:crypto'
import { parsePublicKey, sealNumber, sealPlan } from '@stillhere/sealing/seal'
import { type Person, preparePerson, samplePlan, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

async function keyOf(person: Person) {
  const parsed = await parsePublicKey(person.service.disclosureKey)
  if (parsed.kind === 'refused') throw new Error('no key')
  return parsed.key
}

/** Saves what a device sealed, whatever it is. @returns the plan once it has been checked */
async function save(sealed: object, { person, planId = randomUUID() }: { person: Person; planId?: string }) {
  const body = { commandId: randomUUID(), planId, planVersion: 1, sealed, alertOrder: 'both' }
  const answer = await person.request('POST', '/v1/plans', body)
  if (answer.status !== 201) return answer.body.code
  await stack.settle()
  const { check, checkCode } = (await person.request('GET', `/v1/plans/${planId}`)).body.plan
  return `${check} ${checkCode}`
}

test('B53: what was sealed for another plan, another version or another key is refused', async () => {
  const person = await stack.newPerson()
  const key = await keyOf(person)
  const text = JSON.stringify(samplePlan())
  const planId = randomUUID()
  const good = await sealPlan(key, { planId, planVersion: 1 }, text)

  expect(await save(good, { person })).toBe('refused cannot_open')
  expect(await save(await sealPlan(key, { planId, planVersion: 2 }, text), { person, planId })).toBe(
    'refused cannot_open',
  )
  expect(await save({ ...good, keyId: `${good.keyId}x` }, { person })).toBe('refused unknown_key')
  // Some of it has no form at all and is refused at the door.
  for (const broken of [
    { ciphertext: good.ciphertext.slice(0, -8) },
    { ciphertext: Buffer.alloc(64, 7).toString('base64url') },
    { ciphertext: '' },
    { enc: 'AAAA' },
    { enc: good.enc.replace(/^.{4}/, 'AAAA') },
  ])
    expect(await save({ ...good, ...broken }, { person, planId: randomUUID() })).toMatch(
      /^(?:invalid|refused cannot_open)$/,
    )
})

test('B53: a number sealed for another rescuer is refused', async () => {
  const person = await stack.newPerson()
  await person.savePlan()
  const { planId } = person
  const sealedNumber = await sealNumber(await keyOf(person), { planId, rescuerId: randomUUID() }, '+447700900199')
  const body = { commandId: randomUUID(), rescuerId: randomUUID(), position: 1, sealedNumber }
  await person.request('POST', `/v1/plans/${planId}/rescuers`, body)
  await stack.settle()
  expect((await person.plan()).rescuers).toMatchObject([{ check: 'refused', checkCode: 'cannot_open' }])
  expect(stack.carrier.requests()).toEqual([])
})

const bad: [string, object | string][] = [
  ['a NUL', { address: 'Flat 9\u0000, Leeds' }],
  ['a tab or an escape', { address: 'Flat 9\u001b[2J' }],
  ['right-to-left override', { address: 'Flat \u202e9, Leeds' }],
  ['an isolate', { notes: 'a \u2066 b' }],
  ['half a character', { entry: 'blue \ud83d door' }],
  ['no address', { address: undefined }],
  ['an empty address', { address: '' }],
  ['an address of spaces', { address: '   ' }],
  ['an address that is no text', { address: 7 }],
  ['an address that is too long', { address: 'x'.repeat(1_001) }],
  ['another version', { version: 2 }],
  ['no JSON', 'Flat 9'],
  ['a JSON text', '"Flat 9"'],
  ['nothing', 'null'],
]
test.each(bad)('B51: a plan with %s is refused where it is opened, and nobody starts on it', async (_what, fields) => {
  const person = await stack.newPerson()
  const planId = randomUUID()
  const text = typeof fields === 'string' ? fields : JSON.stringify({ ...samplePlan(), ...fields })
  const sealed = await sealPlan(await keyOf(person), { planId, planVersion: 1 }, text)

  expect(await save(sealed, { person, planId })).toBe('refused bad_form')

  const start = { commandId: randomUUID(), planId, countdownSeconds: 120, company: 'timer-only' }
  expect((await person.request('POST', '/v1/sessions', start)).body.code).toBe('plan_unreadable')
})

test('B52: what looks like code in a plan is text, and reaches nobody but its reader', async () => {
  const address = '<script>alert(1)</script> {{7*7}} =cmd|calc'
  const { person, rescuer } = await preparePerson(stack, { plan: { address, textAddress: true } })
  await stack.advanceTo((await person.start()).alertAt)
  await rescuer.expectText('SAFETY ALERT')
  const { body } = await rescuer.expectText('Address')
  const page = await stack.openRescuePage(body)
  expect((await page.reply('there')).state).toBe('owned')
  expect((await page.reply('going')).brief?.address).toBe(address)
  await page.reply('there')
  await page.reply('safe')
})

test('a new version that cannot be read leaves the last good one for the alert', async () => {
  const { person, rescuer } = await preparePerson(stack, {
    plan: { textAddress: true, address: 'Flat 1, Old Mill Lane' },
  })
  await person.start()
  const sealed = await sealPlan(
    await keyOf(person),
    { planId: person.planId, planVersion: 3 },
    JSON.stringify(samplePlan()),
  )
  const body = { commandId: randomUUID(), planId: person.planId, planVersion: 2, sealed, alertOrder: 'rescuers-first' }
  expect((await person.request('PUT', `/v1/plans/${person.planId}`, body)).status).toBe(200)
  await stack.settle()
  expect((await person.plan()).check).toBe('refused')

  await person.help()

  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('Address: Flat 1, Old Mill Lane')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})
