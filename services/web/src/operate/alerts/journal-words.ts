import { say, type Word } from '../words.ts'
import type { Detail } from './details.ts'
import { actions, fields, kinds } from './written-down.ts'

/* What the journal and the list of changes say, in words. What is new is shown in its own word rather than not at all. */

export function sayKind(kind: string): string {
  const known = kinds.find((one) => one === kind)
  return known ? say(`kind.${known}`) : kind
}

const actors = ['person', 'rescuer', 'supporter', 'operator', 'service', 'carrier'] as const
export function sayBy(by: string): string {
  const known = actors.find((one) => one === by)
  return known ? say(`by.${known}`) : by
}

/** "How late: 12 ms; why: silence" */
export const sayDetails = (details: readonly Detail[]): string =>
  details.map(({ label, value }) => `${sayLabel(label)}: ${sayValue(value)}`).join('; ')

const sayLabel = (label: string): string => (label.startsWith('detail.') ? say(label as Word) : label)
const sayValue = (value: Detail['value']): string =>
  'word' in value ? say(value.word) : 'ms' in value ? say('detail.ms', { ms: value.ms }) : value.text

export function sayAction(action: string): string {
  const known = actions.find((one) => one === action)
  return known ? say(`action.${known}`) : action
}

/** An opening has its reason there, or why it was refused. */
const reasons = [
  'life-at-risk',
  'person-asked',
  'safeguarding',
  'court-order',
  'expired',
  'not-two-operators',
  'not-signed',
  'cannot-open',
  'too-many',
  'no-plan',
] as const
export function sayField(field: string): string {
  const known = fields.find((one) => one === field)
  const reason = reasons.find((one) => one === field)
  return known ? say(`field.${known}`) : reason ? say(`is.${reason}`) : field
}
