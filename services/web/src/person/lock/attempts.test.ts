import { expect, test } from 'vitest'
import { slowed, waitsMs } from './attempts.ts'
import { locked } from './locked.ts'

function memory<T>() {
  let stored: T | undefined
  return {
    load: async () => stored,
    save: async (value: T) => {
      stored = value
    },
    remove: async () => {
      stored = undefined
    },
  }
}

/** A phone with PIN 2580 and 1111 for duress; `reload` is the page opened anew. */
async function phone() {
  const time = { wall: 1_000_000, monotonic: 0 }
  const clocks = { wall: () => time.wall, monotonic: () => time.monotonic }
  // biome-ignore lint/suspicious/noExplicitAny: the form of what is stored is the room's own
  const [box, tries] = [memory<any>(), memory<any>()]
  await locked<string[]>(['a place'], box, 10).setPins('2580', '1111')
  const reload = () => {
    time.monotonic = 0
    return slowed((pin) => locked<string[]>([], box, 10).unlock(pin), tries, clocks)
  }
  const pass = (ms: number) => {
    time.wall += ms
    time.monotonic += ms
  }
  const setClock = (ms: number) => {
    time.wall += ms
  }
  return { reload, pass, setClock }
}

test('four wrong PINs are free, then each waits longer, up to five minutes and no further', async () => {
  const { reload, pass } = await phone()
  const pin = reload()
  for (let tried = 0; tried < 4; tried += 1) {
    expect(await pin.waitMs()).toBe(0)
    expect(await pin.unlock('0000')).toEqual({ kind: 'refused' })
  }
  for (const wait of [...waitsMs, 300_000, 300_000]) {
    expect(await pin.waitMs()).toBe(wait)
    expect(await pin.unlock('2580')).toEqual({ kind: 'wait', waitMs: wait })
    pass(wait - 1)
    expect(await pin.unlock('2580')).toEqual({ kind: 'wait', waitMs: 1 })
    pass(1)
    expect(await pin.unlock('0000')).toEqual({ kind: 'refused' })
  }
})

test('a reload, and closing the page while a try is looked at, give no try away', async () => {
  const { reload, pass } = await phone()
  let pin = reload()
  for (let tried = 0; tried < 5; tried += 1) {
    pass(waitsMs[0])
    await pin.unlock('0000')
  }
  pin = reload()
  expect(await pin.waitMs()).toBe(15_000)

  const other = await phone()
  const box = memory<{ failed: number; notBeforeAt: number }>()
  const closing = slowed(() => Promise.reject(new Error('the page was closed')), box)
  for (let tried = 0; tried < 4; tried += 1) await closing.unlock('0000').catch(() => undefined)
  expect((await box.load())?.failed).toBe(4)
  expect(await other.reload().waitMs()).toBe(0)
})

test.each([
  ['the PIN', '2580'],
  ['the other PIN', '1111'],
])('%s waits like any, opens, and the count begins anew', async (_, right) => {
  const { reload, pass } = await phone()
  const pin = reload()
  for (let tried = 0; tried < 4; tried += 1) await pin.unlock('0000')
  expect(await pin.unlock(right)).toEqual({ kind: 'wait', waitMs: 5_000 })
  pass(5_000)
  expect(await pin.unlock(right)).toMatchObject({ kind: 'opened', content: ['a place'] })
  for (let tried = 0; tried < 4; tried += 1) expect(await pin.unlock('0000')).toEqual({ kind: 'refused' })
})

test('a session’s end is never held up; its wrong tries lengthen the waits of the lock', async () => {
  const { reload } = await phone()
  const pin = reload()
  for (let tried = 0; tried < 9; tried += 1)
    expect(await pin.unlock('0000', { atOnce: true })).toEqual({ kind: 'refused' })
  expect(await pin.waitMs()).toBe(300_000)
  expect(await pin.unlock('2580', { atOnce: true })).toMatchObject({ kind: 'opened', duress: false })
})

test('a clock that is set forward does not help the page that is open; one set back locks nobody out for longer', async () => {
  const { reload, setClock, pass } = await phone()
  let pin = reload()
  for (let tried = 0; tried < 7; tried += 1) {
    await pin.unlock('0000')
    pass(300_000)
  }
  await pin.unlock('0000')
  setClock(86_400_000)
  expect(await pin.waitMs()).toBe(300_000)
  setClock(-2 * 86_400_000)
  pin = reload()
  expect(await pin.waitMs()).toBe(300_000)
  pass(300_000)
  expect(await pin.unlock('2580')).toMatchObject({ kind: 'opened' })
})
