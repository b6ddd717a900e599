import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildApi } from './build-api.ts'
import { type FakeParts, fakeParts, goodToken, session, supporterToken } from './fake-parts.ts'

const id = '0b8f9c9e-5f0a-4f6e-9d55-1d1f6a1f6c01'
const authorization = `Bearer ${goodToken}`
const json = { 'content-type': 'application/json' }
const start = { commandId: id, planId: id, countdownSeconds: 120, company: 'timer-only' }

let parts: FakeParts
let app: FastifyInstance
beforeAll(async () => {
  parts = fakeParts()
  app = await buildApi(parts)
})
afterAll(() => app.close())
beforeEach(() => {
  parts.calls.length = 0
  parts.seen.length = 0
})

async function ask(options: InjectOptions) {
  const response = await app.inject({ ...options, headers: { authorization, ...options.headers } })
  const body = response.headers['content-type']?.startsWith('application/json') ? response.json() : response.body
  return { status: response.statusCode, headers: response.headers, body, text: response.body }
}
const startWith = (payload: string | Buffer, headers: Record<string, string> = json) =>
  ask({ method: 'POST', url: '/v1/sessions', payload, headers })
const started = () => parts.calls.some(({ name }) => name === 'startSession')

test('a good start reaches its operation once and is answered 201', async () => {
  const { status, body } = await startWith(JSON.stringify(start))
  expect(status).toBe(201)
  expect(body).toMatchObject({ session: { id: session.id } })
  expect(parts.calls.filter(({ name }) => name === 'startSession')).toHaveLength(1)
})

describe('bodies', () => {
  test.each([
    ['B1 empty', '', 400, 'bad_json'],
    ['B2 truncated', '{', 400, 'bad_json'],
    ['top-level text', '"start"', 400, 'bad_json'],
    ['top-level list', '[]', 400, 'bad_json'],
    ['top-level null', 'null', 400, 'bad_json'],
    ['B3 17 KiB', JSON.stringify({ ...start, x: 'x'.repeat(17 * 1024) }), 413, 'too_large'],
    ['B6 __proto__', JSON.stringify(start).replace('{', '{"__proto__":{"isAdmin":true},'), 400, 'unknown_field'],
    ['B6 constructor', JSON.stringify({ ...start, constructor: { prototype: {} } }), 400, 'unknown_field'],
    ['B7 extra field', JSON.stringify({ ...start, isAdmin: true }), 400, 'unknown_field'],
    ['B9 text for a number', JSON.stringify({ ...start, countdownSeconds: '5' }), 400, 'invalid'],
    ['B10 half a second', JSON.stringify({ ...start, countdownSeconds: 5.5 }), 400, 'invalid'],
    ['B10 negative', JSON.stringify({ ...start, countdownSeconds: -5 }), 400, 'invalid'],
    ['B11 1e999', JSON.stringify(start).replace('120', '1e999'), 400, 'invalid'],
    ['B11 above 2^53', JSON.stringify(start).replace('120', '9007199254740993'), 400, 'limit'],
    ['B13 null', JSON.stringify({ ...start, countdownSeconds: null }), 400, 'invalid'],
    ['B14 an absolute deadline', JSON.stringify({ ...start, deadline: '2030-01-01T00:00:00Z' }), 400, 'unknown_field'],
    ['B15 no commandId', JSON.stringify({ ...start, commandId: undefined }), 400, 'invalid'],
  ])('%s', async (_, payload, status, code) => {
    const answer = await startWith(payload)
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code })
    expect(Object.keys(answer.body).sort()).toEqual(['code', 'message', 'requestId'])
    expect(started()).toBe(false)
    expect(parts.seen.map(({ event }) => event)).toEqual(['refused'])
  })

  test('bytes that are not UTF-8 are no JSON', async () => {
    const { status, body } = await startWith(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]))
    expect([status, body.code]).toEqual([400, 'bad_json'])
  })

  test('a name given twice counts as its last', async () => {
    expect((await startWith(JSON.stringify(start).replace('{', '{"company":"crowd",'))).status).toBe(201)
  })

  test.each([
    ['text/xml'],
    ['application/json;charset=utf-7'],
    ['application/json, text/xml'],
    ['application/jsonx'],
    ['application/x-www-form-urlencoded'],
    [''],
  ])('B4: content type %o is 415', async (type) => {
    const { status, body } = await startWith(JSON.stringify(start), { 'content-type': type })
    expect([status, body.code]).toEqual([415, 'unsupported_media_type'])
    expect(started()).toBe(false)
  })

  test.each([['application/json; charset=UTF-8'], ['Application/JSON'], ['application/json;charset="utf-8"']])(
    'content type %o is read',
    async (type) => {
      expect((await startWith(JSON.stringify(start), { 'content-type': type })).status).toBe(201)
    },
  )

  test.each(['gzip', 'identity', 'br'])('B4: Content-Encoding %s is 415', async (encoding) => {
    const { status } = await startWith(JSON.stringify(start), { ...json, 'content-encoding': encoding })
    expect(status).toBe(415)
  })

  test('never says back or writes down what was sent', async () => {
    const canary = 'CANARY-1-Acacia-Road'
    const bodies = [`{"${canary}":1}`, canary, JSON.stringify({ ...start, company: canary, planId: canary })]
    for (const payload of bodies) expect((await startWith(payload)).text).not.toContain('CANARY')
    expect((await ask({ method: 'GET', url: `/v1/plans/${canary}?x=${canary}` })).text).not.toContain('CANARY')
    expect(JSON.stringify(parts.seen)).not.toContain('CANARY')
  })

  test('POST /v1/devices needs no body, and takes an empty object', async () => {
    for (const payload of [undefined, '{}']) {
      const request = { method: 'POST', url: '/v1/devices', ...(payload && { payload, headers: json }) } as const
      expect((await ask(request)).status).toBe(201)
    }
    expect((await ask({ method: 'POST', url: '/v1/devices', payload: '{"name":1}', headers: json })).status).toBe(400)
  })

  test('a DELETE carries its commandId as a body', async () => {
    const url = `/v1/plans/${id}`
    expect((await ask({ method: 'DELETE', url })).body.code).toBe('bad_json')
    expect((await ask({ method: 'DELETE', url, payload: { commandId: id } })).status).toBe(200)
  })

  test('a plan is replaced under its own id only', async () => {
    const sealed = { keyId: 'k', enc: `BA${'A'.repeat(85)}`, ciphertext: 'A'.repeat(40) }
    const body = { commandId: id, planVersion: 2, sealed, alertOrder: 'both' }
    expect(
      (await ask({ method: 'PUT', url: `/v1/plans/${id}`, payload: { ...body, planId: session.id } })).status,
    ).toBe(400)
    expect((await ask({ method: 'PUT', url: `/v1/plans/${id}`, payload: { ...body, planId: id } })).status).toBe(200)
    expect(parts.calls.find(({ name }) => name === 'savePlan')?.args[1]).toMatchObject({ planId: id, how: 'replace' })
  })
})

