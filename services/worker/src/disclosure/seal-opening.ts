import { openingAad, openingInfo } from '@stillhere/contracts'
import type { SealOpening } from '@stillhere/operations'
import { openPlan } from '@stillhere/sealing/open'
import { parsePublicKey, sealFor } from '@stillhere/sealing/seal'
import type { Keyring } from './keyring.ts'
import { readPlan } from './plan-form.ts'

/** The plan that two people asked for, to the key of the browser that asked. No phone number is in it. */
export function createOpeningSealer(keys: Keyring): SealOpening {
  return async ({ planId, planVersion, sealed }, { openingId, supporterId, ...wireKey }) => {
    const opened = await openPlan(keys.openingKeys, { planId, planVersion }, sealed)
    const read = opened.kind === 'opened' ? readPlan(opened.text) : undefined
    const key = await parsePublicKey(wireKey)
    if (read?.kind !== 'plan' || key.kind === 'refused') return undefined
    const aad = openingAad({ openingId, supporterId, keyId: wireKey.keyId })
    return sealFor(key.key, openingInfo, aad, JSON.stringify(read.plan))
  }
}
