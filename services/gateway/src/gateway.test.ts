import { serverFrame } from '@stillhere/contracts'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { commandId, fakeLive, otherToken, Phone, sessionAt, sessionId, token } from './fake-live.ts'

describe('hello', () => {
  test('a person is welcomed with the time of the server and shown the session', async () => {
    await using live = await fakeLive()
    const phone = await (await live.open()).greet({ sessionId })
    const { session } = await phone.hear('session')
    expect(session).toEqual(sessionAt(1))
    for (const frame of phone.heard) expect(serverFrame.safeParse(frame).success).toBe(true)
    expect(phone.heard[0]).toMatchObject({ type: 'welcome' })
    expect(phone.socket.protocol).toBe('stillhere.v1')
  })

  test('without a session id the running session is shown', async () => {
    await using live = await fakeLive()
    const phone = await (await live.open()).greet()
    expect((await phone.hear('session')).session.id).toBe(sessionId)
  })

  test('a client that has the current version is not told again; one with an older or an impossible one is', async () => {
    await using live = await fakeLive()
    live.sessions.set(sessionId, { deviceId: 'device-a', view: sessionAt(5) })
    const current = await (await live.open()).greet({ sessionId, version: 5 })
    await current.settle()
    expect(current.heard.map(({ type }) => type)).toEqual(['welcome', 'pong'])
    for (const version of [4, 9]) {
      const phone = await (await live.open()).greet({ sessionId, version })
      expect((await phone.hear('session')).session.version).toBe(5)
    }
  })

  test("another's session and an unknown one are the same not_found, and the socket stays", async () => {
    await using live = await fakeLive()
    for (const [who, id] of [
      [otherToken, sessionId],
      [token, commandId],
    ]) {
      const phone = await live.open()
      phone.say({ type: 'hello', token: who, sessionId: id })
      expect(await phone.hear('error')).toEqual({ type: 'error', code: 'not_found' })
      await phone.settle()
    }
  })

  test('a token that is nobody’s closes 4401', async () => {
    await using live = await fakeLive()
    const phone = await live.open()
    phone.say({ type: 'hello', token: 'C'.repeat(43) })
    expect(await phone.closed).toBe(4401)
  })

  test('a second hello is a bad frame, whoever says it', async () => {
    await using live = await fakeLive()
    for (const again of [token, otherToken]) {
      const phone = await (await live.open()).greet()
      phone.say({ type: 'hello', token: again })
      expect((await phone.hear('error')).code).toBe('invalid')
      expect(await phone.closed).toBe(4400)
    }
  })

  test('B36: without a hello the socket closes 4401', async () => {
    await using live = await fakeLive({}, { bounds: { helloWithinMs: 30 } })
    expect(await (await live.open()).closed).toBe(4401)
  })

  test('a hello that cannot be checked now is not called a bad token', async () => {
    await using live = await fakeLive({
      findCaller: () => Promise.reject(Object.assign(new Error(), { retryable: true })),
    })
    const phone = await live.open()
    phone.say({ type: 'hello', token })
    expect(await phone.hear('error')).toMatchObject({ code: 'unavailable' })
    expect(await phone.closed).toBe(1013)
  })
})

describe('bad frames', () => {
  test.each([
    ['a check-in', { type: 'check-in', sessionId, commandId }],
    ['a check-in that is not even one', { type: 'check-in' }],
    ['a ping', { type: 'ping', t: 1 }],
  ])('B40: %s before hello closes 4401', async (_, frame) => {
    // Closed for the frame, not for the time.
    await using live = await fakeLive({}, { bounds: { helloWithinMs: 60_000 } })
    const phone = await live.open()
    phone.say(frame)
    expect(await phone.closed).toBe(4401)
    expect(live.calls.some(({ name }) => name === 'checkIn')).toBe(false)
  })

  test.each([
    ['an unknown type', { type: 'shout' }],
    ['no type', {}],
    ['a missing commandId', { type: 'check-in', sessionId }],
    ['an extra field', { type: 'check-in', sessionId, commandId, isAdmin: true }],
    ['seconds as text', { type: 'extend', sessionId, commandId, seconds: '60' }],
    ['text that is no JSON', '{'],
    ['a prototype', `{"type":"ping","t":1,"__proto__":{}}`],
    ['a list', '[]'],
    ['null', 'null'],
  ])('B40: %s closes 4400', async (_, frame) => {
    await using live = await fakeLive()
    const phone = await (await live.open()).greet()
    phone.say(frame)
    expect(await phone.closed).toBe(4400)
  })

  test('an unknown type as the first frame is a bad frame', async () => {
    await using live = await fakeLive()
    const phone = await live.open()
    phone.say({ type: 'shout' })
    expect(await phone.closed).toBe(4400)
  })

  test('a binary frame closes 1003', async () => {
    await using live = await fakeLive()
    const phone = await (await live.open()).greet()
    phone.socket.send(Buffer.from(JSON.stringify({ type: 'ping', t: 1 })))
    expect(await phone.closed).toBe(1003)
  })

  test('B38: 4,096 bytes are read, 4,097 close 1009', async () => {
    await using live = await fakeLive()
    const phone = await (await live.open()).greet()
    const padded = (length: number) => JSON.stringify({ type: 'ping', t: 7 }).padEnd(length)
    phone.say(padded(4_096))
    await phone.hear('pong', ({ t }) => t === 7)
    phone.say(padded(4_097))
    expect(await phone.closed).toBe(1009)
  })

  test('B38: a frame of 100 MiB is refused by its length, not read', async () => {
    await using live = await fakeLive()
    const phone = await (await live.open()).greet()
    const before = process.memoryUsage().arrayBuffers
    // The head of a masked text frame that announces 100 MiB, and nothing of it.
    const head = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x06, 0x40, 0, 0, 1, 2, 3, 4])
    ;(phone.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(head)
    expect(await phone.closed).toBe(1009)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_048_576)
  })
})

