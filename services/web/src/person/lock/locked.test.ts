import { expect, test } from 'vitest'
import type { Kept } from '../../shared/kept/kept.ts'
import { locked } from './locked.ts'

const secret = 'Flat 9, Marigold House'

function memory<T>(): Kept<T> & { stored: T | undefined } {
  const store = {
    stored: undefined as T | undefined,
    load: async () => store.stored,
    save: async (value: T) => {
      store.stored = value
    },
    remove: async () => {
      store.stored = undefined
    },
  }
  return store
}
// biome-ignore lint/suspicious/noExplicitAny: the form of what is stored is the room's own
const newDevice = () => memory<any>()
const readable = (value: unknown) =>
  JSON.stringify(value, (_key, part) =>
    part instanceof ArrayBuffer || ArrayBuffer.isView(part)
      ? Buffer.from(part instanceof ArrayBuffer ? part : part.buffer).toString('latin1')
      : part,
  )

test('without a PIN what was kept is simply there', async () => {
  const device = newDevice()
  await locked<string[]>([], device, 10).save([secret])
  expect(await locked<string[]>([], device, 10).load()).toEqual([secret])
})

test('behind a PIN nothing readable is stored, and only the PIN opens it', async () => {
  const device = newDevice()
  const first = locked<string[]>([], device, 10)
  await first.save([secret])
  expect(readable(device.stored)).toContain(secret)
  await first.setPins('2580', '1111')
  expect(readable(device.stored)).not.toContain('Marigold')
  const later = locked<string[]>([], device, 10)
  expect(await later.load()).toBeUndefined()
  expect(await later.unlock('0000')).toEqual({ kind: 'refused' })
  expect(await later.unlock('2580')).toEqual({ kind: 'opened', content: [secret], duress: false })
  await later.save([secret, 'another'])
  expect(await locked<string[]>([], device, 10).unlock('2580')).toMatchObject({ content: [secret, 'another'] })
})

test('the duress PIN opens the same and says so only to the app', async () => {
  const device = newDevice()
  const first = locked<string[]>([secret], device, 10)
  await first.load()
  await first.setPins('2580', '1111')
  expect(await locked<string[]>([], device, 10).unlock('1111')).toEqual({
    kind: 'opened',
    content: [secret],
    duress: true,
  })
})

test('a device without a duress PIN looks like one with', async () => {
  const [one, two] = [newDevice(), newDevice()]
  await locked<string[]>([], one, 10).setPins('2580', undefined)
  await locked<string[]>([], two, 10).setPins('2580', '1111')
  expect(one.stored.wraps).toHaveLength(two.stored.wraps.length)
})

test('with the PIN taken away everything is there again', async () => {
  const device = newDevice()
  const first = locked<string[]>([secret], device, 10)
  await first.load()
  await first.setPins('2580', undefined)
  await first.removePin()
  expect(await locked<string[]>([], device, 10).load()).toEqual([secret])
  expect(await first.hasPin()).toBe(false)
})

test('locked again, nothing is read or saved before the PIN: a save would lay it open', async () => {
  const device = newDevice()
  const store = locked<string[]>([], device, 10)
  await store.save([secret])
  expect(store.lock()).toBe(false)
  await store.setPins('2580', undefined)
  expect(store.lock()).toBe(true)
  expect(store.isLocked()).toBe(true)
  const stored = readable(device.stored)
  await expect(store.save(['somebody else’s'])).rejects.toThrow('locked')
  expect(readable(device.stored)).toBe(stored)
  expect(await store.unlock('2580')).toMatchObject({ kind: 'opened', content: [secret] })
  await store.save([secret, 'more'])
  expect(readable(device.stored)).not.toContain('more')
})

test('other words lie under the same lock, and only under the present one', async () => {
  const device = newDevice()
  const mine = locked<string[]>([], device, 10)
  await mine.save([])
  const open = (await mine.seal(secret)) ?? ''
  expect(await mine.unseal(open)).toBe(secret)
  await mine.setPins('2580', undefined)
  expect(await mine.unseal(open), 'of before the PIN').toBeUndefined()
  const sealed = (await mine.seal(secret)) ?? ''
  expect(sealed).not.toContain('Marigold')
  expect(await mine.unseal(sealed)).toBe(secret)
  mine.lock()
  expect(await mine.seal(secret)).toBeUndefined()
  expect(await mine.unseal(sealed)).toBeUndefined()
  await mine.unlock('2580')
  expect(await mine.unseal(sealed)).toBe(secret)
  await mine.setPins('3690', undefined)
  expect(await mine.unseal(sealed), 'of another PIN').toBeUndefined()
  expect(await mine.unseal('locked:no')).toBeUndefined()
})
