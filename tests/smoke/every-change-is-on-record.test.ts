import { randomUUID } from 'node:crypto'
import { startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
// A floor without anybody on shift is told.
stack.phones.allow(/^ROTA: /)
afterAll(() => stack.close())

const home = await stack.organisation('demo')
const [operator, auditor] = [await home.signIn('operator', 'Olwen'), await home.signIn('auditor')]
const operate = (method: string, path: string, body: object = {}) =>
  operator.request(method, `/v1/operate${path}`, method === 'GET' ? undefined : { commandId: randomUUID(), ...body })
const audit = async (query = '') => (await auditor.request('GET', `/v1/operate/audit${query}`)).body

test('the organisation is changed, and the record says who changed which fields, never to what', async () => {
  const before = (await operate('GET', '/organisation')).body.organisation
  const body = { name: 'Riverside', languages: ['en'], pagerNumber: '+447700900098', staffingFloor: 2 }
  const command = { commandId: randomUUID(), version: before.version, ...body }
  const changed = await operator.request('PUT', '/v1/operate/organisation', command)
  expect(changed).toMatchObject({ status: 200, body: { organisation: { ...body, version: before.version + 1 } } })
  const again = await operator.request('PUT', '/v1/operate/organisation', command)
  expect(again.body).toEqual(changed.body)
  const other = await operator.request('PUT', '/v1/operate/organisation', { ...command, staffingFloor: 3 })
  expect(other.body.code).toBe('command_mismatch')
  expect((await operate('PUT', '/organisation', { ...body, version: before.version })).body.code).toBe('stale_version')
  expect((await operate('PUT', '/organisation', { ...body, pagerNumber: '+44999' })).body.code).toBe('invalid')
  expect((await stack.newPerson()).service.languages).toEqual(['en'])
  expect((await operate('GET', '/shifts')).body.staffingFloor).toBe(2)

  const { changes } = await audit()
  expect(changes).toHaveLength(1)
  expect(changes[0]).toMatchObject({
    by: { id: operator.recipientId, name: 'Olwen' },
    action: 'organisation-changed',
    version: before.version + 1,
    fields: ['languages', 'name', 'staffingFloor', 'pagerNumber'],
  })
  expect(JSON.stringify(changes)).not.toMatch(/Riverside|900098/)
})

test('the record is read a page at a time, and a cursor that was tampered with is refused', async () => {
  const phone = stack.newPhone()
  await operate('POST', '/supporters', { name: 'Canary Jones', role: 'supporter', number: phone.number })
  await operate('POST', '/sites', { label: 'Quay', address: '1 Quay Street' })
  await operate('POST', '/rhythms', { name: 'quick', intervalsSeconds: [90] })
  const all = (await audit()).changes
  expect(all.map(({ action }: { action: string }) => action)).toEqual([
    'rhythm-created',
    'site-created',
    'supporter-added',
    'organisation-changed',
  ])
  expect(JSON.stringify(all)).not.toMatch(/Canary|Quay/)
  const first = await audit('?limit=3')
  expect(first.changes).toEqual(all.slice(0, 3))
  const second = await audit(`?limit=3&cursor=${first.nextCursor}`)
  expect(second.changes).toEqual(all.slice(3))
  expect(second).not.toHaveProperty('nextCursor')
  for (const query of [
    '?limit=0',
    '?limit=-1',
    '?limit=201',
    '?limit=1e6',
    '?limit=abc',
    '?cursor=x',
    '?cursor=1.AAAAAAAAAAAAAAAA',
    `?cursor=9${first.nextCursor}`,
  ])
    expect((await auditor.request('GET', `/v1/operate/audit${query}`)).status, query).toBe(400)
  const theirs = await (await stack.organisation('away')).signIn('operator')
  expect((await theirs.request('GET', '/v1/operate/audit')).body.changes).toEqual([])
  expect((await theirs.request('GET', `/v1/operate/audit?cursor=${first.nextCursor}`)).status).toBe(400)
})
