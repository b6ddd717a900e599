import type { SealFeedback } from '@stillhere/operations'
import { openSealed } from '@stillhere/sealing/open'
import { parsePublicKey, sealFor } from '@stillhere/sealing/seal'
import type { Keyring } from './keyring.ts'

const info = 'stillhere/feedback/v1'

/** What a person said, from the disclosure key to the key of one reader's browser, bound to both. */
export function createFeedbackSealer(keys: Keyring): SealFeedback {
  return async ({ id, sealed }, { supporterId, ...wireKey }) => {
    const opened = await openSealed(keys.openingKeys, sealed, info, `${id}.${sealed.keyId}`)
    const key = await parsePublicKey(wireKey)
    if (opened.kind === 'refused' || key.kind === 'refused') return undefined
    return sealFor(key.key, info, `${id}.${supporterId}.${wireKey.keyId}`, opened.text)
  }
}
