import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { buildApi } from './build-api.ts'
import { fakeParts } from './fake-parts.ts'
import { testWebhook } from './webhook-self-test.ts'

const token = 'token-token-token'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

/** An api that believes it is reached at `believed(port)`. */
async function apiThatBelieves(believed: (port: number) => string): Promise<string> {
  const webhooks = { publicUrl: '', tokens: [token] }
  const app = await buildApi(fakeParts({}, { webhooks }))
  open.push(() => app.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  webhooks.publicUrl = believed(port)
  return `http://127.0.0.1:${port}`
}

test('C64: a right public address is proved', async () => {
  const apiUrl = await apiThatBelieves((port) => `http://127.0.0.1:${port}`)
  expect(await testWebhook({ apiUrl, token })).toEqual({ kind: 'proved' })
})

test('C64: an address that the carrier would not be believed at is refused', async () => {
  const apiUrl = await apiThatBelieves((port) => `https://127.0.0.1:${port}`)
  expect(await testWebhook({ apiUrl, token })).toEqual({ kind: 'refused' })
})

test('an address where nobody is, or somebody else, is unreachable', async () => {
  expect(await testWebhook({ apiUrl: 'http://127.0.0.1:1', token })).toEqual({ kind: 'unreachable' })
  const elsewhere = async () => new Response('hello', { status: 200 })
  expect(await testWebhook({ apiUrl: 'http://127.0.0.1:1', token, fetch: elsewhere })).toEqual({ kind: 'unreachable' })
})
