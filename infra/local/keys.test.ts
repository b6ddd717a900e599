import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { keepKeys, publicDisclosureKey } from './keys.ts'

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'still-here-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'keys.json')
}

test('keys are made once, kept, and readable by their owner alone', () => {
  const file = newFile()
  const keys = keepKeys(file)
  expect(keepKeys(file)).toEqual(keys)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(keepKeys(newFile()).numberHashKey).not.toBe(keys.numberHashKey)
})

test('the public key is the point on the curve that belongs to the current private key', async () => {
  const { disclosureKeys } = keepKeys(newFile())
  const [keyId = '', point = ''] = publicDisclosureKey(`${disclosureKeys},older:AAAA`).split(':')
  expect(disclosureKeys.startsWith(`${keyId}:`)).toBe(true)
  const raw = Buffer.from(point, 'base64url')
  expect(raw.length).toBe(65)
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const pkcs8 = Buffer.from(disclosureKeys.slice(keyId.length + 1), 'base64url')
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, ecdsa, false, ['sign'])
  const publicKey = await crypto.subtle.importKey('raw', raw, ecdsa, false, ['verify'])
  const word = Buffer.from('still here')
  const signature = await crypto.subtle.sign(ecdsa, privateKey, word)
  expect(await crypto.subtle.verify(ecdsa, publicKey, signature, word)).toBe(true)
})

test('keys that cannot be read are never replaced', () => {
  const file = newFile()
  writeFileSync(file, '{"half')
  expect(() => keepKeys(file)).toThrow(/cannot be read/)
})
