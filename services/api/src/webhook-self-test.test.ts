import { createHmac } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { buildApi } from './build-api.ts'
import { fakeParts } from './fake-parts.ts'
import { testWebhook } from './webhook-self-test.ts'

const sign = (url: string, fields: Record<string, string>) =>
  createHmac('sha1', 'secret')
    .update(
      url +
        Object.keys(fields)
          .sort()
          .map((name) => name + fields[name])
          .join(''),
    )
    .digest('base64')

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

/** An api that believes it is reached at `believed(port)`. */
async function apiThatBelieves(believed: (port: number) => string): Promise<string> {
  const parts = fakeParts()
  let publicUrl = ''
  parts.carrier.isSigned = ({ pathAndQuery, fields, signature }) => signature === sign(publicUrl + pathAndQuery, fields)
  const app = await buildApi(parts)
  open.push(() => app.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  publicUrl = believed(port)
  return `http://127.0.0.1:${port}`
}

test('C64: a right public address is proved', async () => {
  const apiUrl = await apiThatBelieves((port) => `http://127.0.0.1:${port}`)
  expect(await testWebhook({ apiUrl, sign })).toEqual({ kind: 'proved' })
})

test('C64: an address that the carrier would not be believed at is refused', async () => {
  const apiUrl = await apiThatBelieves((port) => `https://127.0.0.1:${port}`)
  expect(await testWebhook({ apiUrl, sign })).toEqual({ kind: 'refused' })
})

test('an address where nobody is, or somebody else, is unreachable', async () => {
  expect(await testWebhook({ apiUrl: 'http://127.0.0.1:1', sign })).toEqual({ kind: 'unreachable' })
  const elsewhere = async () => new Response('hello', { status: 200 })
  expect(await testWebhook({ apiUrl: 'http://127.0.0.1:1', sign, fetch: elsewhere })).toEqual({ kind: 'unreachable' })
})
