import { DatabaseUnavailableError, type Store } from '@stillhere/persistence'
import { expect, test } from 'vitest'
import type { OperationContext } from './context.ts'
import { workOffInHalves } from './in-halves.ts'

/** A Postgres of which only the clock is asked. */
const contextOf = (answers: boolean): OperationContext => {
  const query = async () => {
    if (!answers) throw new DatabaseUnavailableError('away')
    return [{ now: 1 }]
  }
  return { db: { query } as unknown as Store } as unknown as OperationContext
}
const ids = Array.from({ length: 512 }, (_, index) => String(index))

test('one poison row among hundreds costs a few transactions and delays nobody else', async () => {
  let transactions = 0
  const failed: string[] = []
  const done: string[] = []
  const found = await workOffInHalves(
    contextOf(true),
    ids,
    async (some) => {
      transactions += 1
      if (some.includes('300')) throw new Error('a row that nobody can work off')
      done.push(...some)
      return some.length
    },
    async (id) => void failed.push(id),
  )

  expect(failed).toEqual(['300'])
  expect(found).toBe(511)
  expect(done.sort()).toEqual(ids.filter((id) => id !== '300').sort())
  expect(transactions).toBeLessThanOrEqual(20)
})

test('a connection that was cut once leaves two batches, not hundreds of transactions', async () => {
  const sizes: number[] = []
  const found = await workOffInHalves(
    contextOf(true),
    ids,
    async (some) => {
      sizes.push(some.length)
      if (sizes.length === 1) throw new DatabaseUnavailableError('cut')
      return some.length
    },
    async () => undefined,
  )

  expect(found).toBe(512)
  expect(sizes).toEqual([512, 256, 256])
})

test('with Postgres away nothing is tried row by row, and nothing is called poison', async () => {
  let tried = 0
  const failed: string[] = []
  const working = workOffInHalves(
    contextOf(false),
    ids,
    async () => {
      tried += 1
      throw new DatabaseUnavailableError('away')
    },
    async (id) => void failed.push(id),
  )

  await expect(working).rejects.toBeInstanceOf(DatabaseUnavailableError)
  expect(tried).toBe(1)
  expect(failed).toEqual([])
})
