import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Database, prepareDatabase, type ServiceUrls } from '@stillhere/persistence'
import { completeCarrier } from '../../../infra/local/carrier.ts'
import { makeKeys, numberSealer } from '../../../infra/local/keys.ts'
import { endLeftovers, readRecord } from '../../../infra/local/leftovers.ts'
import { isAlive } from '../../../infra/local/lock.mjs'
import { makeFolder } from '../../../infra/local/places.ts'
import { anyFreePort } from '../../../infra/local/ports.ts'
import { startPostgres } from '../../../infra/local/postgres.ts'
import { startRedis } from '../../../infra/local/redis.ts'
import { servicePlans } from '../../../infra/local/service-plans.ts'
import { type Ports, ROLES } from '../../../infra/local/stack.ts'
import { runRecordFile, Supervisor } from '../../../infra/local/supervisor.ts'
import { buildWebFiles } from '../../../infra/local/web-files.ts'
import { Canaries } from './canaries.ts'
import { findInCarrierRequests, findInDatabase, findInLogs, findInRedis } from './closing-checks.ts'
import { newPerson, type Person } from './person.ts'
import { createPhones, type Phone, type Phones } from './phones.ts'
import { openRescuePage, type RescuePage } from './rescue-page.ts'
import { byControlRoutes, type SimulatedCarrier } from './simulated-carrier.ts'

/** The processes of a real stack, by the names under which they are killed, frozen and held. */
export type ProcessName = 'api' | 'gateway' | 'worker-1' | 'worker-2' | 'web' | 'simulator' | 'postgres' | 'redis'

export interface RealStackOptions {
  noRedis?: boolean
  /** Divides the intervals people feel; default 1. */
  pace?: number
  /** What the folder of its data begins with, under `.data/`; default `stack`. */
  name?: string
  /** The demo organisation's people have their phones (+447700900011–13). */
  demoPhones?: boolean
  /** Progress, restarts and errors of the children; default nobody hears them. */
  say?: (line: string) => void
  /** Replaces or adds server settings of Postgres. */
  postgresSettings?: Readonly<Record<string, string>>
  /** Added to the environment of each of these processes. */
  settings?: Partial<Record<ProcessName, Readonly<Record<string, string>>>>
  /** Another tree of the same house for services to run from, and what brings the database to its schema. */
  release?: Release
  /** Aborted when everything is to end, even half started. */
  signal?: AbortSignal
}

export interface Release {
  /** Services find their code under this path each time one is started; a symbolic link may come to mean another tree. */
  readonly root: string
  prepareDatabase(options: Parameters<typeof prepareDatabase>[0]): Promise<{
    invitations: RealStack['invitations']
    serviceUrls: ServiceUrls
  }>
}

/** The whole service as real processes on free ports, with stores of its own, started as `npm start` starts them. */
export interface RealStack {
  readonly api: string
  readonly liveUrl: string
  readonly ports: Ports
  /** As its owner. */
  readonly databaseUrl: string
  /** As each service. */
  readonly serviceUrls: ServiceUrls
  readonly redisUrl: string | undefined
  /** `signal(name, 'SIGKILL')`, `signal(name, 'SIGSTOP')`, `hold(name)` and `release(name)`, `pid(name)`. */
  readonly supervisor: Supervisor
  readonly carrier: SimulatedCarrier
  readonly phones: Phones
  readonly canaries: Canaries
  readonly db: Database
  /** One-time invitations of the demo organisation's people. */
  readonly invitations: { readonly supporter: string; readonly dutyLead: string; readonly operator: string }
  /** Where each process's output lies: `<name>.log`. */
  readonly logFolder: string
  newPerson(): Promise<Person>
  newPhone(): Phone
  openRescuePage(text: string): Promise<RescuePage>
  allowErrors(...patterns: RegExp[]): void
  /** Ends every process, looks for canaries, unallowed errors and unexpected texts, and removes its data. @throws Error */
  close(): Promise<void>
  /** Ends every process and removes its data, whatever is wrong. */
  abandon(): Promise<void>
}

const readyWithinMs = 60_000
const cloneRoot = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '')

