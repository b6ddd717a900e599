import { makeKeys } from '../../local/keys.ts'
import { CommandError } from '../host.ts'
import { readSecretFile, replaceSecretFile } from '../private-files.ts'
import {
  fingerprint,
  type KeyFiles,
  mostPinned,
  type PrivateKey,
  publicSide,
  readPrivateKeys,
  writePrivateKeys,
} from './key-files.ts'

/*
 * The yearly rotation, in two halves, because what is sealed to a new key must find somebody who can open it:
 *   begun     the workers hold the new key, browsers may seal to it, nobody is told of it yet
 *   finished  the api hands it out, with the word of every former key that it follows, so that devices that pinned any follow
 * Between them the workers and the web process are started again. The file of the workers says how far it is: the api
 * hands out another key than their first.
 */
export type Rotation = { stage: 'begun' | 'finished'; keyId: string; formerKeyId: string }

/** The first half. @throws CommandError when one is begun already */
export function beginRotation(files: KeyFiles, keyId: string): Rotation {
  const held = readPrivateKeys(files)
  const [former] = held
  if (handedOut(files) !== former.keyId)
    throw new CommandError(
      'rotation_begun',
      'A rotation is begun: start workers and web again, then keys rotate --finish.',
    )
  if (held.some((key) => key.keyId === keyId)) throw new CommandError('key_id_taken', 'There is a key of this id.')
  const next: PrivateKey = { keyId, privateKey: (makeKeys().disclosureKeys.split(':')[1] ?? '').trim() }
  const pinned = (readSecretFile(files.fingerprints) ?? '').split(',').filter((text) => text !== '')
  // The new one, and the newest of the others. The key after its fingerprint: who is cut off between them begins again, and
  // no key is ever handed out that the pages refuse.
  replaceSecretFile(files.fingerprints, [fingerprint(next), ...pinned].slice(0, mostPinned).join(','))
  replaceSecretFile(files.disclosureKeys, writePrivateKeys([next, ...held]))
  return { stage: 'begun', keyId, formerKeyId: former.keyId }
}

/**
 * The second half.
 * @param isLacking whether a worker runs that holds the former key and not this one: it would refuse what is sealed to it
 * @throws CommandError when none is begun, or a worker lacks the key
 */
export async function finishRotation(
  files: KeyFiles,
  isLacking: (formerKeyId: string, keyId: string) => Promise<boolean>,
): Promise<Rotation> {
  const keys = readPrivateKeys(files)
  const [current] = keys
  const formerKeyId = handedOut(files)
  if (formerKeyId === current.keyId || formerKeyId === undefined)
    throw new CommandError('no_rotation', 'No rotation is begun: stillhere keys rotate')
  if (await isLacking(formerKeyId, current.keyId))
    throw new CommandError(
      'worker_lacks_key',
      `A running worker does not hold ${current.keyId} yet: start the workers again, one after the other, and web, then --finish. One that has ended counts for a minute.`,
    )
  const { publicKey, signedBy } = await publicSide(keys)
  // The word before the key: who is handed the key finds the word.
  replaceSecretFile(files.signedBy, signedBy)
  replaceSecretFile(files.publicKey, publicKey)
  return { stage: 'finished', keyId: current.keyId, formerKeyId }
}

const handedOut = (files: KeyFiles): string | undefined => readSecretFile(files.publicKey)?.split(':')[0]
