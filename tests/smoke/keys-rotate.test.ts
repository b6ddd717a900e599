import { isSuccessor } from '@stillhere/sealing/seal'
import { preparePerson, raiseAlert, startStack } from '@stillhere/testkit'
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
  await stack.phones.phone(pager).expectText('plan')
})
