import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBulkhead } from './bulkhead.ts'
import type { SendOutcome } from './outcomes.ts'

const accepted: SendOutcome = { kind: 'accepted', sid: 'SM' }
const timeout: SendOutcome = { kind: 'unknown', reason: 'timeout' }
/** Another phone each time. */
let phones = 0
const phone = () => `+4477009${String(++phones).padStart(5, '0')}`
const open = { kind: 'failed', reason: 'circuit_open' }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const held = () => {
  let letGo: (outcome: SendOutcome) => void = () => {}
  const attempt = () => new Promise<SendOutcome>((resolve) => (letGo = resolve))
  return { attempt, letGo: (outcome: SendOutcome) => letGo(outcome) }
}
const failing = async (bulkhead: ReturnType<typeof createBulkhead>, times: number, outcome: SendOutcome = timeout) => {
  for (let i = 0; i < times; i++) await bulkhead.run('other', phone(), async () => outcome)
}

test('C34: the first message of an alert goes before everything that waits', async () => {
  const bulkhead = createBulkhead(1)
  const order: string[] = []
  const slot = held()
  const running = bulkhead.run('other', phone(), slot.attempt)
  const say = (word: string) => async () => {
    order.push(word)
    return accepted
  }
  const waiting = [
    bulkhead.run('other', phone(), say('reminder')),
    bulkhead.run('other', phone(), say('survey')),
    bulkhead.run('first', phone(), say('first of A')),
    bulkhead.run('first', phone(), say('first of B')),
  ]
  slot.letGo(accepted)
  await Promise.all([running, ...waiting])
  expect(order).toEqual(['first of A', 'first of B', 'reminder', 'survey'])
})

test('whoever waited 0.8 s for a slot is told so and is never sent afterwards', async () => {
  const bulkhead = createBulkhead(1)
  const slot = held()
  const running = bulkhead.run('other', phone(), slot.attempt)
  let sent = 0
  const late = bulkhead.run('other', phone(), async () => {
    sent += 1
    return accepted
  })
  await vi.advanceTimersByTimeAsync(800)
  expect(await late).toMatchObject({ kind: 'failed', reason: 'busy' })
  slot.letGo(accepted)
  await running
  await vi.advanceTimersByTimeAsync(5000)
  expect(sent).toBe(0)
})

test('five failures in ten seconds open the circuit; a probe after two seconds closes it', async () => {
  const told = vi.fn()
  const bulkhead = createBulkhead(20, { onOpen: told })
  await failing(bulkhead, 4)
  expect(await bulkhead.run('other', phone(), async () => timeout)).toEqual(timeout)
  expect(bulkhead.open()).toBe(true)
  expect(told).toHaveBeenCalledTimes(1)
  const attempt = vi.fn(async () => accepted)
  expect(await bulkhead.run('other', phone(), attempt)).toMatchObject(open)
  expect(attempt).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2000)
  expect(await bulkhead.run('other', phone(), attempt)).toEqual(accepted)
  expect(bulkhead.open()).toBe(false)
})

test('law 4: an open circuit never holds the first message of an alert', async () => {
  const bulkhead = createBulkhead()
  await failing(bulkhead, 5)
  expect(await bulkhead.run('first', phone(), async () => accepted)).toEqual(accepted)
})

test('while one tries whether the carrier is back, others are refused at once and firsts are sent', async () => {
  const bulkhead = createBulkhead()
  await failing(bulkhead, 5)
  await vi.advanceTimersByTimeAsync(2000)
  const probe = held()
  const probing = bulkhead.run('other', phone(), probe.attempt)
  await vi.advanceTimersByTimeAsync(0)
  expect(await bulkhead.run('other', phone(), async () => accepted)).toMatchObject(open)
  expect(await bulkhead.run('first', phone(), async () => accepted)).toEqual(accepted)
  probe.letGo(accepted)
  expect(await probing).toEqual(accepted)
})

test('refusals and 429 are answers: they never open the circuit', async () => {
  const bulkhead = createBulkhead()
  await failing(bulkhead, 20, { kind: 'refused', code: '21211', class: 'recipient-for-good' })
  await failing(bulkhead, 20, { kind: 'failed', reason: 'rate_limited' })
  expect(bulkhead.open()).toBe(false)
})

test('failures far apart, or with a success between them, do not open it', async () => {
  const bulkhead = createBulkhead()
  for (let i = 0; i < 10; i++) {
    await failing(bulkhead, 1)
    await vi.advanceTimersByTimeAsync(2600)
  }
  expect(bulkhead.open()).toBe(false)
  await bulkhead.run('other', phone(), async () => accepted)
  for (let i = 0; i < 10; i++) {
    await failing(bulkhead, 4)
    await bulkhead.run('other', phone(), async () => accepted)
  }
  expect(bulkhead.open()).toBe(false)
})

test('an attempt that throws is its own failure and frees its slot', async () => {
  const bulkhead = createBulkhead(1)
  await expect(bulkhead.run('other', phone(), () => Promise.reject(new Error('bug')))).rejects.toThrow('bug')
  expect(await bulkhead.run('other', phone(), async () => accepted)).toEqual(accepted)
})

test('one phone that always fails does not open the circuit for the others', async () => {
  const bulkhead = createBulkhead()
  for (let i = 0; i < 20; i++) await bulkhead.run('other', '+447700900123', async () => timeout)
  expect(bulkhead.open()).toBe(false)
  await bulkhead.run('other', '+447700900124', async () => timeout)
  expect(bulkhead.open()).toBe(true)
})
