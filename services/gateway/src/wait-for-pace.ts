import { setTimeout as delay } from 'node:timers/promises'
import type { Events } from '@stillhere/observability'
import { type Database, readDeployment } from '@stillhere/persistence'

const askEveryMs = 250

/**
 * The pace this installation runs at, from its row. Waits for as long as Postgres is away or not yet prepared: a process
 * that gave up would only be started again, and meanwhile readiness says why.
 */
export async function waitForPace(db: Database, events: Events): Promise<number> {
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
