import { createCipheriv, createDecipheriv, createECDH, createHmac } from 'node:crypto'

/*
 * RFC 9180 base mode written a second time, from the RFC and over node:crypto, for the tests only. It is held against
 * the RFC's own vectors first; then it checks what the package seals and opens. KEM 0x0010, KDF 0x0001.
 */

const ascii = (text: string) => Buffer.from(text, 'latin1')
const u16 = (value: number) => Buffer.from([value >> 8, value & 255])
const hmac = (key: Buffer, ...parts: Buffer[]) => {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}
const NO_SALT = Buffer.alloc(32)
const NOTHING = Buffer.alloc(0)

function labeledExtract(suiteId: Buffer, salt: Buffer, label: string, ikm: Buffer): Buffer {
  return hmac(salt, ascii('HPKE-v1'), suiteId, ascii(label), ikm)
}

// Every length asked for here is at most one block of SHA-256, so the first block is the whole expansion.
function labeledExpand(suiteId: Buffer, prk: Buffer, label: string, info: Buffer, length: number): Buffer {
  const block = hmac(prk, u16(length), ascii('HPKE-v1'), suiteId, ascii(label), info, Buffer.from([1]))
  return block.subarray(0, length)
}

export type Aead = { id: number; name: 'aes-128-gcm' | 'aes-256-gcm'; keyBytes: number }
export const AES_128_GCM: Aead = { id: 1, name: 'aes-128-gcm', keyBytes: 16 }
export const AES_256_GCM: Aead = { id: 2, name: 'aes-256-gcm', keyBytes: 32 }

function schedule(aead: Aead, dh: Buffer, enc: Buffer, recipient: Buffer, info: Buffer) {
  const kemId = Buffer.concat([ascii('KEM'), u16(0x10)])
  const suiteId = Buffer.concat([ascii('HPKE'), u16(0x10), u16(1), u16(aead.id)])
  const eaePrk = labeledExtract(kemId, NO_SALT, 'eae_prk', dh)
  const shared = labeledExpand(kemId, eaePrk, 'shared_secret', Buffer.concat([enc, recipient]), 32)
  const context = Buffer.concat([
    Buffer.from([0]),
    labeledExtract(suiteId, NO_SALT, 'psk_id_hash', NOTHING),
    labeledExtract(suiteId, NO_SALT, 'info_hash', info),
  ])
  const secret = labeledExtract(suiteId, shared, 'secret', NOTHING)
  return {
    key: labeledExpand(suiteId, secret, 'key', context, aead.keyBytes),
    nonce: labeledExpand(suiteId, secret, 'base_nonce', context, 12),
  }
}

export function openByHand(
  aead: Aead,
  privateKey: Buffer,
  enc: Buffer,
  info: Buffer,
  aad: Buffer,
  sealed: Buffer,
): Buffer {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(privateKey)
  const { key, nonce } = schedule(aead, ecdh.computeSecret(enc), enc, ecdh.getPublicKey(), info)
  const decipher = createDecipheriv(aead.name, key, nonce)
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
}

export function sealByHand(aead: Aead, recipient: Buffer, info: Buffer, aad: Buffer, plaintext: Buffer) {
  const ephemeral = createECDH('prime256v1')
  const enc = ephemeral.generateKeys()
  const { key, nonce } = schedule(aead, ephemeral.computeSecret(recipient), enc, recipient, info)
  const cipher = createCipheriv(aead.name, key, nonce)
  cipher.setAAD(aad)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  return { enc, ciphertext }
}
