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
  let uptimeMs = 0
  // biome-ignore lint/suspicious/noExplicitAny: the form of what is stored is the room's own
  const [box, tried, left] = [memory<any>(), memory<any>(), memory<any>()]
  await locked<string[]>(['a place'], box, 10).setPins('2580', '1111')
  /** Each page has a monotonic clock of its own. */
  const reload = () => {
    const openedAt = uptimeMs
    return slowed(
      (pin) => locked<string[]>([], box, 10).unlock(pin),
      { tried, left },
      () => uptimeMs - openedAt,
    )
  }
  const pass = (ms: number) => {
    uptimeMs += ms
  }
  return { reload, pass, tried }
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
  const box = memory<{ failed: number }>()
  const closing = slowed(() => Promise.reject(new Error('the page was closed')), { tried: box, left: memory() })
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

test('a wait runs only while the app is open, and goes on after a reload where it was', async () => {
  const { reload, pass } = await phone()
  let pin = reload()
  for (let tried = 0; tried < 8; tried += 1) {
    await pin.unlock('0000')
    if (tried === 7) break
    for (let waited = 0; waited < 10; waited += 1) {
      pass(30_000)
      await pin.waitMs()
    }
  }
  expect(await pin.waitMs()).toBe(300_000)
  pass(100_000)
  expect(await pin.waitMs()).toBe(200_000)
  // Closed: whatever the phone's clock was set to meanwhile has no say.
  pass(86_400_000)
  pin = reload()
  expect(await pin.waitMs()).toBe(200_000)
  pass(200_000)
  expect(await pin.unlock('2580')).toMatchObject({ kind: 'opened' })
})

test('several pages that are open at once wait no less than one, and a wait of before is none of now', async () => {
  const { reload, pass } = await phone()
  const [one, other] = [reload(), reload()]
  const fail = async (page: typeof one, times: number) => {
    for (let tried = 0; tried < times; tried += 1) expect(await page.unlock('0000')).toEqual({ kind: 'refused' })
  }
  await fail(one, 4)
  expect(await other.waitMs()).toBe(5_000)
  for (let waited = 0; waited < 4; waited += 1) {
    pass(1_000)
    expect(await other.waitMs()).toBe(await one.waitMs())
  }
  expect(await one.waitMs()).toBe(1_000)
  pass(1_000)
  expect(await one.unlock('2580')).toMatchObject({ kind: 'opened' })
  await fail(one, 4)
  expect(await other.waitMs()).toBe(5_000)
})

test('what a phone kept before a wait was counted so waits whole', async () => {
  const { reload, pass, tried } = await phone()
  await tried.save({ failed: 5, notBeforeAt: 0 })
  expect(await reload().waitMs()).toBe(15_000)
  const pin = reload()
  expect(await pin.waitMs()).toBe(15_000)
  pass(15_000)
  expect(await pin.unlock('2580')).toMatchObject({ kind: 'opened' })
})
