import { type PublicKey, parsePublicKey } from '@stillhere/sealing/seal'

/** The service offered a key that the web process does not vouch for. Nothing may be sealed to it. */
export class KeyNotPinnedError extends Error {
  override name = 'KeyNotPinnedError'
}

/** The key to seal to, if its fingerprint is pinned. @throws KeyNotPinnedError */
export async function pinnedKey(
  offered: { keyId: string; publicKey: string },
  fingerprints: readonly string[],
): Promise<PublicKey> {
  const parsed = await parsePublicKey(offered)
  if (parsed.kind === 'refused') throw new KeyNotPinnedError(`the key is none: ${parsed.reason}`)
  const point = await crypto.subtle.exportKey('raw', parsed.key.key)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', point))
  const fingerprint = btoa(String.fromCharCode(...digest))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
  if (!fingerprints.includes(fingerprint)) throw new KeyNotPinnedError('the key is not one that these pages trust')
  return parsed.key
}
