import { createECDH } from 'node:crypto'
import { expect, test } from 'vitest'
import { generateOpeningKey, openSealed, parseOpeningKey, writeOpeningKey, writePublicKey } from '../src/open.ts'
import { parsePublicKey, sealFor } from '../src/seal.ts'
import { AES_128_GCM, AES_256_GCM, openByHand, sealByHand } from './rfc9180-by-hand.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

test('the second implementation opens the first message of RFC 9180, appendix A.3.1', () => {
  const opened = openByHand(
    AES_128_GCM,
    hex('f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2'),
    hex(
      '04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4',
    ),
    hex('4f6465206f6e2061204772656369616e2055726e'),
    hex('436f756e742d30'),
    hex('5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434'),
  )
  expect(opened.toString('utf8')).toBe('Beauty is truth, truth beauty')
})

test('what the package seals, the second implementation opens', async () => {
  const ecdh = createECDH('prime256v1')
  const publicKey = ecdh.generateKeys().toString('base64url')
  const parsed = await parsePublicKey({ keyId: 'k1', publicKey })
  if (parsed.kind !== 'parsed') throw new Error('the key was refused')
  const sealed = await sealFor(parsed.key, 'stillhere/plan/v1', 'a.1.k1', 'ŵyneb, 12 Heol y Môr')
  const opened = openByHand(
    AES_256_GCM,
    ecdh.getPrivateKey(),
    Buffer.from(sealed.enc, 'base64url'),
    Buffer.from('stillhere/plan/v1'),
    Buffer.from('a.1.k1'),
    Buffer.from(sealed.ciphertext, 'base64url'),
  )
  expect(opened.toString('utf8')).toBe('ŵyneb, 12 Heol y Môr')
})

test('what the second implementation seals, the package opens, with a key that went through settings', async () => {
  const made = await generateOpeningKey('k1', { extractable: true })
  const parsed = await parseOpeningKey({ keyId: 'k1', privateKey: await writeOpeningKey(made) })
  if (parsed.kind !== 'parsed') throw new Error('the key was refused')
  const recipient = Buffer.from(await writePublicKey(parsed.key), 'base64url')
  const { enc, ciphertext } = sealByHand(
    AES_256_GCM,
    recipient,
    Buffer.from('stillhere/number/v1'),
    Buffer.from('a.own.k1'),
    Buffer.from('+447700900001'),
  )
  const sealed = { keyId: 'k1', enc: enc.toString('base64url'), ciphertext: ciphertext.toString('base64url') }
  expect(await openSealed([parsed.key], sealed, 'stillhere/number/v1', 'a.own.k1')).toEqual({
    kind: 'opened',
    text: '+447700900001',
  })
})
