import { setTimeout as delay } from 'node:timers/promises'
import { currentRequestId, type Events } from '@stillhere/observability'
import { Database, readClock, readDeployment } from '@stillhere/persistence'
import type { OperationContext, Wake } from './context.ts'

const askEveryMs = 250

/** A process's connection to the truth, before it knows the pace. */
export interface OpenedStore {
  /** Whether Postgres answers now. */
  answers(): Promise<boolean>
  /**
   * The context of all operations. Waits for as long as Postgres is away or not yet prepared: a process that gave up
   * would only be started again, and meanwhile readiness says why.
   */
  context(wake: Wake): Promise<OperationContext>
  close(): Promise<void>
}

/** Opens Postgres for one process. Nothing is asked of it yet. */
export function openStore(settings: {
  url: string
  /** Connections at most. */
  size: number
  applicationName: string
  events: Events
}): OpenedStore {
  const { events, ...options } = settings
  const db = new Database({
    ...options,
    requestId: currentRequestId,
    onError: (error) => events.trouble('databaseAway', { error }),
  })
  return {
    answers: async () => Number.isFinite(await readClock(db)),
    context: async (wake) => ({ db, wake, events, pace: await waitForPace(db, events) }),
    close: () => db.close(),
  }
}

/** The pace this installation runs at, from its row. */
async function waitForPace(db: Database, events: Events): Promise<number> {
  for (let asked = 0; ; asked += 1) {
    try {
      const deployment = await readDeployment(db)
      if (deployment) return deployment.pace
    } catch (error) {
      if (asked === 0) events.trouble('databaseAway', { error })
    }
    await delay(askEveryMs)
  }
}

/** The clock that decides, epoch ms. */
export const readServerClock = (ctx: OperationContext): Promise<number> => readClock(ctx.db)
