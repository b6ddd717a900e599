import { randomInt } from 'node:crypto'
import { chooseAlertCode } from '@stillhere/domain'
import { findHeldCodes, type Transaction } from '@stillhere/persistence'

/** The codes that some phones hold, and the choosing of one that none of an alert's phones holds. */
export interface HeldCodes {
  /** A code that is free on all these phones; from now on they hold it. */
  choose(organisationId: string, phones: readonly Buffer[]): string
  /** `wanted` where it is free on this phone, else another; from now on the phone holds it. */
  chooseFor(organisationId: string, phone: Buffer, wanted: string): string
}

/** @param phones hashes of the numbers that may be given a code */
export async function loadHeldCodes(tx: Transaction, phones: readonly Buffer[]): Promise<HeldCodes> {
  const held = new Map<string, Set<string>>()
  const of = (organisationId: string, phone: string): Set<string> => {
    const key = `${organisationId}.${phone}`
    const codes = held.get(key) ?? new Set<string>()
    held.set(key, codes)
    return codes
  }
  if (phones.length > 0)
    for (const { organisationId, phone, code } of await findHeldCodes(tx, phones)) of(organisationId, phone).add(code)

  const choose = (organisationId: string, phones: readonly Buffer[]): string => {
    const codes = phones.map((phone) => of(organisationId, phone.toString('hex')))
    const taken = new Set(codes.flatMap((some) => [...some]))
    const code = chooseAlertCode(taken, () => randomInt(1_000_000) / 1_000_000)
    for (const some of codes) some.add(code)
    return code
  }
  return {
    choose,
    chooseFor(organisationId, phone, wanted) {
      const codes = of(organisationId, phone.toString('hex'))
      if (codes.has(wanted)) return choose(organisationId, [phone])
      codes.add(wanted)
      return wanted
    },
  }
}
