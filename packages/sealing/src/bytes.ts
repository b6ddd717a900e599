import { base64urlnopad } from '@scure/base'

/** Bytes that lie in an ordinary ArrayBuffer, which is what WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
// ignoreBOM keeps a leading U+FEFF: what was sealed comes back to the byte.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function utf8(text: string): Bytes {
  return encoder.encode(text)
}

/** The text these bytes spell, or `null` when they are not UTF-8. */
export function readUtf8(bytes: ArrayBuffer | Bytes): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** Base64url without padding. */
export function toBase64url(bytes: ArrayBuffer | Uint8Array): string {
  return base64urlnopad.encode(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes))
}

/** The bytes, or `null` for anything but canonical base64url without padding. */
export function readBase64url(text: unknown): Bytes | null {
  if (typeof text !== 'string') return null
  try {
    return Uint8Array.from(base64urlnopad.decode(text))
  } catch {
    return null
  }
}
