import type { AlertOrder } from '@stillhere/contracts'

/** What is sealed: the plan's JSON of the contract. Only the disclosure folder and those it tells can read it. */
interface PlanText {
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

/** A plan as this device keeps it: the only readable copy outside an alert. */
export interface KeptPlan {
  id: string
  planVersion: number
  text: PlanText
  /** The person's own number, as typed; sealed in a compartment of its own. */
  ownNumber?: string
  alertOrder: AlertOrder
  /** The service does not have it as it stands here: `waiting` is tried again by itself, `refused` is not. */
  unsaved?: 'waiting' | 'refused'
  /** Adopted from a site, which says everything but the room. */
  site?: AdoptedSite
}

/** What a plan has from a site: the template that the person agreed to, and what they added. */
export interface AdoptedSite {
  id: string
  version: number
  /** As typed or scanned; asks for the template again when the site has changed it. */
  code: string
  room: string
  /** What the person adds to the site's notes. */
  notes: string
}

/** The questions of a plan, in the order in which they are asked. `label` and `address` are all that is needed. */
export const questions = [
  'label',
  'address',
  'entry',
  'pets',
  'naloxone',
  'notes',
  'callOut',
  'ownNumber',
  'alertOrder',
] as const
export type Question = (typeof questions)[number]

/** Longest answers (the worker's form), in characters. */
export const longest: Partial<Record<Question, number>> = {
  label: 200,
  address: 1_000,
  entry: 1_000,
  pets: 500,
  naloxone: 500,
  notes: 2_000,
  callOut: 200,
  ownNumber: 40,
}

export const newPlan = (label: string): KeptPlan => ({
  id: crypto.randomUUID(),
  planVersion: 0,
  text: { version: 1, label, address: '', textAddress: false, rescuers: [] },
  alertOrder: 'both',
})

/** What the house shows: each part is drawn when the plan has it. */
export type HousePart = 'address' | 'entry' | 'pets' | 'naloxone' | 'people'
export const houseParts: readonly HousePart[] = ['address', 'entry', 'pets', 'naloxone', 'people']

export const hasPart = (plan: KeptPlan, part: HousePart, agreed: number): boolean =>
  part === 'people' ? agreed > 0 : (plan.text[part] ?? '').trim() !== ''
