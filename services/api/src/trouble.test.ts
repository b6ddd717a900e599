import type { FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import type { ApiOperations } from './api-operations.ts'
import { buildApi } from './build-api.ts'
import { fakeParts, goodToken, session } from './fake-parts.ts'

const press = (app: FastifyInstance) =>
  app.inject({
    method: 'POST',
    url: `/v1/sessions/${session.id}/check-ins`,
    headers: { authorization: `Bearer ${goodToken}` },
    payload: { commandId: session.id },
  })

test.each<[string, Partial<ApiOperations>]>([
  ['throws', { checkIn: () => Promise.reject(Object.assign(new Error('away'), { retryable: true })) }],
  [
    'throws deep inside',
    { checkIn: () => Promise.reject(new Error('x', { cause: Object.assign(new Error('away'), { retryable: true }) })) },
  ],
  ['never answers', { checkIn: () => new Promise(() => {}) }],
  ['cannot find the caller', { findCaller: () => Promise.reject(Object.assign(new Error(), { retryable: true })) }],
])('F17: when Postgres %s, a person hears that nothing new is watched', async (_, overrides) => {
  const parts = fakeParts(overrides, { answerWithinMs: 20 })
  const app = await buildApi(parts)
  const response = await press(app)
  await app.close()
  expect([response.statusCode, response.json().code, response.headers['retry-after']]).toEqual([
    503,
    'unavailable',
    '1',
  ])
  expect(response.json().message).toContain('watched')
  expect(parts.seen.map(({ event }) => event)).toEqual(['refused'])
})

test('what nobody foresaw is a 500 without a word of why, and is written down', async () => {
  const parts = fakeParts({ checkIn: () => Promise.reject(new Error('password=hunter2 +447700900123')) })
  const app = await buildApi(parts)
  const response = await press(app)
  await app.close()
  expect(response.statusCode).toBe(500)
  expect(response.body).not.toMatch(/hunter2|7700900/)
  expect(parts.seen.map(({ event }) => event)).toEqual(['failed'])
})

test('an answer that does not fit its schema still reaches the person, and is counted', async () => {
  const body = { outcome: 'moved', session: { ...session, state: 'dreaming' }, serverNow: 'now' }
  const parts = fakeParts({ checkIn: async () => ({ kind: 'answer', status: 200, body }) as never })
  const app = await buildApi(parts)
  expect((await press(app)).json()).toEqual(body)
  await app.close()
  expect(parts.seen.map(({ event }) => event)).toEqual(['answerMisfit'])
})

test('a field that no schema declares does not leave', async () => {
  const body = { outcome: 'moved', session: { ...session, endCode: '123' }, serverNow: session.startedAt }
  const app = await buildApi(fakeParts({ checkIn: async () => ({ kind: 'answer', status: 200, body }) as never }))
  expect((await press(app)).body).not.toContain('endCode')
  await app.close()
})

test('a start that cannot be protected says when to try again', async () => {
  const refused = { kind: 'refused', code: 'cannot_protect', retryAfterSeconds: 5 } as const
  const app = await buildApi(fakeParts({ startSession: async () => refused }))
  const response = await app.inject({
    method: 'POST',
    url: '/v1/sessions',
    headers: { authorization: `Bearer ${goodToken}` },
    payload: { commandId: session.id, planId: session.id, countdownSeconds: 60 },
  })
  await app.close()
  expect([response.statusCode, response.json().code, response.headers['retry-after']]).toEqual([
    503,
    'cannot_protect',
    '5',
  ])
})

test('an address over its limit is told when to come back; a broken limiter lets everybody in', async () => {
  const over = async () => ({ allowed: false, retryAfterMs: 1_500 })
  const answers = []
  for (const consume of [over, () => Promise.reject(new Error('no Redis'))]) {
    const app = await buildApi(fakeParts({}, { limiter: { consume } }))
    const response = await app.inject({ method: 'POST', url: '/v1/devices' })
    answers.push([response.statusCode, response.headers['retry-after']])
    expect((await press(app)).statusCode).toBe(200)
    await app.close()
  }
  expect(answers).toEqual([
    [429, '2'],
    [201, undefined],
  ])
})
