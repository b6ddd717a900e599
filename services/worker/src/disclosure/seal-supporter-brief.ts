import type { SealBrief } from '@stillhere/operations'
import { openPlan } from '@stillhere/sealing/open'
import { parsePublicKey, sealBrief } from '@stillhere/sealing/seal'
import { readOwnNumber } from './disclose-link.ts'
import type { Keyring } from './keyring.ts'
import { readPlan } from './plan-form.ts'

/** The plan, and the own number where there is one, sealed to the key of one supporter's browser. */
export function createBriefSealer(keys: Keyring): SealBrief {
  return async (alert, to) => {
    const { planId, planVersion } = alert
    const opened = await openPlan(keys.openingKeys, { planId, planVersion }, alert.sealedPlan)
    const read = opened.kind === 'opened' ? readPlan(opened.text) : undefined
    const key = await parsePublicKey(to)
    if (read?.kind !== 'plan' || key.kind === 'refused') return undefined
    const ownNumber = await readOwnNumber(keys, alert)
    const brief = { ...read.plan, ...(ownNumber ? { ownNumber } : {}), alertCode: alert.code }
    const { alertId, recipientId } = to
    return sealBrief(key.key, { alertId, recipientId }, JSON.stringify(brief))
  }
}
