import { ask } from '../faults/ask.ts'
import { untilAt } from '../faults/case.ts'
import { firstTextCode } from '../faults/check-history.ts'
import { type FaultyStack, startFaultyStack } from '../faults/faulty-stack.ts'
import type { CarrierText } from '../faults/history.ts'
import { waitFor } from '../faults/wait-for.ts'
import type { BenchOptions, BenchResult } from './bench.ts'
import { bareBullMq, rawCarrier, rounded, type Spread, singleRowUpdates, spread } from './measure.ts'
import { type SeededSession, seedCrowd, seedSessions } from './seed-sessions.ts'

/** Time between the last seeded row and the first that is due. */
const LEAD_MS = 3_000
/** `raised_at` is read before the work of its transaction; what is measured is when others could see it. */
const COMMIT_TIMES = { track_commit_timestamp: 'on' }
const DONE_WITHIN_MS = 240_000

export async function lateness(options: BenchOptions): Promise<BenchResult> {
  const perSecond = options.rate ?? 1_000
  const seconds = options.seconds ?? 30
  return fire('lateness', options, perSecond * seconds, 1_000 / perSecond, ({ ours, peer }) => [
    ours.committed.p99 <= 100,
    peer === undefined || ours.committed.p99 <= peer.p99,
    ours.accepted.p99 <= 1_000,
  ])
}

export async function storm(options: BenchOptions): Promise<BenchResult> {
  const count = options.count ?? 10_000
  return fire('storm', options, count, 0, ({ ours, peer }) => [
    ours.committed.max <= (options.redis ? 1_500 : 2_000),
    ours.accepted.max <= 10_000,
    // What both workers had under way when the last first text was claimed.
    ours.secondsBeforeFirsts <= 2 * carrierConcurrency(options),
    peer === undefined || ours.committed.max < peer.max,
  ])
}

const carrierConcurrency = (options: BenchOptions): number => Number(options.workerSettings?.CARRIER_CONCURRENCY ?? 20)

interface Fired {
  /** Deadline to `raisedAt`: the clock's reading in the deciding transaction. */
  decided: Spread
  /** Deadline to the commit of that transaction. */
  committed: Spread
  accepted: Spread
  /** Second texts that the carrier had while the first text of another alert that was raised still waited. */
  secondsBeforeFirsts: number
}

async function fire(
  name: string,
  options: BenchOptions,
  count: number,
  spacingMs: number,
  limitsOf: (of: { ours: Fired; peer: Spread | undefined }) => boolean[],
): Promise<BenchResult> {
  const stack = await startFaultyStack({
    redis: options.redis,
    workerSettings: options.workerSettings ?? {},
    postgresSettings: COMMIT_TIMES,
  })
  try {
    await ask('POST', `${stack.phones}/sim/receipts`, { body: { on: false } })
    options.say(`seeding ${count} people …`)
    const people = await seedCrowd(stack, count)
    const from = Date.now() + LEAD_MS + count * (options.redis ? 0.6 : 0.3)
    const sessions = await seedSessions(stack, people, (i) => from + i * spacingMs)
    if (Date.now() > from) throw new Error('the rows were not there before the first was due')
    options.say(`${count} deadlines from ${Math.round(from - Date.now())} ms on, one every ${spacingMs} ms …`)
    await options.whileFiring?.(stack)
    await untilAt(from + count * spacingMs)
    const ours = await measureOurs(stack, sessions)
    options.say(`ours: ${JSON.stringify(ours)}`)
    const { redisUrl } = stack
    const peer = redisUrl && spread(await bareBullMq({ redisUrl, leadMs: 2_000 + count * 0.4, spacingMs, count }))
    const limits = {
      singleRowUpdatesPerSecond: await singleRowUpdates(stack.databaseUrl),
      carrierTextsPerSecond: await rawCarrier(stack),
    }
    return {
      name: options.redis ? name : `${name} --no-redis`,
      ours: { ...ours, carrierConcurrency: carrierConcurrency(options), workers: 2 },
      peers: peer ? { bullmqDoingNothing: peer } : {},
      limits,
      ratios: peer
        ? {
            committedP99ToBullmq: rounded(ours.committed.p99 / peer.p99),
            committedMaxToBullmq: rounded(ours.committed.max / peer.max),
          }
        : {},
      ok: limitsOf({ ours, peer: peer || undefined }).every(Boolean),
    }
  } finally {
    await stack.stop()
  }
}

async function measureOurs(stack: FaultyStack, sessions: readonly SeededSession[]): Promise<Fired> {
  const raised = async () => {
    const [row] = await stack.db.query<{ count: number }>('SELECT count(*) FROM app.alerts')
    return row?.count ?? 0
  }
  await waitFor('every alert is raised', DONE_WITHIN_MS, async () => (await raised()) >= sessions.length)
  const waiting = async () => {
    const [row] = await stack.db.query<{ count: number }>(
      `SELECT count(*) FROM app.messages WHERE priority = 0 AND status IN ('queued', 'sending', 'unknown')`,
    )
    return row?.count ?? 0
  }
  await waitFor('every first text is accepted', DONE_WITHIN_MS, async () => (await waiting()) === 0)
  // Steps that ran at the raise are written as done and never change again: their transaction raised the alert.
  const alerts = await stack.db.query<{
    session_id: string
    code: string
    due_at: number
    raised_at: number
    committed_at: number
  }>(
    `SELECT a.session_id, a.code, a.due_at, a.raised_at, pg_xact_commit_timestamp(s.xmin) AS committed_at
     FROM app.alerts a JOIN (SELECT DISTINCT ON (alert_id) alert_id, done_at, xmin FROM app.steps
       WHERE status = 'done' AND alert_id IS NOT NULL ORDER BY alert_id, done_at) AS s
       ON s.alert_id = a.id AND s.done_at = a.raised_at`,
  )
  const phoneOf = new Map(sessions.map(({ id, person }) => [id, person.phones[0]]))
  const texts = (await ask('GET', `${stack.phones}/sim/texts`, { withinMs: 60_000 })).body.texts as CarrierText[]
  const firsts = new Map<string, number>()
  const seconds: number[] = []
  for (const text of texts) {
    const code = firstTextCode(text.body)
    if (code === undefined) seconds.push(Date.parse(text.at))
    else firsts.set(`${text.to} ${code}`, Date.parse(text.at))
  }
  const accepted = alerts.flatMap(({ session_id, code, due_at, raised_at }) => {
    const at = firsts.get(`${phoneOf.get(session_id)} ${code}`)
    return at === undefined ? [] : [{ at, dueAt: due_at, raisedAt: raised_at }]
  })
  if (accepted.length !== sessions.length)
    throw new Error(`${accepted.length} first texts of ${sessions.length} alerts`)
  const lastFirst = Math.max(...accepted.map(({ at }) => at))
  const allRaised = Math.max(...accepted.map(({ raisedAt }) => raisedAt))
  return {
    decided: spread(alerts.map(({ due_at, raised_at }) => raised_at - due_at)),
    committed: spread(alerts.map(({ due_at, committed_at }) => committed_at - due_at)),
    accepted: spread(accepted.map(({ at, dueAt }) => at - dueAt)),
    secondsBeforeFirsts: seconds.filter((at) => at > allRaised && at < lastFirst).length,
  }
}
