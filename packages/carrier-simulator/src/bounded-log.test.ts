import { expect, test } from 'vitest'
import { BoundedLog } from './bounded-log.ts'

test('keeps the newest in order, whatever came before, and says what it forgets', () => {
  const forgotten: number[] = []
  const log = new BoundedLog<number>(3, (oldest) => forgotten.push(oldest))
  for (let count = 1; count <= 10; count += 1) {
    log.append(count)
    expect(log.size).toBe(Math.min(count, 3))
    expect(log.oldestFirst()).toEqual([count - 2, count - 1, count].filter((kept) => kept > 0))
    expect([...log.newestFirst()]).toEqual([...log.oldestFirst()].reverse())
  }
  expect(forgotten).toEqual([1, 2, 3, 4, 5, 6, 7])
})
