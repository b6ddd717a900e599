/**
 * Rows that could not be worked off and whose own due instant cannot be moved, or that have none: this process leaves them
 * alone for a while, so that they are neither found nor said at every round, and those behind them have their turn. Only in
 * memory: the row stays due (law 1), and whoever forgets that it failed tries it again.
 */
import type { OperationContext } from './context.ts'

export type AsideKind =
  | 'session'
  | 'message'
  | 'forsaken'
  | 'synthetic'
  | 'opening'
  | 'feedback'
  | 'carrierCopy'
  | 'chain'

/** Of one kind, the oldest are forgotten first. */
const most = 10_000
const aside = new WeakMap<OperationContext, Map<AsideKind, Map<string, number>>>()

/** Leaves it alone for so long, real milliseconds. */
export function putAside(ctx: OperationContext, kind: AsideKind, id: string, forMs: number): void {
  const kinds = aside.get(ctx) ?? new Map<AsideKind, Map<string, number>>()
  aside.set(ctx, kinds)
  const rows = kinds.get(kind) ?? new Map<string, number>()
  kinds.set(kind, rows)
  rows.delete(id)
  rows.set(id, performance.now() + forMs)
  const [oldest] = rows.keys()
  if (rows.size > most && oldest !== undefined) rows.delete(oldest)
}

/** What is left alone now. */
export function listAside(ctx: OperationContext, kind: AsideKind): string[] {
  const rows = aside.get(ctx)?.get(kind)
  if (!rows) return []
  const nowMs = performance.now()
  for (const [id, untilMs] of rows) if (untilMs <= nowMs) rows.delete(id)
  return [...rows.keys()]
}
