import { recordAudit, recordSettingVersion, type SettingKind, type Transaction } from '@stillhere/persistence'
import type { Caller } from '../context.ts'

/** One change of what operators run. */
export interface Change {
  /** What was done, such as `ladder-changed`. */
  action: string
  /** Which one: an id, or a sentence's language and key. */
  thing: string
  version?: number
  /** Names of what changed; never what is in it. */
  fields: readonly string[]
}

/** Writes the change in the transaction of its effect. */
export function recordChange(tx: Transaction, caller: Caller, change: Change): Promise<void> {
  return recordAudit(tx, {
    ...change,
    organisationId: caller.organisationId,
    actorId: caller.id,
    fields: [...change.fields],
  })
}

/**
 * The same for what keeps its versions. `before`: what it was, kept as its version where that came with the
 * organisation and so was never written down.
 */
export async function recordVersionedChange(
  tx: Transaction,
  caller: Caller,
  change: Change & { kind: SettingKind; version: number; content: object; before?: object },
): Promise<void> {
  const { kind, thing, version, content, before, action, fields } = change
  const of = { organisationId: caller.organisationId, kind, thing }
  if (before) await recordSettingVersion(tx, { ...of, version: version - 1, content: before })
  await recordSettingVersion(tx, { ...of, version, content, actorId: caller.id })
  await recordChange(tx, caller, { action, thing, version, fields })
}

/** Names of the fields in which two things differ, in order. */
export function changedFields(before: object, after: object): string[] {
  const was = before as Record<string, unknown>
  const is = after as Record<string, unknown>
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((name) => JSON.stringify(was[name] ?? null) !== JSON.stringify(is[name] ?? null))
    .sort()
}

/** Two people changed it at once: the second one has not seen what the first did. */
export const isStale = (said: number | undefined, current: number): boolean => said !== undefined && said !== current
