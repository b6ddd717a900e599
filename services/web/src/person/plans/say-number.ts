import { say } from '../words.ts'
import type { NumberLook } from './check-number.ts'

const refusals = ['not_a_number', 'not_allowed', 'region_not_allowed', 'own_number', 'landline'] as const

/** Why a number cannot be used; nothing while it still may become one that can. */
export const sayNumber = (look: NumberLook): string => sayCheckCode(look)

/** The worker's reason, in the person's words; nothing where it gave none that we know. */
export function sayCheckCode(code: string | undefined): string {
  const known = refusals.find((one) => one === code)
  return known ? say(`number.${known}`) : ''
}
