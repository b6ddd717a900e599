import { expect, test } from 'vitest'
import { formOf, hopsOf, type Proof, type Result, whyNoDrill, wrongWith } from './result.ts'

const result = (hops: Result['hops'], outcome: Result['outcome'] = 'proved'): Result => ({
  id: 'r',
  startedAt: '2026-11-22T03:00:00.000Z',
  dueAt: '2026-11-22T03:00:04.000Z',
  drill: false,
  outcome,
  hops,
})
const proof: Proof = {
  version: 1,
  everyMinutes: 30,
  boundSeconds: 120,
  handset: { check: 'ok', consent: 'agreed', ready: true },
  hasPager: true,
  results: [],
}

test('each hop says when it was reached, and how long after the one before', () => {
  const hops = hopsOf(result({ raisedMs: 200, acceptedMs: 450, deliveredMs: 900, repliedMs: 4_000, claimedMs: 4_100 }))
  expect(hops.map(({ ms }) => ms)).toEqual([200, 450, 900, 4_000, 4_100])
  expect(hops.map(({ sinceMs }) => sinceMs)).toEqual([200, 250, 450, 3_100, 100])
})

test('what was not reached is not said as zero; a receipt that came late says no time of its own', () => {
  const hops = hopsOf(result({ raisedMs: 200, acceptedMs: 450 }, 'missed'))
  expect(hops.slice(2).map(({ ms }) => ms)).toEqual([undefined, undefined, undefined])
  const [, , delivered, replied] = hopsOf(result({ raisedMs: 1, acceptedMs: 9, deliveredMs: 5, repliedMs: 20 }))
  expect([delivered?.sinceMs, replied?.sinceMs]).toEqual([undefined, 11])
})

test('a drill is offered only with a handset that has agreed, and one at a time', () => {
  expect(whyNoDrill(proof)).toBeUndefined()
  expect(whyNoDrill({ ...proof, handset: null })).toBe('proof.noHandset')
  expect(whyNoDrill({ ...proof, handset: { check: 'ok', consent: 'waiting', ready: false } })).toBe('proof.notReady')
  expect(whyNoDrill({ ...proof, results: [result({}, 'running')] })).toBe('proof.runs')
})

test('a schedule needs minutes and a bound that may be, and a handset', () => {
  const form = formOf(proof)
  expect(wrongWith(form, true)).toBeUndefined()
  expect(wrongWith(form, false)).toBe('proof.needsHandset')
  expect(wrongWith({ ...form, isOn: false }, false)).toBeUndefined()
  for (const everyMinutes of ['4', '1441', '', '5.5', '-5'])
    expect(wrongWith({ ...form, everyMinutes }, true), everyMinutes).toBe('proof.everyWrong')
  for (const boundSeconds of ['29', '601', 'x'])
    expect(wrongWith({ ...form, boundSeconds }, true), boundSeconds).toBe('proof.boundWrong')
})