describe('commands', () => {
  test('a check-in is acknowledged through the operation that HTTP calls', async () => {
    await using live = await fakeLive()
    const phone = await (await live.open()).greet({ sessionId, version: 1 })
    phone.say({ type: 'check-in', sessionId, commandId, pressedSecondsAgo: 3, version: 1 })
    const ack = await phone.hear('ack')
    expect(ack).toMatchObject({ commandId, outcome: 'moved', session: { version: 2 } })
    expect(live.calls.find(({ name }) => name === 'checkIn')?.args[1]).toEqual({
      sessionId,
      commandId,
      pressedSecondsAgo: 3,
    })
    expect((await phone.hear('session')).session.version).toBe(2)
  })

  test('extend, end and help have words of their own', async () => {
    await using live = await fakeLive()
    const phone = await (await live.open()).greet({ sessionId })
    phone.say({ type: 'extend', sessionId, commandId, seconds: 60, version: 1 })
    phone.say({ type: 'help', sessionId, commandId, quiet: true })
    phone.say({ type: 'end', sessionId, commandId })
    await phone.hear('ack', ({ outcome }) => outcome === 'ended')
    expect(phone.heard.flatMap((frame) => (frame.type === 'ack' ? [frame.outcome] : []))).toEqual([
      'extended',
      'alerted',
      'ended',
    ])
    expect(live.calls.find(({ name }) => name === 'extendSession')?.args[1]).toEqual({
      sessionId,
      commandId,
      seconds: 60,
      version: 1,
    })
  })

  test('a refusal names its command and carries what HTTP would', async () => {
    await using live = await fakeLive()
    live.sessions.set(sessionId, {
      deviceId: 'device-a',
      view: sessionAt(3, { state: 'closed', outcome: 'ended-safe' }),
    })
    const phone = await (await live.open()).greet()
    phone.say({ type: 'check-in', sessionId, commandId })
    expect(await phone.hear('error')).toMatchObject({ code: 'session_closed', commandId, session: { state: 'closed' } })
    await phone.settle()
  })

  test('with Postgres gone a check-in is told so, by its id, and the socket stays', async () => {
    await using live = await fakeLive({
      checkIn: () => Promise.reject(Object.assign(new Error(), { retryable: true })),
    })
    const phone = await (await live.open()).greet()
    phone.say({ type: 'check-in', sessionId, commandId })
    expect(await phone.hear('error')).toEqual({ type: 'error', code: 'unavailable', commandId })
    await phone.settle()
    expect(live.troubles).toEqual([])
  })

  test('F17: with Postgres gone an open socket is told within 5 s, and a ping is no proof that anybody watches', async () => {
    let away = false
    await using live = await fakeLive({
      readClock: () => (away ? Promise.reject(Object.assign(new Error(), { retryable: true })) : Promise.resolve(0)),
    })
    const phone = await (await live.open()).greet({ sessionId })
    away = true
    const startedAt = performance.now()
    await phone.hear('error', ({ code }) => code === 'unavailable')
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    phone.say({ type: 'ping', t: 99 })
    phone.say({ type: 'check-in', sessionId, commandId })
    await phone.hear('ack')
    expect(phone.heard.some((frame) => frame.type === 'pong')).toBe(false)
    away = false
    await expect
      .poll(
        () => {
          phone.say({ type: 'ping', t: 100 })
          return phone.heard.some((frame) => frame.type === 'pong')
        },
        { timeout: 4_000, interval: 250 },
      )
      .toBe(true)
  }, 15_000)

  test('what nobody foresaw is written down and said without a word of why', async () => {
    await using live = await fakeLive({ checkIn: () => Promise.reject(new Error('password=hunter2')) })
    const phone = await (await live.open()).greet()
    phone.say({ type: 'check-in', sessionId, commandId })
    expect(await phone.hear('error')).toEqual({ type: 'error', code: 'internal', commandId })
    expect(live.troubles).toHaveLength(1)
  })
})

