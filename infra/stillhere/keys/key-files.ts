import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { signSuccession } from '@stillhere/sealing/open'
import { fingerprintOf, publicDisclosureKey } from '../../local/keys.ts'
import { CommandError, type Host } from '../host.ts'
import { readSecretFile } from '../private-files.ts'

/** A private disclosure key, as the worker's file holds it. */
export interface PrivateKey {
  keyId: string
  /** PKCS #8, base64url. */
  privateKey: string
}

/** Where the parts of the keys lie in an installation's folder of secrets (`infra/deploy/secret-files.ts`). */
export function keyFiles(host: Host, folder: string | undefined) {
  const root = resolve(host.cwd, folder ?? host.environment.STILLHERE_SECRETS ?? 'secrets')
  return {
    root,
    disclosureKeys: join(root, 'worker', 'disclosure_keys'),
    numberHashKey: join(root, 'worker', 'number_hash_key'),
    linkKey: join(root, 'worker', 'link_key'),
    publicKey: join(root, 'api', 'disclosure_public_key'),
    signedBy: join(root, 'api', 'disclosure_signed_by'),
    fingerprints: join(root, 'web', 'disclosure_key_fingerprints'),
  }
}

export type KeyFiles = ReturnType<typeof keyFiles>

/** The worker's keys, the current one first. */
export function readPrivateKeys(files: KeyFiles): [PrivateKey, ...PrivateKey[]] {
  if (!existsSync(files.root))
    throw new CommandError(
      'no_secrets',
      'There is no folder of secrets; name it with --secrets or STILLHERE_SECRETS.',
      78,
    )
  const [current, ...older] = parsePrivateKeys(readSecretFile(files.disclosureKeys) ?? '')
  if (current === undefined)
    throw new CommandError(
      'no_keys',
      'There are no disclosure keys in worker/disclosure_keys: stillhere keys create',
      78,
    )
  return [current, ...older]
}

export const parsePrivateKeys = (text: string): PrivateKey[] =>
  text.split(',').flatMap((one) => {
    const [keyId, privateKey] = one.trim().split(':')
    return keyId && privateKey ? [{ keyId, privateKey }] : []
  })

export const writePrivateKeys = (keys: readonly PrivateKey[]): string =>
  keys.map(({ keyId, privateKey }) => `${keyId}:${privateKey}`).join(',')

/** The public half, as it travels. @throws CommandError where the text is no key */
export function publicHalf(key: PrivateKey): { keyId: string; publicKey: string } {
  try {
    const [keyId = '', publicKey = ''] = publicDisclosureKey(`${key.keyId}:${key.privateKey}`).split(':')
    return { keyId, publicKey }
  } catch (error) {
    throw new CommandError('bad_key', `The key ${key.keyId} in worker/disclosure_keys is damaged.`, 78, {
      cause: error,
    })
  }
}

/** What the web process pins. */
export const fingerprint = (key: PrivateKey): string => fingerprintOf(`${key.keyId}:${publicHalf(key).publicKey}`)

/** Four at most are pinned (`packages/config`). */
export const mostPinned = 4

/** What api and web are told of these keys, which follows from them alone. */
export async function publicSide([current, ...older]: readonly [PrivateKey, ...PrivateKey[]]) {
  const next = publicHalf(current)
  const words = await Promise.all(older.map(async (former) => `${former.keyId}:${await signSuccession(former, next)}`))
  return {
    publicKey: `${next.keyId}:${next.publicKey}`,
    /** The word of every former key that this one follows it: who pinned any of them goes on. */
    signedBy: words.join(','),
    fingerprints: [current, ...older].slice(0, mostPinned).map(fingerprint).join(','),
  }
}
