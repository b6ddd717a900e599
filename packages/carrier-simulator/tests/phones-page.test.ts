import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { control, newPhone, ourNumber, useCarrier } from './carrier-under-test.ts'

const parts = useCarrier()

const send = (to: string, body: string) => parts.client.messages.create({ from: ourNumber, to, body })

interface Shown {
  number: string
  behaviour: string
  optedOut: boolean
  texts: Array<{ body: string; status: string }>
  calls: Array<{ status: string }>
}

test('is one page that asks nobody else for anything', async () => {
  const response = await fetch(parts.carrier.url)
  const page = await response.text()
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page).not.toMatch(/(?:src|href)\s*=\s*["'](?!data:,)/)
  expect(page).not.toMatch(/@import|url\(/)
})

test('runs its own script and style and no other', async () => {
  const response = await fetch(parts.carrier.url)
  const page = await response.text()
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  for (const tag of ['style', 'script']) {
    const [, content = ''] = new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`).exec(page) ?? []
    expect(content.length).toBeGreaterThan(500)
    const hash = createHash('sha256').update(content).digest('base64')
    expect(policy).toContain(`${tag}-src 'sha256-${hash}'`)
  }
})

test('never makes markup of what a message says', async () => {
  const page = await (await fetch(parts.carrier.url)).text()
  expect(page).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML/)
})

test('shows every phone that has a text or a call, with how the carrier treats it', async () => {
  const [texted, called, stopped] = [newPhone(), newPhone(), newPhone()]
  await send(texted, '<b>hello</b>')
  parts.carrier.behave(texted, 'late')
  await parts.client.calls.create({ from: ourNumber, to: called, twiml: '<Response/>' })
  await parts.carrier.sendText({ from: stopped, body: 'STOP' })
  const { body } = await control(parts.carrier.origin, 'GET', '/sim/phones')
  const { phones } = body as unknown as { phones: Shown[] }
  const shown = (number: string) => phones.find((phone) => phone.number === number)
  expect(shown(texted)).toMatchObject({ behaviour: 'late', texts: [{ body: '<b>hello</b>' }], calls: [] })
  expect(shown(called)).toMatchObject({ behaviour: 'accept', texts: [], calls: [{ to: called }] })
  expect(shown(stopped)).toMatchObject({ optedOut: true })
  expect(shown(ourNumber)).toBeUndefined()
})

test('tells an open page what changes, as it changes', async () => {
  const phone = newPhone()
  const leaving = new AbortController()
  const response = await fetch(`${parts.carrier.origin}/sim/phones/live`, { signal: leaving.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  await send(phone, 'live')
  let heard = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    heard += decoder.decode(chunk as Uint8Array, { stream: true })
    if (/"status":"delivered"/.test(heard)) break
  }
  leaving.abort()
  const [, first = ''] = /event: phone\ndata: (.*)\n\n/.exec(heard) ?? []
  expect(JSON.parse(first)).toMatchObject({ number: phone, texts: [{ body: 'live' }] })
})

test('lets a bounded number of pages listen', async () => {
  const leaving = new AbortController()
  const open = () => fetch(`${parts.carrier.origin}/sim/phones/live`, { signal: leaving.signal })
  const statuses: number[] = []
  for (let count = 0; count < 21; count += 1) statuses.push((await open()).status)
  leaving.abort()
  expect(statuses.slice(0, 20).every((status) => status === 200)).toBe(true)
  expect(statuses[20]).toBe(503)
})
