import { z } from 'zod'

const line = (max: number) => z.string().trim().min(1).max(max).refine(isPlainText)

/** No control, bidi-override or lone-surrogate characters: what a plan says may be read aloud and sent on. */
function isPlainText(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text.replaceAll('\n', ' '))
}

/**
 * What a sealed plan holds (the contract's table of sealing). Optional texts may be left out; an empty one counts as
 * left out. Unknown fields are let be: an app that is newer than this worker must not lose its plan.
 */
const planForm = z.looseObject({
  version: z.literal(1),
  label: line(200),
  address: line(1_000),
  area: optionalLine(200),
  entry: optionalLine(1_000),
  pets: optionalLine(500),
  naloxone: optionalLine(500),
  notes: optionalLine(2_000),
  callOut: optionalLine(200),
  textAddress: z.boolean(),
  rescuers: z.array(z.looseObject({ id: z.uuid(), name: optionalLine(200) })).max(5),
})

export type OpenedPlan = z.infer<typeof planForm>

function optionalLine(max: number) {
  return z
    .string()
    .max(max)
    .refine(isPlainText)
    .transform((text) => (text.trim() === '' ? undefined : text.trim()))
    .optional()
}

/** Why a plan was refused; a person's app says it in their words. */
export type PlanRefusal = 'unknown_key' | 'cannot_open' | 'bad_form'

/** Reads the JSON of an opened plan. */
export function readPlan(text: string): { kind: 'plan'; plan: OpenedPlan } | { kind: 'refused'; code: PlanRefusal } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'refused', code: 'bad_form' }
  }
  const parsed = planForm.safeParse(json)
  return parsed.success ? { kind: 'plan', plan: parsed.data } : { kind: 'refused', code: 'bad_form' }
}

/** Names of the fields a rescuer would miss. */
export const missingFields = (plan: OpenedPlan): string[] =>
  (['entry', 'naloxone'] as const).filter((field) => plan[field] === undefined)
