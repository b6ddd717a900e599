import { createHash, createHmac, createPrivateKey, createPublicKey } from 'node:crypto'
import type { WorkerConfig } from '@stillhere/config'
import {
  deriveDestinationKey,
  type OpeningKey,
  openDestination,
  parseOpeningKey,
  sealDestination,
} from '@stillhere/sealing/open'

/**
 * The only holder of keys in the house. Everything that opens, matches or seals on the service's side goes through here,
 * and nothing in it is ever logged.
 */
export interface Keyring {
  readonly openingKeys: readonly OpeningKey[]
  /** Of each, the current one first: its id and the fingerprint of its public half. No secret. */
  readonly keysInUse: readonly string[]
  /** The keyed hash by which replies find their phone. */
  hashNumber(e164: string): Buffer
  /** A checked number under the worker's own key, bound to the row that holds it. */
  keepNumber(rowId: string, e164: string): Promise<string>
  /** Undefined when it does not open as this row's: moved from another row, damaged, or another key's. */
  readNumber(rowId: string, sealed: string): Promise<string | undefined>
  /** The nonce of an attempt's callback address: the same for the same attempt, guessable by nobody. */
  nonceOf(message: { id: string; fence: number }): string
  /** What link secrets are derived from. */
  readonly linkKey: Uint8Array
}

/** @throws Error naming the setting when a key does not parse */
export async function createKeyring(
  config: Pick<WorkerConfig, 'disclosureKeys' | 'numberHashKey' | 'linkKey'>,
): Promise<Keyring> {
  const openingKeys: OpeningKey[] = []
  for (const { keyId, privateKey } of config.disclosureKeys) {
    const parsed = await parseOpeningKey({ keyId, privateKey: privateKey.reveal() })
    if (parsed.kind === 'refused') throw new Error(`DISCLOSURE_KEYS: the key ${keyId} is not a P-256 private key`)
    openingKeys.push(parsed.key)
  }
  const linkKey = config.linkKey.reveal()
  const hashKey = config.numberHashKey.reveal()
  const destinationKey = await deriveDestinationKey(hashKey)
  return {
    openingKeys,
    keysInUse: config.disclosureKeys.map(({ keyId, privateKey }) => `${keyId}:${fingerprintOf(privateKey.reveal())}`),
    linkKey,
    hashNumber: (e164) => createHmac('sha256', hashKey).update(`number/v1/${e164}`).digest(),
    keepNumber: (rowId, e164) => sealDestination(destinationKey, rowId, e164),
    async readNumber(rowId, sealed) {
      const opened = await openDestination(destinationKey, rowId, sealed)
      return opened.kind === 'opened' ? opened.text : undefined
    },
    nonceOf: ({ id, fence }) => createHmac('sha256', linkKey).update(`nonce/v1/${id}.${fence}`).digest('base64url'),
  }
}

/** As the api says it of the public key that it hands out: SHA-256 of the raw point, its first 16 characters. */
const fingerprintOf = (pkcs8: string): string =>
  createHash('sha256').update(publicPointOf(pkcs8)).digest('base64url').slice(0, 16)

/** The public half of a P-256 private key (PKCS #8, base64url) as its raw point of 65 bytes. */
export function publicPointOf(pkcs8: string): Buffer {
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8, 'base64url'), format: 'der', type: 'pkcs8' })
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
}