export async function startRealStack(options: RealStackOptions = {}): Promise<RealStack> {
  const say = options.say ?? (() => undefined)
  const root = cloneRoot
  const name = options.name ?? 'stack'
  await removeStale(root, name)
  // Only root's database has an account of its own, which must get through.
  const data = makeFolder(join(root, '.data'), process.getuid?.() === 0 ? 0o711 : 0o700)
  const folder = makeFolder(join(data, `${name}-${process.pid}-${Date.now().toString(36)}`), 0o711)
  const supervisor = new Supervisor({ folder, say })
  const folders = new Set([folder])
  let db: Database | undefined
  let abandoned: Promise<void> | undefined
  const abandon = () => {
    abandoned ??= (async () => {
      await db?.close().catch(() => undefined)
      await supervisor.stop()
      for (const made of folders) rmSync(made, { recursive: true, force: true })
    })()
    return abandoned
  }
  options.signal?.addEventListener('abort', () => void abandon(), { once: true })
  try {
    const ports = await freePorts()
    const [postgres, redis] = await Promise.all([
      startPostgres(supervisor, {
        root,
        folder: join(folder, 'postgres'),
        nameOutside: basename(folder),
        port: ports.postgres,
        ...(options.postgresSettings && { settings: options.postgresSettings }),
      }),
      options.noRedis
        ? undefined
        : startRedis(supervisor, { folder: join(folder, 'redis'), port: ports.redis, fresh: true, say }),
      buildWebFiles(root, say),
    ])
    folders.add(postgres.folder)
    writeFileSync(join(folder, clusterFile), postgres.folder)
    const keys = makeKeys()
    const given = { kind: 'simulator' as const, accountSid: undefined, authToken: undefined, number: undefined }
    const carrier = completeCarrier(given, keys, `http://127.0.0.1:${ports.phones}`)
    const { invitations, serviceUrls } = await (options.release?.prepareDatabase ?? prepareDatabase)({
      databaseUrl: postgres.url,
      pace: options.pace ?? 1,
      demo: {
        twilioNumber: carrier.number,
        host: 'localhost',
        ...(carrier.pagerNumber && { pagerNumber: carrier.pagerNumber }),
        ...(options.demoPhones && { sealNumber: numberSealer(keys) }),
      },
    })
    const plans = servicePlans({
      root: options.release?.root ?? root,
      ports,
      serviceUrls,
      redisUrl: redis?.url,
      carrier,
      keys,
      options: { fresh: true, redis: !options.noRedis, pace: options.pace ?? 1 },
      // Nothing of the shell's but what any program needs: no database, no carrier.
      environment: { PATH: process.env.PATH, HOME: process.env.HOME },
    })
    for (const plan of plans) {
      const added = options.settings?.[plan.name as ProcessName]
      supervisor.start({ ...plan, env: { ...plan.env, ...added } })
    }
    await Promise.all(plans.map((plan) => supervisor.untilReady(plan.name, readyWithinMs)))
    options.signal?.throwIfAborted()
    db = new Database({ url: postgres.url, size: 2, applicationName: 'still-here-testkit' })
    const stores = { databaseUrl: postgres.url, serviceUrls, redisUrl: redis?.url }
    return assemble({ ports, supervisor, db, folder, invitations, ...stores, abandon })
  } catch (error) {
    await abandon()
    throw error
  }
}

function assemble(of: {
  invitations: RealStack['invitations']
  ports: Ports
  supervisor: Supervisor
  db: Database
  folder: string
  databaseUrl: string
  serviceUrls: ServiceUrls
  redisUrl: string | undefined
  abandon: () => Promise<void>
}): RealStack {
  const { ports, db, redisUrl, abandon } = of
  const api = `http://localhost:${ports.api}`
  const canaries = new Canaries()
  const carrier = byControlRoutes(`http://127.0.0.1:${ports.phones}`)
  const phones = createPhones({ carrier, canaries })
  const logFolder = join(of.folder, 'logs')
  const allowed: RegExp[] = []

  /** What can still be asked while everything runs. A process that a fault has left dead answers nothing: then it is said. */
  async function lookWhileRunning(): Promise<string[]> {
    const looks = await Promise.allSettled([
      phones.unexpected().then((lines) => lines.map((line) => `nobody expected: ${line}`)),
      carrier.requests().then((requests) => findInCarrierRequests(canaries, requests)),
      findInDatabase(canaries, db),
      redisUrl ? findInRedis(canaries, redisUrl) : [],
    ])
    return looks.flatMap((look) => (look.status === 'fulfilled' ? look.value : [`could not look: ${look.reason}`]))
  }
  return {
    ...of,
    api,
    liveUrl: `ws://localhost:${ports.gateway}/v1/live`,
    carrier,
    phones,
    canaries,
    logFolder,
    newPerson: () => newPerson({ api, canaries }),
    newPhone: () => phones.newPhone(),
    openRescuePage: (text) => openRescuePage({ api, text, canaries }),
    allowErrors: (...patterns) => void allowed.push(...patterns),
    abandon,
    async close() {
      const wrong = await lookWhileRunning()
      await db.close().catch(() => undefined)
      await of.supervisor.stop()
      const lines = readdirSync(logFolder).flatMap((file) => readFileSync(join(logFolder, file), 'utf8').split('\n'))
      wrong.push(...findInLogs(canaries, lines))
      wrong.push(
        ...lines
          .filter((line) => /"level":"(?:error|fatal)"/.test(line) && !allowed.some((pattern) => pattern.test(line)))
          .map((line) => `nobody allowed this error: ${line}`),
      )
      await abandon()
      if (wrong.length > 0) throw new Error(`the stack was closed with something wrong:\n- ${wrong.join('\n- ')}`)
    },
  }
}

async function freePorts(): Promise<Ports> {
  const ports: Partial<Ports> = {}
  const taken = new Set<number>()
  for (const role of ROLES) {
    let port = await anyFreePort()
    while (taken.has(port)) port = await anyFreePort()
    taken.add(port)
    ports[role] = port
  }
  return ports as Ports
}

/** Where the cluster really lies, which may be outside the clone. */
const clusterFile = 'cluster'

/** Stacks whose launcher was killed outright left their data: nobody else will remove it. */
async function removeStale(root: string, name: string): Promise<void> {
  const data = join(root, '.data')
  mkdirSync(data, { recursive: true })
  for (const entry of readdirSync(data)) {
    const [, pid] = new RegExp(`^${name}-(\\d+)-[a-z0-9]+$`).exec(entry) ?? []
    if (pid === undefined || Number(pid) === process.pid) continue
    const folder = join(data, entry)
    const record = readRecord(runRecordFile(folder))
    if (record ? isAlive(record.launcher) : isRunning(Number(pid))) continue
    await endLeftovers(runRecordFile(folder))
    const written = join(folder, clusterFile)
    const cluster = existsSync(written) ? readFileSync(written, 'utf8') : folder
    if (cluster.split('/').includes(entry)) rmSync(cluster, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
