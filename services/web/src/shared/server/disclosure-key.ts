import { isSuccessor, type PublicKey, parsePublicKey } from '@stillhere/sealing/seal'
import { type Kept, kept } from '../kept/kept.ts'
import { KeyNotPinnedError } from './key-not-pinned.ts'

interface Offered {
  keyId: string
  publicKey: string
  /** Former keys' word that this one follows them. */
  signedBy?: readonly { keyId: string; signature: string }[] | undefined
}

/** A key this device has sealed to, and the fingerprint, pinned then, that its trust began with. */
export interface TrustedKey {
  keyId: string
  publicKey: string
  root: string
}

/** A key lives a year: more than these are of no use to anybody. */
const mostKept = 8

/**
 * The key to seal to: one whose fingerprint the pages pin; or the successor of one that this device has trusted before,
 * which signed it in. Either is remembered. Trust ends where it began: when the pages no longer pin the first key of a
 * chain, nothing that it signed in is believed, which is how a stolen key is taken back.
 * @throws KeyNotPinnedError
 */
export async function trustedKey(
  offered: Offered,
  fingerprints: readonly string[],
  store: Kept<TrustedKey[]> = kept('disclosure-keys'),
): Promise<PublicKey> {
  const parsed = await parsePublicKey(offered)
  if (parsed.kind === 'refused') throw new KeyNotPinnedError(`the key is none: ${parsed.reason}`)
  const { keyId, publicKey } = offered
  const trusted = ((await store.load()) ?? []).filter(({ root }) => fingerprints.includes(root))
  const own = await fingerprintOf(parsed.key)
  const root = fingerprints.includes(own) ? own : await rootOfSuccessor(offered, trusted)
  if (root === undefined) throw new KeyNotPinnedError('the key is not one that these pages trust')
  const others = trusted.filter((known) => known.keyId !== keyId || known.publicKey !== publicKey)
  await store.save([...others, { keyId, publicKey, root }].slice(-mostKept))
  return parsed.key
}

/** Where the trust began in the key that signed this one in, or in this very one when it was met before. */
async function rootOfSuccessor(offered: Offered, trusted: readonly TrustedKey[]): Promise<string | undefined> {
  for (const known of trusted) {
    if (known.keyId === offered.keyId && known.publicKey === offered.publicKey) return known.root
    const word = offered.signedBy?.find(({ keyId }) => keyId === known.keyId)
    if (word && (await isSuccessor(known, offered, word.signature))) return known.root
  }
  return undefined
}

async function fingerprintOf({ key }: PublicKey): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await crypto.subtle.exportKey('raw', key))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
}
