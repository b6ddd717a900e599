import { expect, test } from 'vitest'
import { createPractice } from './practice.ts'

const begin = () => {
  let now = Date.UTC(2026, 0, 1)
  const practice = createPractice({
    now: () => now,
    me: { id: 'me', name: 'Sam' },
    nickname: 'Practice',
    brief: { address: 'Flat 9, 4 Marigold Court', rescuerName: 'Ash' },
  })
  const pass = (ms: number) => {
    now += ms
    practice.tick(now)
  }
  const act = (action: Parameters<typeof practice.act>[1]) => practice.act(practice.alert.value.id, action)
  return { practice, pass, act }
}

test('an exercise is scored from the alert to the first claim and to the first "called 999"', async () => {
  const { practice, pass, act } = begin()
  pass(7_000)
  await act({ what: 'claim' })
  pass(30_000)
  await act({ what: 'progress', kind: 'called-999' })
  pass(5_000)
  await act({ what: 'progress', kind: 'called-999' })
  expect(practice.score.value).toEqual({ claimMs: 7_000, called999Ms: 37_000 })
})

test('whoever records nothing for 120 s loses it, as in earnest, and may claim it again', async () => {
  const { practice, pass, act } = begin()
  await act({ what: 'claim' })
  pass(119_000)
  expect(practice.alert.value.state).toBe('owned')
  pass(1_000)
  expect(practice.alert.value).toMatchObject({ state: 'open' })
  expect(practice.alert.value.owner).toBeUndefined()
  await act({ what: 'claim' })
  expect(practice.alert.value.state).toBe('owned')
  expect(practice.score.value.claimMs).toBe(0)
})

test('somebody comes, and the dose clock runs from the dose', async () => {
  const { practice, pass, act } = begin()
  await act({ what: 'claim' })
  pass(20_000)
  expect(practice.alert.value.told[0]?.reply).toBe('going')
  pass(25_000)
  expect(practice.alert.value.told[0]?.reply).toBe('there')
  const dosed = await act({ what: 'progress', kind: 'naloxone-given' })
  expect(Date.parse(dosed.nextDoseAt ?? '') - Date.parse(dosed.progress[0]?.at ?? '')).toBe(150_000)
  const taken = await act({ what: 'progress', kind: 'withdrawn', of: dosed.progress[0]?.id ?? '' })
  expect(taken.nextDoseAt, 'a dose that was a mistake runs no clock').toBeUndefined()
  expect((await act({ what: 'all-clear', outcome: 'safe', naloxone: true })).state).toBe('closed')
})
