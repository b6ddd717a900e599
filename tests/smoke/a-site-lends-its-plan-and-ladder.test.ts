import { randomUUID } from 'node:crypto'
import { giveAllClear, preparePerson, RefusedByServiceError, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

const operator = await (await stack.organisation('demo')).signIn('operator')
const must = async (method: string, path: string, body: object = {}) => {
  const answer = await operator.request(
    method,
    `/v1/operate${path}`,
    method === 'GET' ? undefined : { commandId: randomUUID(), ...body },
  )
  if (answer.status > 299) throw new RefusedByServiceError(`${method} ${path}`, answer)
  return answer.body
}
const harbour = {
  label: 'Harbour House',
  address: '1 Quay Street',
  entry: 'Blue door',
  naloxone: ['Office', 'Kitchen'],
  staffOnSite: 'Night staff until 8',
}

test('a hostel publishes its template by code, and an alert from it climbs its own ladder', async () => {
  const steps = [
    { afterSeconds: 0, to: 'everyone', channel: 'text' },
    { afterSeconds: 25, to: 'everyone', channel: 'text' },
  ]
  const { ladder } = await must('POST', '/ladders', { name: 'hostel', steps })
  const { site } = await must('POST', '/sites', { ...harbour, ladderId: ladder.id })
  expect(site.joinCode).toMatch(/^[BCDFGHJKMNPQRSTVWXYZ2-9]{4}-[BCDFGHJKMNPQRSTVWXYZ2-9]{4}$/)

  const visitor = await stack.newPerson()
  const typed = site.joinCode.replace('-', ' ').toLowerCase()
  const { status, body } = await visitor.request('GET', `/v1/plan-templates/${encodeURIComponent(typed)}`)
  expect(status).toBe(200)
  expect(body.template).toEqual({ ...harbour, naloxone: 'Office; Kitchen', siteId: site.id, siteVersion: 1 })

  const { person, rescuer } = await preparePerson(stack, { site: { siteId: site.id, siteVersion: 1 } })
  expect((await person.plan()).site).toEqual({ id: site.id, version: 1, currentVersion: 1, changed: false })
  await person.start({ countdownSeconds: 60 })
  await person.help()
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await rescuer.expectText('What to do now')
  await stack.advance(25_000)
  await rescuer.expectText(`${match[1]} AGAIN`)
  await giveAllClear(person, rescuer)
})

test('who adopted a template hears that it has changed, but not that its ladder or its code has', async () => {
  const { site } = await must('POST', '/sites', harbour)
  const { person } = await preparePerson(stack, { site: { siteId: site.id } })
  const { ladders } = await must('GET', '/ladders')
  const { site: same } = await must('PUT', `/sites/${site.id}`, { ...harbour, ladderId: ladders[0].id })
  expect(same).toMatchObject({ version: 2, templateVersion: 1, adopted: 1, behind: 0 })
  const { site: rotated } = await must('POST', `/sites/${site.id}/join-code`)
  expect(rotated.joinCode).not.toBe(site.joinCode)
  expect((await person.request('GET', `/v1/plan-templates/${site.joinCode}`)).status).toBe(404)
  expect((await person.plan()).site?.changed).toBe(false)
  expect((await person.plan()).readiness).not.toContain('site-changed')

  const { site: moved } = await must('PUT', `/sites/${site.id}`, { ...harbour, entry: 'Green door' })
  expect(moved).toMatchObject({ templateVersion: 2, ladderId: ladders[0].id, adopted: 1, behind: 1 })
  const { body } = await person.request('GET', '/v1/plans')
  expect(body.plans[0].site).toEqual({ id: site.id, version: 1, currentVersion: 2, changed: true })
  expect(body.plans[0].readiness).toContain('site-changed')
  await person.savePlan({ planId: person.planId, planVersion: 2, site: { siteId: site.id, siteVersion: 2 } })
  expect((await person.plan()).site?.changed).toBe(false)

  await must('DELETE', `/sites/${site.id}`)
  expect((await person.plan()).site?.changed).toBe(true)
  expect((await person.request('GET', `/v1/plan-templates/${rotated.joinCode}`)).status).toBe(404)
})

test('a site that is not there, of another organisation, or of a version to come is refused', async () => {
  const theirs = await (await stack.organisation('away')).signIn('operator')
  const made = await theirs.request('POST', '/v1/operate/sites', { commandId: randomUUID(), ...harbour })
  const { site } = await must('POST', '/sites', harbour)
  const person = await stack.newPerson()
  const save = (wanted: { siteId: string; siteVersion?: number }) => person.savePlan({ site: wanted })
  await expect(save({ siteId: randomUUID() })).rejects.toMatchObject({ status: 404, code: 'not_found' })
  await expect(save({ siteId: made.body.site.id })).rejects.toMatchObject({ status: 404, code: 'not_found' })
  await expect(save({ siteId: site.id, siteVersion: 2 })).rejects.toMatchObject({ status: 400, code: 'invalid' })
  for (const code of [made.body.site.joinCode, 'AAAA-AAAA', 'x', '%00'])
    expect((await person.request('GET', `/v1/plan-templates/${code}`)).body.code).toBe('not_found')
  const { ladders } = (await theirs.request('GET', '/v1/operate/ladders')).body
  await expect(must('POST', '/sites', { ...harbour, ladderId: ladders[0].id })).rejects.toMatchObject({ status: 404 })
})
