import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { newPerson } from './person.ts'

/** The generator of P-256: a point like any other. */
const point = 'BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU'

/** A service that answers each request of a kind with the next of these, and the last one from then on. */
async function service(answers: Record<string, readonly { status: number; body: object }[]>): Promise<string> {
  const asked = new Map<string, number>()
  const server = createServer((request, response) => {
    const what = `${request.method} ${request.url}`
    const count = asked.get(what) ?? 0
    asked.set(what, count + 1)
    const answer = answers[what]?.[Math.min(count, (answers[what]?.length ?? 1) - 1)]
    response.writeHead(answer?.status ?? 404, { 'content-type': 'application/json', connection: 'close' })
    response.end(JSON.stringify(answer?.body ?? { code: 'not_found', message: '' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const published = { status: 200, body: { disclosureKey: { keyId: 'k', publicKey: point } } }
const busy = { status: 503, body: { code: 'unavailable', message: '' } }
const made = { status: 201, body: { deviceId: 'd', token: 't' } }

test('a person asks again while the service sheds what can wait', async () => {
  const api = await service({ 'GET /v1/service': [published], 'POST /v1/devices': [busy, busy, made] })
  expect(await newPerson({ api })).toMatchObject({ token: 't' })
})

test('a person is told at once that nobody can watch them', async () => {
  const cannot = { status: 503, body: { code: 'cannot_protect', message: '' } }
  const api = await service({
    'GET /v1/service': [published],
    'POST /v1/devices': [made],
    'POST /v1/sessions': [cannot, { status: 201, body: {} }],
  })
  const person = await newPerson({ api })
  await expect(person.start()).rejects.toMatchObject({ status: 503, code: 'cannot_protect' })
})
