import { defaultLadder, defaultPrompts } from '@stillhere/domain'
import { newId } from './ids.ts'
import type { OrganisationRow } from './stores/organisations.ts'

/** Default rhythms, in nominal seconds: 2 min, then 3-min gaps to 15 min, 5 to 30 min, tail 15–20; and gentler ones. */
export const defaultRhythms = [
  { name: 'steady', intervalsSeconds: [120, 180, 180, 180, 180, 300, 300, 300, 900, 1_200] },
  { name: 'close', intervalsSeconds: [120] },
  { name: 'tail', intervalsSeconds: [900, 1_200] },
] as const

/** What an organisation begins with beside what makes it itself: prompts, ladder and rhythms of the house. */
export function newOrganisation(own: Omit<OrganisationRow, 'id' | 'prompts' | 'ladder'>): {
  row: OrganisationRow
  rhythms: { id: string; name: string; intervalsSeconds: readonly number[] }[]
} {
  return {
    row: { id: newId(), ...own, prompts: defaultPrompts, ladder: [...defaultLadder] },
    rhythms: defaultRhythms.map((rhythm) => ({ id: newId(), ...rhythm })),
  }
}
