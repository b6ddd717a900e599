import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import { findAlert, readDeployment } from '@stillhere/persistence'
import type { OperationContext } from '../context.ts'
import { exportAlert } from '../proof/export-alert.ts'
import { applyRetention } from '../retention.ts'
import { withDatabase } from './with-database.ts'

/** Nobody is woken from here: what is written is found by the next sweep. */
function withContext<T>(databaseUrl: string, work: (ctx: OperationContext) => Promise<T>): Promise<T> {
  return withDatabase(databaseUrl, async (db) => {
    const events = createEvents({ logger: silentLogger(), metrics: createMetrics() })
    const wake = { sessions: () => undefined, prod: () => undefined, changed: () => undefined }
    return work({ db, pace: (await readDeployment(db))?.pace ?? 1, wake, events })
  })
}

/** One alert as one document, as an auditor gets it in the console. Undefined: there is none of this id. */
export const exportAlertAtHost = (databaseUrl: string, alertId: string): Promise<object | undefined> =>
  withContext(databaseUrl, async (ctx) => {
    const alert = await findAlert(ctx.db, { id: alertId })
    if (!alert) return undefined
    const caller = { kind: 'supporter', id: alert.id, organisationId: alert.organisationId, role: 'auditor' } as const
    const done = await exportAlert(ctx, caller, alertId)
    return done.kind === 'answer' ? done.body : undefined
  })

/** Rounds of retention until nothing more is over. Bounded: the workers go on where this stops. */
const mostRounds = 10_000

/** Removes what has been kept long enough, now. @returns how many rows went, and the rules that failed */
export const runRetentionAtHost = (databaseUrl: string): Promise<{ removed: number; failed: string[] }> =>
  withContext(databaseUrl, async (ctx) => {
    const failed = new Set<string>()
    const events: OperationContext['events'] = {
      ...ctx.events,
      trouble: (_what, fields) => void failed.add(String(fields?.reason ?? 'unknown')),
    }
    let removed = 0
    for (let round = 0; round < mostRounds; round += 1) {
      const { found, more } = await applyRetention({ db: ctx.db, events })
      removed += found
      if (!more) break
    }
    return { removed, failed: [...failed] }
  })