describe('signs of life', () => {
  const press = (payload: object, path = `/v1/sessions/${session.id}/check-ins`) =>
    ask({ method: 'POST', url: path, payload })

  test('B18: a version in a check-in, an end or a help is never handed on, so never compared', async () => {
    for (const [path, name] of [
      ['check-ins', 'checkIn'],
      ['end', 'endSession'],
      ['help', 'callForHelp'],
    ] as const) {
      const { status } = await press({ commandId: id, version: 99 }, `/v1/sessions/${session.id}/${path}`)
      expect(status).toBe(200)
      expect(parts.calls.find((call) => call.name === name)?.args[1]).toEqual({ commandId: id, sessionId: session.id })
    }
  })

  test('a refusal carries what its operation adds', async () => {
    const refusing = fakeParts({
      checkIn: async () => ({ kind: 'refused', code: 'session_closed', body: { session } }),
    })
    const other = await buildApi(refusing)
    const response = await other.inject({
      method: 'POST',
      url: `/v1/sessions/${session.id}/check-ins`,
      headers: { authorization },
      payload: { commandId: id },
    })
    await other.close()
    expect(response.statusCode).toBe(409)
    expect(response.json()).toMatchObject({ code: 'session_closed', session: { id: session.id } })
    expect(refusing.seen.map(({ event, fields }) => [event, fields.code])).toEqual([['refused', 'session_closed']])
  })
})

describe('credentials', () => {
  test('B28: whatever is wrong with a token, the answer is the same 401', async () => {
    const wrong = [
      '',
      'Bearer',
      'Bearer ',
      goodToken,
      `bearer ${goodToken}`,
      `Basic ${goodToken}`,
      `Bearer ${goodToken.slice(1)}`,
      `Bearer ${goodToken.toLowerCase()}`,
      `Bearer ${goodToken} `.concat('x'),
      `Bearer ${'B'.repeat(43)}`,
    ]
    const answers = new Set<string>()
    for (const header of wrong) {
      const { status, body } = await ask({ method: 'GET', url: '/v1/plans', headers: { authorization: header } })
      expect(status).toBe(401)
      answers.add(JSON.stringify({ ...body, requestId: '' }))
    }
    expect(answers.size).toBe(1)
    expect(parts.calls.every(({ name }) => name === 'findCaller')).toBe(true)
  })

  test('a bad body without a credential is 401: nothing is read for a stranger', async () => {
    const { status } = await ask({
      method: 'POST',
      url: '/v1/sessions',
      payload: '{',
      headers: { ...json, authorization: '' },
    })
    expect(status).toBe(401)
  })

  test("a supporter's credential finds nothing among a person's things", async () => {
    const { status, body } = await ask({
      method: 'GET',
      url: '/v1/plans',
      headers: { authorization: `Bearer ${supporterToken}` },
    })
    expect([status, body.code]).toEqual([404, 'not_found'])
  })

  test.each(['token', 'access_token', 'Authorization', 'TOKEN'])(
    'B29: a token in %s= is refused and revoked',
    async (name) => {
      const { status, body } = await ask({ method: 'GET', url: `/v1/plans?a=1&${name}=${goodToken}` })
      expect([status, body.code]).toEqual([400, 'token_in_url'])
      expect(parts.calls).toEqual([{ name: 'revokeToken', args: [goodToken] }])
    },
  )

  test('B31: a forged X-Forwarded-For is ignored', async () => {
    const subjects = new Set<string>()
    const consume = async (_: unknown, subject: string) => {
      subjects.add(subject)
      return { allowed: true, retryAfterMs: 0 }
    }
    const limited = await buildApi(fakeParts({}, { limiter: { consume } }))
    for (const forged of ['6.6.6.6', '7.7.7.7']) {
      await limited.inject({ method: 'POST', url: '/v1/devices', headers: { 'x-forwarded-for': forged } })
    }
    await limited.close()
    expect(subjects).toEqual(new Set(['127.0.0.1']))
  })
})

