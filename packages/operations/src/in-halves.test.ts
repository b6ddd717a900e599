import { DatabaseUnavailableError, type Store } from '@stillhere/persistence'
import { expect, test } from 'vitest'
import type { OperationContext } from './context.ts'
import { workOffEach, workOffInHalves } from './in-halves.ts'

/** A Postgres of which only the clock is asked. */
const contextOf = (answers: boolean, said: unknown[] = []): OperationContext => {
  const query = async () => {
    if (!answers) throw new DatabaseUnavailableError('away')
    return [{ now: 1 }]
  }
  const events = { trouble: (...trouble: unknown[]) => said.push(trouble) }
  return { db: { query } as unknown as Store, events } as unknown as OperationContext
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

const poisonRow = async (id: string) => {
  if (id === '3') throw new Error('a row that nobody can work off')
}
const lockedRow = async () => {
  throw new Error('and that somebody else holds, so that it cannot be put off')
}
const ways = {
  'in halves': async (ctx: OperationContext, some: string[], done: string[], onFailed: () => Promise<void>) => {
    const work = async (of: readonly string[]) => {
      for (const id of of) await poisonRow(id)
      done.push(...of)
      return of.length
    }
    await workOffInHalves(ctx, some, work, onFailed)
  },
  'one by one': async (ctx: OperationContext, some: string[], done: string[], onFailed: () => Promise<void>) => {
    const work = async (id: string) => {
      await poisonRow(id)
      done.push(id)
    }
    await workOffEach(ctx, some, work, onFailed)
  },
}

test.each(Object.entries(ways))(
  '%s: a row that cannot even be put off is said, and those behind it are worked off',
  async (_, go) => {
    const said: unknown[] = []
    const done: string[] = []
    await go(contextOf(true, said), ['1', '2', '3', '4', '5'], done, lockedRow)

    expect(done).toEqual(['1', '2', '4', '5'])
    expect(said).toEqual([['poisonRow', expect.objectContaining({ reason: 'backOff' })]])
  },
)

test.each(Object.entries(ways))(
  '%s: where Postgres takes no writing that is no fault of the row, and whoever asked hears it',
  async (_, go) => {
    const said: unknown[] = []
    const done: string[] = []
    const full = async () => {
      throw new DatabaseUnavailableError('no space left')
    }
    await expect(go(contextOf(true, said), ['1', '2', '3', '4', '5'], done, full)).rejects.toBeInstanceOf(
      DatabaseUnavailableError,
    )
    expect(done).toEqual(['1', '2', '4', '5'])
    expect(said).toEqual([])
  },
)
