import { encodeLinkSecret } from '@stillhere/sealing/seal'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Answered, type Link, readLink } from './link.ts'
import { createSender, type Statement } from './replies.ts'

const link = { linkId: 'abc', keys: { proof: 'proof' }, apiUrl: 'http://service.test' } as unknown as Link
const secret = encodeLinkSecret(new Uint8Array(32).fill(7))

/** What each request carried, and what it is answered. */
let sent: { path: string; reply?: string; secondsAgo?: number; commandId: string; proof: string | null }[]
let answers: (Response | 'no network')[]

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  answers = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({
      ...JSON.parse(String(init.body)),
      path: url.split('/').at(-1),
      proof: new Headers(init.headers).get('x-link-proof'),
    })
    const answer = answers.shift() ?? Response.json({ state: 'owned' })
    if (answer === 'no network') throw new TypeError('no network')
    return answer
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

type Said = Statement extends infer One ? (One extends Statement ? Omit<One, 'commandId' | 'state'> : never) : never

function aPhone(...pressed: ('going' | 'cannot' | 'there' | Said)[]) {
  const replies = pressed.map(
    (said, index) =>
      ({
        ...(typeof said === 'string' ? { reply: said } : said),
        commandId: `command ${index}`,
        state: 'sending',
      }) as Statement,
  )
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

test('what happened there goes in its turn, with its age when it is sent, and under the same command when it comes again', async () => {
  answers = [Response.json({ state: 'owned' }), 'no network', 'no network']
  const { sender } = aPhone('there', { kind: 'naloxone-given', at: Date.now() }, { takesBack: 'command 1' })
  sender.send()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(sent.map(({ path, commandId, secondsAgo }) => [path, commandId, secondsAgo])).toEqual([
    ['replies', 'command 0', undefined],
    ['progress', 'command 1', 0],
    ['progress', 'command 1', 1],
    ['progress', 'command 1', 3],
    ['progress', 'command 2', undefined],
  ])
})

test('the age has its parts of a second: two taps in one second keep their order', async () => {
  const { sender } = aPhone(
    { kind: 'not-breathing', at: Date.now() - 900 },
    { kind: 'breathing', at: Date.now() - 200 },
  )
  sender.send()
  await vi.advanceTimersByTimeAsync(0)
  expect(sent.map(({ secondsAgo }) => secondsAgo)).toEqual([0.9, 0.2])
})

test('a phone whose clock was set back does not speak of what is to come', async () => {
  const { sender } = aPhone({ kind: 'breathing', at: Date.now() + 3_600_000 })
  sender.send()
  await vi.advanceTimersByTimeAsync(0)
  expect(sent.map(({ secondsAgo }) => secondsAgo)).toEqual([0])
})

test('what the service will never take holds up nothing behind it', async () => {
  answers = [new Response('{}', { status: 409 })]
  const { sender, heard } = aPhone('going', 'there')
  sender.send()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(heard).toEqual(['unknown', 'answered'])
})

test('an alert that is over, and a link that is not one, are not asked again', async () => {
  answers = [Response.json({ reason: 'closed' }, { status: 410 }), new Response('', { status: 404 })]
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
