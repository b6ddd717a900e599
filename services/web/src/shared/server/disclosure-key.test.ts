import { createHash } from 'node:crypto'
import { generateOpeningKey, signSuccession } from '@stillhere/sealing/open'
import { sealPlan, writePublicKey } from '@stillhere/sealing/seal'
import { expect, test } from 'vitest'
import { type TrustedKey, trustedKey } from './disclosure-key.ts'
import { KeyNotPinnedError } from './key-not-pinned.ts'

const fingerprint = (publicKey: string) =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url')

async function newKey(keyId = 'k1') {
  const key = await generateOpeningKey(keyId, { extractable: true })
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key.privateKey)).toString('base64url')
  return { keyId, publicKey: await writePublicKey(key), privateKey: pkcs8 }
}
type Key = Awaited<ReturnType<typeof newKey>>
const offer = async ({ keyId, publicKey }: Key, ...former: Key[]) => ({
  keyId,
  publicKey,
  signedBy: await Promise.all(
    former.map(async (one) => ({
      keyId: one.keyId,
      signature: await signSuccession(one, { keyId, publicKey }),
    })),
  ),
})

/** A device that keeps what it trusted. */
function newDevice() {
  let stored: TrustedKey[] | undefined
  return {
    load: async () => stored,
    save: async (value: TrustedKey[]) => {
      stored = value
    },
    remove: async () => {
      stored = undefined
    },
  }
}

test('a key whose fingerprint is pinned is sealed to', async () => {
  const ours = await newKey()
  const key = await trustedKey(await offer(ours), [fingerprint(ours.publicKey)], newDevice())
  const whose = { planId: '00000000-0000-4000-8000-000000000002', planVersion: 1 }
  expect((await sealPlan(key, whose, '{}')).keyId).toBe('k1')
})

test('any other key of the api is refused, also under the id of ours', async () => {
  const [ours, theirs] = [await newKey(), await newKey()]
  const device = newDevice()
  const pinned = [fingerprint(ours.publicKey)]
  await trustedKey(await offer(ours), pinned, device)
  await expect(trustedKey(await offer(theirs), pinned, device)).rejects.toThrow(KeyNotPinnedError)
  await expect(trustedKey(await offer(theirs, theirs), pinned, device)).rejects.toThrow(KeyNotPinnedError)
  await expect(trustedKey(await offer(ours), [], newDevice())).rejects.toThrow(KeyNotPinnedError)
  await expect(trustedKey({ keyId: 'k1', publicKey: 'AAAA' }, [], newDevice())).rejects.toThrow(KeyNotPinnedError)
})

test('a key that a trusted one signed in is followed, remembered, and may sign in the next', async () => {
  const [first, second, third] = [await newKey('k1'), await newKey('k2'), await newKey('k3')]
  const device = newDevice()
  const pinned = [fingerprint(first.publicKey)]
  await trustedKey(await offer(first), pinned, device)
  expect((await trustedKey(await offer(second, first), pinned, device)).keyId).toBe('k2')
  // Met before: its signature is not needed a second time.
  expect((await trustedKey(await offer(second), pinned, device)).keyId).toBe('k2')
  expect((await trustedKey(await offer(third, second), pinned, device)).keyId).toBe('k3')
})

test('unsigned, signed by a stranger, or signed for another key: refused, and not remembered', async () => {
  const [ours, next, stranger] = [await newKey('k1'), await newKey('k2'), await newKey('k1')]
  const device = newDevice()
  const pinned = [fingerprint(ours.publicKey)]
  await trustedKey(await offer(ours), pinned, device)
  const known = await device.load()
  const { signedBy } = await offer(await newKey('k2'), ours)
  for (const offered of [
    await offer(next),
    { keyId: next.keyId, publicKey: next.publicKey },
    await offer(next, stranger),
    { ...(await offer(next)), signedBy },
    { ...(await offer(next)), signedBy: [{ keyId: 'k1', signature: 'AAAA' }] },
  ])
    await expect(trustedKey(offered, pinned, device)).rejects.toThrow(KeyNotPinnedError)
  expect(await device.load()).toEqual(known)
})

test('a device that has trusted nothing follows nobody, and a key that is no longer pinned vouches for none', async () => {
  const [first, second, third] = [await newKey('k1'), await newKey('k2'), await newKey('k3')]
  const pinned = [fingerprint(first.publicKey)]
  await expect(trustedKey(await offer(second, first), pinned, newDevice())).rejects.toThrow(KeyNotPinnedError)
  const device = newDevice()
  await trustedKey(await offer(first), pinned, device)
  await trustedKey(await offer(second, first), pinned, device)
  const taken = [fingerprint(third.publicKey)]
  for (const offered of [await offer(first), await offer(second, first), await offer(await newKey('k4'), second)])
    await expect(trustedKey(offered, taken, device)).rejects.toThrow(KeyNotPinnedError)
  expect((await trustedKey(await offer(third), taken, device)).keyId).toBe('k3')
})
