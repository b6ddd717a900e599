import { encodeLinkSecret } from '@stillhere/sealing/seal'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Answered, type Link, readLink } from './link.ts'
import { createSender, type Reply } from './replies.ts'

const link = { linkId: 'abc', keys: { proof: 'proof' }, apiUrl: 'http://service.test' } as unknown as Link
const secret = encodeLinkSecret(new Uint8Array(32).fill(7))

/** What each request carried, and what it is answered. */
let sent: { reply: string; commandId: string; proof: string | null }[]
let answers: (Response | 'no network')[]

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  answers = []
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    sent.push({ ...JSON.parse(String(init.body)), proof: new Headers(init.headers).get('x-link-proof') })
    const answer = answers.shift() ?? Response.json({ state: 'owned' })
    if (answer === 'no network') throw new TypeError('no network')
    return answer
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function aPhone(...pressed: Reply['reply'][]) {
  const replies: Reply[] = pressed.map((reply, index) => ({ commandId: `command ${index}`, reply, state: 'sending' }))
  const heard: Answered['kind'][] = []
  const sender = createSender({
    link,
    next: () => replies.find(({ state }) => state === 'sending'),
    async heard(reply, answered) {
      heard.push(answered.kind)
      if (answered.kind !== 'silent') reply.state = answered.kind === 'answered' ? 'sent' : 'refused'
    },
  })
  return { sender, heard, replies }
}

test('a press is sent again under the same command until the service has it', async () => {
  answers = ['no network', new Response('', { status: 502 }), 'no network']
  const { sender, heard } = aPhone('going')
  sender.send()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(heard).toEqual(['silent', 'silent', 'silent', 'answered'])
  expect(new Set(sent.map(({ commandId }) => commandId)).size).toBe(1)
  expect(sent.every(({ proof }) => proof === 'proof')).toBe(true)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sent).toHaveLength(4)
})

test('"cannot" does not overtake the "going" before it', async () => {
  answers = ['no network', 'no network']
  const { sender } = aPhone('going', 'cannot')
  sender.send()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(sent.map(({ reply }) => reply)).toEqual(['going', 'going', 'going', 'cannot'])
})

test('the pause grows to eight seconds and no further; a network that comes back ends it', async () => {
  answers = Array.from({ length: 12 }, () => 'no network' as const)
  const { sender } = aPhone('there')
  sender.send()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sent.length).toBeGreaterThanOrEqual(10)
  const before = sent.length
  sender.send()
  await vi.advanceTimersByTimeAsync(0)
  expect(sent).toHaveLength(before + 1)
  sender.stop()
})

test('a service that asks for time is given it', async () => {
  answers = [new Response('', { status: 503, headers: { 'retry-after': '5' } })]
  const { sender } = aPhone('going')
  sender.send()
  await vi.advanceTimersByTimeAsync(4_900)
  expect(sent).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(sent).toHaveLength(2)
})

test('an alert that is over, and a link that is not one, are not asked again', async () => {
  answers = [new Response('', { status: 410 }), new Response('', { status: 404 })]
  const { sender, heard } = aPhone('going', 'there')
  sender.send()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(heard).toEqual(['over', 'unknown'])
  expect(sent).toHaveLength(2)
})

test('only a whole link is one', () => {
  expect(readLink({ pathname: '/r/abc_-9', hash: `#${secret}` })?.linkId).toBe('abc_-9')
  for (const [pathname, hash] of [
    ['/r/abc', ''],
    ['/r/abc', '#'],
    ['/r/abc', `#${secret}1`],
    ['/r/abc', `#${secret.slice(0, -1)}`],
    ['/r/abc', `#${secret.replace(/.$/, '0')}`],
    ['/r/', `#${secret}`],
    ['/r/a/b', `#${secret}`],
    ['/r/a%2e', `#${secret}`],
    ['/', `#${secret}`],
  ] as const)
    expect(readLink({ pathname, hash }), `${pathname}${hash}`).toBeNull()
})
