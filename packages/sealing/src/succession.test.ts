import { expect, test } from 'vitest'
import { generateOpeningKey, writeOpeningKey, writePublicKey } from './open.ts'
import { isSuccessor, signSuccession } from './succession.ts'

async function makeKey(keyId: string) {
  const pair = await generateOpeningKey(keyId, { extractable: true })
  return { keyId, publicKey: await writePublicKey(pair), privateKey: await writeOpeningKey(pair) }
}
const first = await makeKey('k1')
const next = await makeKey('k2')
const other = await makeKey('k2')
const signature = await signSuccession(first, next)

test('the key that a pinned key signed in is believed', async () => {
  expect(await isSuccessor(first, next, signature)).toBe(true)
})

test.each([
  ["another key under the successor's name", () => isSuccessor(first, other, signature)],
  ['the successor under another name', () => isSuccessor(first, { ...next, keyId: 'k3' }, signature)],
  ['a pin of another name', () => isSuccessor({ ...first, keyId: 'k0' }, next, signature)],
  ['a pin of another key', () => isSuccessor(other, next, signature)],
  ['the way back', () => isSuccessor(next, first, signature)],
  ['a key that signs itself in', async () => isSuccessor(first, other, await signSuccession(other, other))],
  ['no signature', () => isSuccessor(first, next, '')],
  ['a signature of another length', () => isSuccessor(first, next, `${signature}AA`)],
  ['a pin that is no point', () => isSuccessor({ ...first, publicKey: 'AAAA' }, next, signature)],
  ['a name with a line in it', () => isSuccessor(first, { ...next, keyId: 'k\n2' }, signature)],
])('%s is not', async (_, ask) => expect(await ask()).toBe(false))
