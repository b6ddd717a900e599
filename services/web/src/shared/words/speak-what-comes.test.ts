import { afterEach, expect, test, vi } from 'vitest'
import type { Language } from './speak.ts'
import { speakWhatComes } from './speak-what-comes.ts'

afterEach(() => void vi.useRealTimers())

test('whose language does not come is spoken to in another', async () => {
  const asked: Language[] = []
  await speakWhatComes(async (which) => {
    asked.push(which)
    if (which === 'cy') throw new Error('it did not come')
  }, 'cy')
  expect(asked).toEqual(['cy', 'en'])
})

test('where no words come they are asked for again until they do', async () => {
  vi.useFakeTimers()
  let isOnline = false
  const asked: Language[] = []
  let isSpoken = false
  const speaking = speakWhatComes(async (which) => {
    asked.push(which)
    if (!isOnline) throw new Error('it did not come')
  }, 'en').then(() => {
    isSpoken = true
  })
  await vi.advanceTimersByTimeAsync(2_000)
  expect(asked).toEqual(['en', 'cy'])
  expect(isSpoken).toBe(false)
  isOnline = true
  await vi.advanceTimersByTimeAsync(3_000)
  await speaking
  expect(asked).toEqual(['en', 'cy', 'en'])
})
