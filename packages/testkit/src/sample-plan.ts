import { randomBytes } from 'node:crypto'

/** What a device seals: the plan's JSON of the contract, "Sealing". */
export interface PlanText {
  version: 1
  label: string
  address: string
  area?: string
  entry?: string
  pets?: string
  naloxone?: string
  notes?: string
  callOut?: string
  textAddress: boolean
  rescuers: { id: string; name?: string }[]
}

/** A plan whose every line can be told from every other plan's, so that one found in a log is found for certain. */
export function samplePlan(fields: Partial<PlanText> = {}): PlanText {
  const mark = randomBytes(3).toString('hex')
  return {
    version: 1,
    label: `Home-${mark}`,
    address: `Flat 9, Marigold-${mark} House, Leeds`,
    entry: `Buzzer nine, blue door ${mark}`,
    naloxone: `Kitchen drawer ${mark}`,
    notes: `Asthma inhaler ${mark}`,
    callOut: `Robin-${mark}`,
    textAddress: false,
    rescuers: [],
    ...fields,
  }
}

/** The lines of a plan that nobody but its readers may ever see. */
export const plansLines = (plan: PlanText): string[] =>
  [plan.label, plan.address, plan.area, plan.entry, plan.pets, plan.naloxone, plan.notes, plan.callOut].filter(
    (line) => line !== undefined,
  )