describe('changes', () => {
  test.each([
    ['a signal of another process', true],
    ['no Redis at all', false],
  ])('with %s a change reaches every socket that watches it, once', async (_, fanOut) => {
    await using live = await fakeLive({}, { fanOut })
    const phones = [await (await live.open()).greet({ sessionId }), await (await live.open()).greet({ sessionId })]
    live.sessions.set(sessionId, { deviceId: 'device-a', view: sessionAt(2, { state: 'prompting' }) })
    live.signal(sessionId, 2)
    for (const phone of phones)
      expect((await phone.hear('session', ({ session }) => session.version === 2)).session.state).toBe('prompting')
    live.signal(sessionId, 2)
    for (const phone of phones) {
      await phone.settle()
      expect(phone.heard.filter(({ type }) => type === 'session')).toHaveLength(2)
    }
  })

  test('a change that nobody signalled is found without Redis', async () => {
    await using live = await fakeLive({}, { fanOut: false })
    const phone = await (await live.open()).greet({ sessionId })
    live.sessions.set(sessionId, { deviceId: 'device-a', view: sessionAt(7) })
    expect((await phone.hear('session', ({ session }) => session.version === 7)).session.version).toBe(7)
  })

  test('B43: two sockets of one device both see what either does', async () => {
    await using live = await fakeLive()
    const [one, two] = [await (await live.open()).greet({ sessionId }), await (await live.open()).greet({ sessionId })]
    one.say({ type: 'check-in', sessionId, commandId })
    await one.hear('ack')
    expect((await two.hear('session', ({ session }) => session.version === 2)).session.version).toBe(2)
  })

  test('a session that a connected device starts over HTTP is shown', async () => {
    await using live = await fakeLive()
    live.sessions.clear()
    const phone = await (await live.open()).greet()
    live.sessions.set(sessionId, { deviceId: 'device-a', view: sessionAt(1) })
    live.signal(sessionId, 1)
    expect((await phone.hear('session')).session.id).toBe(sessionId)
  })

  test('a change between the read and the watch of a hello is not missed', async () => {
    let reads = 0
    await using live = await fakeLive({
      readSessionForDevice: async () => {
        reads += 1
        // The first read answers what was true before the signal.
        if (reads === 1) live.signal(sessionId, 2)
        return reads === 1 ? sessionAt(1) : sessionAt(2)
      },
    })
    const phone = await (await live.open()).greet({ sessionId })
    expect((await phone.hear('session', ({ session }) => session.version === 2)).session.version).toBe(2)
  })

  test('after duress the session looks ended, and nothing more comes for it however its row changes', async () => {
    await using live = await fakeLive({}, { fanOut: false })
    const phone = await (await live.open()).greet({ sessionId })
    live.sessions.set(sessionId, {
      deviceId: 'device-a',
      view: sessionAt(2, { state: 'closed', outcome: 'ended-safe' }),
    })
    live.signal(sessionId, 2)
    await phone.hear('session', ({ session }) => session.version === 2)
    live.sessions.set(sessionId, {
      deviceId: 'device-a',
      view: sessionAt(9, { state: 'closed', outcome: 'ended-safe' }),
    })
    const polls = () => live.calls.filter(({ name }) => name === 'readSessionVersions').length
    const before = polls()
    await expect.poll(polls, { timeout: 4_000 }).toBeGreaterThan(before + 1)
    await phone.settle()
    expect(phone.heard.filter(({ type }) => type === 'session')).toHaveLength(2)
  })

  test("nothing of another's session is ever shown", async () => {
    await using live = await fakeLive({}, { fanOut: false })
    const phone = await live.open()
    phone.say({ type: 'hello', token: otherToken })
    await phone.hear('welcome')
    live.sessions.set(sessionId, { deviceId: 'device-a', view: sessionAt(2) })
    live.signal(sessionId, 2)
    phone.say({ type: 'check-in', sessionId, commandId })
    expect(await phone.hear('error')).toMatchObject({ code: 'not_found', commandId })
    expect(phone.heard.filter(({ type }) => type === 'session')).toEqual([])
  })
})

