/**
 * Before live is allowed, one synthetic alert has gone through the real carrier and come back by a reply (`product.md`,
 * Trial and live). A row says when, and through which account and number; live does not start for the first time without it.
 * Once live, nothing asks again: a worker that starts anew at three in the morning must start.
 */
import { createHash } from 'node:crypto'
import {
  type Database,
  findGoingLive,
  findOrganisation,
  findSyntheticRuns,
  findSyntheticSettings,
  readClock,
  recordCarrier,
  recordJournal,
  recordLive,
  recordWalk,
  type SyntheticRun,
} from '@stillhere/persistence'
import type { OperationContext } from '../context.ts'
import { startRun } from '../proof/start-run.ts'
import { withDatabase } from './with-database.ts'

/** A walk is proof of the installation that is about to go live, not of one of last month. Real time. */
export const walkGoodForMs = 7 * 24 * 3_600_000

/** Stops a start: `runService` says it and exits with 78. */
export class NotWalkedError extends Error {
  override readonly name = 'NotWalkedError'
  readonly retryable = false
  readonly refusesToStart = true
  readonly code = 'not_walked'

  constructor() {
    super(
      'Live needs a synthetic alert that went through this carrier and came back by a reply in the last 7 days: ' +
        'start in trial with it, then stillhere go-live.',
    )
  }
}

/** The carrier as a process is configured for it. */
export interface CarrierOfProcess {
  accountSid: string
  number: string
  isSimulator: boolean
}

/**
 * Called as a process starts. A worker also says which carrier it speaks to. One that knows no carrier (the gateway) asks
 * for a recent walk, whichever carrier it went through: the api and the workers ask for theirs.
 * @throws NotWalkedError in live, when it never was live and there is no recent walk through this carrier
 */
export async function checkGoingLive(
  ctx: Pick<OperationContext, 'db'>,
  of: { live: boolean; sends: boolean; carrier: CarrierOfProcess } | { live: boolean; carrier?: undefined },
): Promise<void> {
  const hash = of.carrier && hashOf(of.carrier)
  await ctx.db.transaction(async (tx) => {
    if (of.live) {
      const row = await findGoingLive(tx)
      const now = await readClock(tx)
      const recent = row?.walkedAt !== undefined && now - row.walkedAt <= walkGoodForMs
      const walked = recent && (hash === undefined || row?.walkedHash?.equals(hash))
      if (row?.liveSinceAt === undefined && !walked) throw new NotWalkedError()
    }
    if (!of.carrier || !of.sends || hash === undefined) return
    await recordCarrier(tx, hash, of.carrier.isSimulator)
    if (of.live) await recordLive(tx)
  })
}

const hashOf = ({ accountSid, number }: CarrierOfProcess): Buffer =>
  createHash('sha256').update(`${accountSid}\n${number}`).digest()

export type StartedWalk =
  | { kind: 'started'; runId: string; boundMs: number }
  | {
      kind: 'refused'
      why: 'unknown-organisation' | 'no-handset' | 'handset-not-ready' | 'running' | 'no-worker' | 'simulator'
    }

/** Starts one synthetic alert now, from the host. `throughRealCarrier`: refused while the workers speak to a stand-in. */
export function startWalk(
  databaseUrl: string,
  given: { organisation: string; throughRealCarrier: boolean },
): Promise<StartedWalk> {
  const refused = (why: Extract<StartedWalk, { kind: 'refused' }>['why']): StartedWalk => ({ kind: 'refused', why })
  return withDatabase(databaseUrl, (db) =>
    db.transaction(async (tx) => {
      const organisation = await findOrganisation(tx, { slug: given.organisation })
      if (!organisation) return refused('unknown-organisation')
      const carrier = await findGoingLive(tx)
      if (!carrier?.carrierHash) return refused('no-worker')
      if (given.throughRealCarrier && carrier.simulated) return refused('simulator')
      const settings = await findSyntheticSettings(tx, organisation.id)
      if (!settings?.planId) return refused('no-handset')
      const now = await readClock(tx)
      const started = await startRun(tx, settings, {}, now)
      if (started.kind === 'not-ready') return refused('handset-not-ready')
      if (started.kind === 'running') return refused('running')
      await recordJournal(tx, [
        {
          organisationId: organisation.id,
          at: now,
          kind: 'drill-started-at-host',
          sessionId: started.session.id,
          actor: { kind: 'operator' },
          detail: {},
        },
      ])
      return { kind: 'started', runId: started.run.id, boundMs: started.run.missDueAt - now }
    }),
  )
}

/** How far the walk is. `goingLive`: when it is proved, the row that live asks for is written. */
export function readWalk(
  databaseUrl: string,
  given: { organisation: string; runId: string; goingLive: boolean },
): Promise<SyntheticRun | undefined> {
  return withDatabase(databaseUrl, async (db) => {
    const organisation = await findOrganisation(db, { slug: given.organisation })
    const runs = organisation ? await findSyntheticRuns(db, organisation.id, 10) : []
    const run = runs.find(({ id }) => id === given.runId)
    if (given.goingLive && run?.outcome === 'proved') await writeWalk(db, run)
    return run
  })
}

async function writeWalk(db: Database, run: SyntheticRun): Promise<void> {
  const carrier = await findGoingLive(db)
  if (!carrier?.carrierHash || carrier.simulated) return
  await recordWalk(db, run.closedAt ?? run.startedAt, carrier.carrierHash)
}
