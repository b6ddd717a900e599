import { createHash } from 'node:crypto'
import { generateOpeningKey } from '@stillhere/sealing/open'
import { sealPlan, writePublicKey } from '@stillhere/sealing/seal'
import { expect, test } from 'vitest'
import { KeyNotPinnedError, pinnedKey } from './disclosure-key.ts'

const fingerprint = (publicKey: string) =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url')

async function newKey() {
  const key = await generateOpeningKey('k1', { extractable: true })
  return { keyId: 'k1', publicKey: await writePublicKey(key) }
}

test('a key whose fingerprint is pinned is sealed to', async () => {
  const ours = await newKey()
  const key = await pinnedKey(ours, [fingerprint(ours.publicKey)])
  const whose = { planId: '00000000-0000-4000-8000-000000000002', planVersion: 1 }
  expect((await sealPlan(key, whose, '{}')).keyId).toBe('k1')
})

test('any other key of the api is refused, also under the id of ours', async () => {
  const [ours, theirs] = [await newKey(), await newKey()]
  await expect(pinnedKey(theirs, [fingerprint(ours.publicKey)])).rejects.toThrow(KeyNotPinnedError)
  await expect(pinnedKey(ours, [])).rejects.toThrow(KeyNotPinnedError)
  await expect(pinnedKey({ keyId: 'k1', publicKey: 'AAAA' }, [])).rejects.toThrow(KeyNotPinnedError)
})
