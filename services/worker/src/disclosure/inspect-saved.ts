/**
 * The disclosure folder's word on what was saved: the plan opens and has its form, numbers are numbers we may reach.
 * What was opened is discarded; the answer is `ok` or a code.
 */
import type { InspectedNumber, Inspector } from '@stillhere/operations'
import { type Opened, openNumber, openPlan } from '@stillhere/sealing/open'
import type { Keyring } from './keyring.ts'
import { missingFields, readPlan } from './plan-form.ts'
import { readNumber } from './read-number.ts'

export function createInspector(keys: Keyring): Inspector {
  /** @param rowId what the kept number is bound to */
  const inspectNumber = async (opened: Opened, rowId: string, ours: readonly string[]): Promise<InspectedNumber> => {
    if (opened.kind === 'refused') return { kind: 'refused', code: opened.reason }
    const read = readNumber(opened.text, ours)
    if (read.kind === 'refused') return read
    return {
      kind: 'ok',
      numberHash: keys.hashNumber(read.e164),
      destination: await keys.keepNumber(rowId, read.e164),
    }
  }
  return {
    opensNumber: async (rowId, destination) => (await keys.readNumber(rowId, destination)) !== undefined,
    async inspectPlan({ id: planId, planVersion, sealed }) {
      const opened = await openPlan(keys.openingKeys, { planId, planVersion }, sealed)
      if (opened.kind === 'refused') return { kind: 'refused', code: opened.reason }
      const read = readPlan(opened.text)
      if (read.kind === 'refused') return read
      return { kind: 'ok', missing: missingFields(read.plan), textAddress: read.plan.textAddress }
    },
    async inspectOwnNumber({ id: planId, sealedOwnNumber }, ours) {
      if (!sealedOwnNumber) return { kind: 'refused', code: 'bad_form' }
      const opened = await openNumber(keys.openingKeys, { planId, rescuerId: 'own' }, sealedOwnNumber)
      return inspectNumber(opened, planId, ours)
    },
    async inspectSupporter({ id: rescuerId, organisationId: planId, sealedNumber }, ours) {
      if (!sealedNumber) return { kind: 'refused', code: 'bad_form' }
      const opened = await openNumber(keys.openingKeys, { planId, rescuerId }, sealedNumber)
      return inspectNumber(opened, rescuerId, ours)
    },
    async inspectRescuer({ id: rescuerId, planId, sealedNumber }, ours) {
      if (!sealedNumber) return { kind: 'refused', code: 'bad_form' }
      const opened = await openNumber(keys.openingKeys, { planId, rescuerId }, sealedNumber)
      return inspectNumber(opened, rescuerId, ours)
    },
  }
}
