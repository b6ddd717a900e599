import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'

/** What was read, or the code and the words of the refusal. The words never hold what was sent. */
export type ReadRequest<T> =
  | { kind: 'accepted'; value: T }
  | { kind: 'refused'; code: Extract<ErrorCode, 'unknown_field' | 'invalid' | 'limit'>; message: string }

/** Checks a parsed body or frame against its schema. Pure; never throws for any value JSON can hold. */
export function readRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): ReadRequest<z.output<Schema>> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return { kind: 'accepted', value: parsed.data }
  return { kind: 'refused', ...describeIssues(parsed.error.issues) }
}

/**
 * One code and one sentence for a list of issues. A field nobody knows comes first: it may be a misspelt one that
 * the client believes in. `limit` only when nothing else is wrong.
 */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): {
  code: Extract<ErrorCode, 'unknown_field' | 'invalid' | 'limit'>
  message: string
} {
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys')
  if (unknown) {
    return { code: 'unknown_field', message: `${nameOf(unknown.path)} has a field this request does not have.` }
  }
  const wrong = issues.find((issue) => !isAboveLimit(issue))
  if (wrong) return { code: 'invalid', message: describe(wrong) }
  const above = issues.at(-1)
  return { code: 'limit', message: above ? describe(above) : 'A number is above its limit.' }
}

function isAboveLimit(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'too_big' && (issue.origin === 'number' || issue.origin === 'int')
}

function describe(issue: z.core.$ZodIssue): string {
  const name = nameOf(issue.path)
  switch (issue.code) {
    case 'invalid_type':
      return `${name} must be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}.`
    case 'too_small':
      return `${name} must be at least ${issue.minimum}${lengthUnit(issue.origin)}.`
    case 'too_big':
      return `${name} must be at most ${issue.maximum}${lengthUnit(issue.origin)}.`
    case 'invalid_value':
      return `${name} must be one of ${issue.values.join(', ')}.`
    case 'invalid_union':
      return `${name} must be one of the published kinds.`
    case 'custom':
      return `${name}: ${issue.message}.`
    default:
      return `${name} does not have the published form.`
  }
}

function lengthUnit(origin: string): string {
  return origin === 'string' ? ' characters' : ''
}

/** The path holds only names from our schemas: zod reports an unknown key at its parent. */
function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'The body' : path.map(String).join('.')
}