describe('too much', () => {
  test('B39: over 20 frames a second is slow_down, then 4429; check-ins among them still count', async () => {
    await using live = await fakeLive()
    const phone = await (await live.open()).greet({ sessionId })
    for (let n = 0; n < 1_000; n += 1) phone.say({ type: 'extend', sessionId, commandId, seconds: 60 })
    phone.say({ type: 'check-in', sessionId, commandId })
    expect(await phone.hear('ack', ({ outcome }) => outcome === 'moved')).toMatchObject({ commandId })
    expect(await phone.hear('error')).toEqual({ type: 'error', code: 'slow_down' })
    expect(await phone.closed).toBe(4429)
    expect(live.calls.filter(({ name }) => name === 'extendSession').length).toBeLessThanOrEqual(20)
  })

  test('B42: a flood of pings is ignored beyond five a second and closes nothing', async () => {
    await using live = await fakeLive()
    const phone = await (await live.open()).greet({ sessionId })
    for (let t = 0; t < 500; t += 1) phone.say({ type: 'ping', t })
    for (let n = 0; n < 500; n += 1) phone.socket.ping()
    phone.say({ type: 'check-in', sessionId, commandId })
    await phone.hear('ack')
    expect(phone.heard.filter(({ type }) => type === 'pong')).toHaveLength(5)
  })

  test('a reader that does not read is closed', async () => {
    const large = sessionAt(1, {
      alert: { id: sessionId, state: 'open', raisedAt: '2026-01-01T00:00:00.000Z', told: [] },
    })
    await using live = await fakeLive(
      {
        checkIn: async () => ({
          kind: 'refused',
          code: 'session_closed',
          body: { session: large, more: 'x'.repeat(2_000_000) },
        }),
      },
      { bounds: { closeAtBytes: 1_000_000, dropOptionalAtBytes: 1_000 } },
    )
    const phone = await (await live.open()).greet({ sessionId })
    phone.socket.pause()
    for (let n = 0; n < 15; n += 1) phone.say({ type: 'check-in', sessionId, commandId })
    await expect.poll(() => live.gateway.connections(), { timeout: 4_000 }).toBe(0)
  })

  test('a peer that answers no ping is ended', async () => {
    await using live = await fakeLive({}, { bounds: { pingEveryMs: 45 } })
    const socket = new WebSocket(live.url, 'stillhere.v1', { autoPong: false })
    expect(await new Phone(socket).closed).toBe(1006)
  })
})

describe('upgrades', () => {
  const refused = (address: string, options: object = {}, protocols: string[] = ['stillhere.v1']) =>
    new Promise<number | undefined>((resolve, reject) => {
      const socket = new WebSocket(address, protocols, options)
      socket.on('unexpected-response', (_, response) => {
        resolve(response.statusCode)
        response.resume()
      })
      socket.on('open', () => reject(new Error('was let in')))
      socket.on('error', () => {})
    })

  test.each(['https://evil.example', 'http://localhost:4001', 'null'])('B35: origin %s is 403', async (origin) => {
    await using live = await fakeLive()
    expect(await refused(live.url, { origin })).toBe(403)
  })

  test('B35: the origin of our pages, and none at all, are let in', async () => {
    await using live = await fakeLive()
    await (await live.open('http://localhost:4000')).greet()
    await (await live.open()).greet()
  })

  test('B29: a token in the address is refused and revoked', async () => {
    await using live = await fakeLive()
    expect(await refused(`${live.url}?token=${token}`)).toBe(400)
    expect(live.calls.find(({ name }) => name === 'revokeToken')?.args).toEqual([token])
  })

  test('another path and another protocol are refused', async () => {
    await using live = await fakeLive()
    expect(await refused(live.url.replace('/live', '/other'))).toBe(404)
    expect(await refused(live.url, {}, ['other.v9'])).toBe(400)
    expect(await refused(live.url, {}, []), 'without a protocol nobody knows what is spoken').toBe(400)
  })

  test('B80: health and metrics are not here', async () => {
    await using live = await fakeLive()
    const base = live.url.replace('ws:', 'http:').replace('/v1/live', '')
    for (const path of ['/livez', '/readyz', '/metrics', '/']) expect((await fetch(base + path)).status).toBe(404)
    expect((await fetch(`${base}/v1/live`)).status).toBe(400)
  })

  test('a stop tells every socket 1001 and ends in time, even beside one that does not answer', async () => {
    const live = await fakeLive()
    const phone = await (await live.open()).greet()
    const deaf = await (await live.open()).greet()
    deaf.socket.pause()
    const startedAt = performance.now()
    await live.gateway.close()
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect(await phone.closed).toBe(1001)
    deaf.socket.terminate()
  })
})