describe('paths', () => {
  test('B19: an unknown session and one of another device are the same 404', async () => {
    const { status, body } = await ask({ method: 'GET', url: `/v1/sessions/${id}` })
    const malformed = await ask({ method: 'GET', url: '/v1/sessions/nothing' })
    expect(status).toBe(404)
    expect({ ...malformed.body, requestId: '' }).toEqual({ ...body, requestId: '' })
  })

  test.each([
    ["/v1/sessions/';%20drop%20table%20app.sessions;%20--"],
    ['/v1/sessions/..'],
    ['/v1/sessions/%2e%2e%2f'],
    ['/v1/sessions/%00'],
    ['/v1/sessions/%'],
    ['/v1/sessions/%ff'],
    [`/v1/sessions/${'a'.repeat(10_000)}`],
    [`/v1/sessions/${id.toUpperCase()}`],
    [`/v1/sessions/${id}/`],
  ])('B20: %s is not there', async (url) => {
    const { status, body } = await ask({ method: 'GET', url })
    expect([status, body.code]).toEqual([404, 'not_found'])
    expect(parts.calls.some(({ name }) => name === 'getSession')).toBe(false)
  })

  test.each(['/livez', '/readyz', '/metrics', '/health', '/v1/metrics', '/'])('B80: %s is not here', async (url) => {
    expect((await ask({ method: 'GET', url })).status).toBe(404)
  })

  test.each([
    ['PATCH', '/v1/plans', 'GET, HEAD, POST'],
    ['TRACE', '/v1/service', 'GET, HEAD'],
    ['DELETE', `/v1/sessions/${session.id}/end`, 'POST'],
    ['GET', `/v1/sessions/${session.id}/check-ins`, 'POST'],
    ['OPTIONS', '/v1/devices', 'POST'],
    ['PROPFIND', '/v1/plans', 'GET, HEAD, POST'],
  ])('B34: %s %s is 405 and says what is allowed', async (method, url, allow) => {
    const { status, headers, body } = await ask({ method: method as 'GET', url })
    expect([status, body.code, headers.allow]).toEqual([405, 'method_not_allowed', allow])
  })
})

describe('other origins', () => {
  const preflight = (origin: string) =>
    ask({
      method: 'OPTIONS',
      url: `/v1/sessions/${session.id}/check-ins`,
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    })

  test('a page of this service may call it', async () => {
    const { status, headers } = await preflight('http://localhost:4000')
    expect(status).toBe(204)
    expect(headers['access-control-allow-origin']).toBe('http://localhost:4000')
    expect(headers['access-control-allow-headers']).toContain('authorization')
    expect(headers['access-control-allow-methods']).toContain('POST')
    const got = await ask({ method: 'GET', url: '/v1/service', headers: { origin: 'http://localhost:4000' } })
    expect(got.headers['access-control-allow-origin']).toBe('http://localhost:4000')
  })

  test('an error can be read by a page too', async () => {
    const { headers } = await ask({ method: 'GET', url: '/v1/none', headers: { origin: 'http://localhost:4000' } })
    expect(headers['access-control-allow-origin']).toBe('http://localhost:4000')
  })

  test.each(['http://localhost:4001', 'https://evil.example', 'null', 'http://localhost:4000.evil.example'])(
    'B77: %s gets no leave',
    async (origin) => {
      expect((await preflight(origin)).headers).not.toHaveProperty('access-control-allow-origin')
      const { headers } = await ask({ method: 'GET', url: '/v1/service', headers: { origin } })
      expect(headers).not.toHaveProperty('access-control-allow-origin')
      expect(headers).not.toHaveProperty('access-control-allow-credentials')
    },
  )
})
