import { serverFrame } from '@stillhere/contracts'
import { describe, expect, test } from 'vitest'
import {
  colleagueToken,
  commandId,
  type FakeLive,
  fakeLive,
  foreignToken,
  organisationId,
  sessionId,
  supporterToken,
  token,
} from './fake-live.ts'

/** Something that supporters see has changed. */
function change(live: FakeLive, to: { urgent?: string; calm?: string; code?: string }): void {
  const feed = live.feeds.get(organisationId)
  if (feed) live.feeds.set(organisationId, { ...feed, ...to })
}
const greetAs = async (live: FakeLive, who: string, more: object = {}) =>
  (await live.open()).greet({ token: who, ...more })

describe('a supporter’s socket', () => {
  test('a supporter is welcomed and shown the alerts of their organisation at once', async () => {
    await using live = await fakeLive()
    const phone = await greetAs(live, supporterToken)
    const { alerts } = await phone.hear('alerts')
    expect(alerts.map(({ code }) => code)).toEqual(['4821'])
    for (const frame of phone.heard) expect(serverFrame.safeParse(frame).success).toBe(true)
    expect(phone.heard.map(({ type }) => type)).toEqual(['welcome', 'alerts'])
  })

  test.each([true, false])(
    'a change reaches every supporter of the organisation and nobody else (Redis: %s)',
    async (fanOut) => {
      await using live = await fakeLive({}, { fanOut })
      const [sam, kit, ash, person] = await Promise.all(
        [supporterToken, colleagueToken, foreignToken, token].map((who) => greetAs(live, who)),
      )
      if (!sam || !kit || !ash || !person) throw new Error('four sockets')
      await Promise.all([sam, kit, ash].map((phone) => phone.hear('alerts')))
      change(live, { urgent: 'b', code: '1357' })
      if (fanOut) live.signal(sessionId, 2)
      await Promise.all([sam, kit].map((phone) => phone.hear('alerts', ({ alerts }) => alerts[0]?.code === '1357')))
      await Promise.all([ash, person].map((phone) => phone.settle()))
      expect(ash.heard.filter(({ type }) => type === 'alerts')).toHaveLength(1)
      expect(JSON.stringify(ash.heard)).not.toContain('1357')
      expect(person.heard.some(({ type }) => type === 'alerts')).toBe(false)
    },
  )

  test('what no signal tells, such as a shift, is found all the same', async () => {
    await using live = await fakeLive({}, { fanOut: true })
    const phone = await greetAs(live, supporterToken)
    await phone.hear('alerts')
    change(live, { urgent: 'shift', code: '2468' })
    await phone.hear('alerts', ({ alerts }) => alerts[0]?.code === '2468')
  })

  test('a change while the feed is being read is not lost', async () => {
    const live: FakeLive = await fakeLive({
      readFeed: async () => {
        const feed = live.feeds.get(organisationId)
        const shown = feed?.code ?? ''
        if (shown === '1111') change(live, { urgent: 'c', code: '2222' })
        return { alerts: [{ ...(await alertOf(shown)) }], sessions: [], onShift: [], serverNow: at }
      },
    })
    await using _ = live
    const phone = await greetAs(live, supporterToken)
    await phone.hear('alerts')
    change(live, { urgent: 'b', code: '1111' })
    live.signal(sessionId, 2)
    await phone.hear('alerts', ({ alerts }) => alerts[0]?.code === '2222')
  })

  test('each alert that a supporter was shown is written down once', async () => {
    await using live = await fakeLive()
    const sam = await greetAs(live, supporterToken)
    await sam.hear('alerts')
    change(live, { urgent: 'b', code: '1357' })
    live.signal(sessionId, 2)
    await sam.hear('alerts', ({ alerts }) => alerts[0]?.code === '1357')
    const seen = live.calls.filter(({ name }) => name === 'recordSeen')
    expect(seen.map(({ args }) => args)).toEqual([[organisationId, [{ alertId: commandId, supporterId: 'sam' }]]])
  })

  test('deadlines that move are sent once a second at most, and the last one always', async () => {
    await using live = await fakeLive()
    const phone = await greetAs(live, supporterToken)
    await phone.hear('alerts')
    for (let calm = 2; calm <= 20; calm += 1) {
      change(live, { calm: String(calm), code: String(1_000 + calm) })
      const before = reads(live)
      live.signal(sessionId, calm)
      await expect.poll(() => reads(live), { interval: 5 }).toBeGreaterThan(before)
    }
    await phone.hear('alerts', ({ alerts }) => alerts[0]?.code === '1020')
    expect(phone.heard.filter(({ type }) => type === 'alerts').length).toBeLessThan(6)
  })

  test('a reader that is slow gets the newest picture and not a queue of old ones', async () => {
    const frames = 40
    const live: FakeLive = await fakeLive(
      {
        readFeed: async () => {
          const code = live.feeds.get(organisationId)?.code ?? ''
          const padding = 'x'.repeat(2_000_000)
          return { alerts: [{ ...(await alertOf(code)), nickname: padding }], sessions: [], onShift: [], serverNow: at }
        },
      },
      { bounds: { dropOptionalAtBytes: 64 * 1024, closeAtBytes: 100_000_000 } },
    )
    await using _ = live
    const phone = await greetAs(live, supporterToken)
    await phone.hear('alerts')
    phone.socket.pause()
    for (let n = 1; n <= frames; n += 1) {
      const before = reads(live)
      change(live, { urgent: `n${n}`, code: String(1_000 + n) })
      live.signal(sessionId, n)
      await expect.poll(() => reads(live), { timeout: 2_000, interval: 10 }).toBeGreaterThan(before)
    }
    phone.socket.resume()
    await phone.hear('alerts', ({ alerts }) => alerts[0]?.code === String(1_000 + frames))
    expect(phone.heard.filter(({ type }) => type === 'alerts').length).toBeLessThan(frames / 2)
  })

  test('a token that is revoked, or whose owner is removed, closes the socket 4401 within seconds', async () => {
    await using live = await fakeLive()
    const [sam, kit] = [await greetAs(live, supporterToken), await greetAs(live, colleagueToken)]
    live.revoked.add('credential-sam')
    expect(await sam.closed).toBe(4401)
    await kit.settle()
    expect(kit.heard.some(({ type }) => type === 'error')).toBe(false)
  })

  test('while the database cannot say whether a token counts, nobody is sent away', async () => {
    await using live = await fakeLive({
      readValidCredentials: async () => {
        throw Object.assign(new Error('away'), { retryable: true })
      },
    })
    const sam = await greetAs(live, supporterToken)
    await expect.poll(() => live.troubles.length, { timeout: 4_000 }).toBeGreaterThan(0)
    await sam.settle()
  })

  test('a supporter has no session, and presses for nobody', async () => {
    await using live = await fakeLive()
    const phone = await greetAs(live, supporterToken, { sessionId })
    expect(await phone.hear('error')).toEqual({ type: 'error', code: 'not_found' })
    for (const type of ['check-in', 'end', 'help']) {
      phone.say({ type, sessionId, commandId })
      expect(await phone.hear('error', (frame) => frame.commandId === commandId)).toMatchObject({ code: 'not_found' })
    }
    expect(live.calls.some(({ name }) => /checkIn|endSession|callForHelp/.test(name))).toBe(false)
  })

  test('an invitation’s token that may only enrol is nobody here', async () => {
    await using live = await fakeLive({
      findCaller: async () => ({ kind: 'sign-in', id: 'sam', organisationId, credentialId: 'c' }),
    })
    const phone = await live.open()
    phone.say({ type: 'hello', token: supporterToken })
    expect(await phone.closed).toBe(4401)
  })
})

const at = '2026-01-01T00:00:00.000Z'
const reads = (live: FakeLive) => live.calls.filter(({ name }) => name === 'readFeedStamps').length
const alertOf = async (code: string) => ({
  id: commandId,
  sessionId,
  code,
  nickname: 'amber otter 4',
  state: 'open' as const,
  reason: 'silence' as const,
  version: 1,
  raisedAt: at,
  latenessMs: 0,
  told: [],
  progress: [],
})
