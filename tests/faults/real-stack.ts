import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { readWorkerConfig } from '@stillhere/config'
import { Database, prepareDatabase } from '@stillhere/persistence'
import { createKeyring, type Keyring } from '@stillhere/worker/keyring'
import { type Keys, makeKeys } from '../../infra/local/keys.ts'
import { anyFreePort } from '../../infra/local/ports.ts'
import { startPostgres } from '../../infra/local/postgres.ts'
import { startRedis } from '../../infra/local/redis.ts'
import { servicePlans } from '../../infra/local/service-plans.ts'
import type { Ports } from '../../infra/local/stack.ts'
import { Supervisor } from '../../infra/local/supervisor.ts'
import { type Interposer, interpose } from './interposer.ts'

/** The first of the demo organisation's own numbers. */
const SERVICE_NUMBER = '+447700900000'
const READY_WITHIN_MS = 60_000

/** Children a fault may be made on. */
export type ChildName = 'api' | 'gateway' | 'worker-1' | 'worker-2' | 'simulator' | 'postgres' | 'redis'

export interface RealStackOptions {
  /** Divides the intervals people feel. */
  pace?: number
  /** Default true. */
  redis?: boolean
  /** Workers to run; default 2. */
  workers?: 1 | 2
  /** Whoever is asked that the sweeps go on (P14). */
  deadManUrl?: string
  /** Carrier requests one worker has under way; default the service's own. */
  carrierConcurrency?: number
  say?: (line: string) => void
}

/** The service as `npm start` runs it, but for the web pages: real processes, Postgres and Redis of its own. */
export interface RealStack {
  readonly api: string
  readonly live: string
  /** The carrier simulator's origin. */
  readonly phones: string
  readonly internal: Readonly<Record<'api' | 'gateway' | 'worker-1' | 'worker-2', string>>
  /** Between each worker and the carrier; passes everything until told otherwise. */
  readonly carrierLine: Readonly<Record<'worker-1' | 'worker-2', Interposer>>
  readonly databaseUrl: string
  readonly redisUrl: string | undefined
  readonly keys: Keys
  readonly keyring: Keyring
  readonly supervisor: Supervisor
  readonly pace: number
  /** Our own connection, for seeding and for locks that make a fault's instant exact. */
  readonly db: Database
  kill(name: ChildName, signal?: NodeJS.Signals): void
  /** Endings that no fault of ours made, a line each. */
  unexpectedEndings(): string[]
  /** Lines of the children's logs that tell of something nobody caught. */
  uncaught(): string[]
  stop(): Promise<void>
}

/** Starts all of it on free ports, in a folder that goes with it; a few seconds. */
export async function startRealStack(options: RealStackOptions = {}): Promise<RealStack> {
  const root = process.cwd()
  const pace = options.pace ?? 1
  const said: string[] = []
  const say = (line: string) => {
    said.push(line)
    options.say?.(line)
  }
  const folder = mkdtempSync(join(tmpdir(), 'still-here-faults-'))
  chmodSync(folder, 0o711)
  const folders = new Set([folder])
  const supervisor = new Supervisor({ folder, say })
  const lines: Interposer[] = []
  let db: Database | undefined
  const stop = async () => {
    await db?.close()
    await supervisor.stop()
    await Promise.all(lines.map((line) => line.close()))
    for (const made of folders) rmSync(made, { recursive: true, force: true })
  }
  try {
    const ports = await freePorts()
    const [postgres, redis] = await Promise.all([
      startPostgres(supervisor, {
        root,
        folder: join(folder, 'postgres'),
        nameOutside: basename(folder),
        port: ports.postgres,
        say,
      }),
      options.redis === false
        ? undefined
        : startRedis(supervisor, { folder: join(folder, 'redis'), port: ports.redis, say }),
    ])
    folders.add(postgres.folder)
    if (options.redis !== false && redis === undefined) throw new Error('this machine has no Redis')
    const keys = makeKeys()
    await prepareDatabase({
      databaseUrl: postgres.url,
      pace,
      demo: { twilioNumber: SERVICE_NUMBER, host: 'localhost' },
    })
    const phones = `http://127.0.0.1:${ports.phones}`
    const carrierLine = { 'worker-1': await interpose(ports.phones), 'worker-2': await interpose(ports.phones) }
    lines.push(...Object.values(carrierLine))
    const plans = servicePlans({
      root,
      ports,
      databaseUrl: postgres.url,
      redisUrl: redis?.url,
      carrier: {
        kind: 'simulator',
        accountSid: keys.twilioAccountSid,
        authToken: keys.twilioAuthToken,
        number: SERVICE_NUMBER,
        baseUrl: phones,
      },
      keys,
      options: { fresh: true, redis: redis !== undefined, pace },
      environment: { PATH: process.env.PATH, LOG_LEVEL: 'info', DEAD_MAN_URL: options.deadManUrl },
    })
    for (const plan of plans) {
      if (plan.name === 'web' || (options.workers === 1 && plan.name === 'worker-2')) continue
      const line = carrierLine[plan.name as keyof typeof carrierLine]
      const env = {
        ...plan.env,
        ...(line && { TWILIO_BASE_URL: line.origin }),
        ...(line && options.carrierConcurrency && { CARRIER_CONCURRENCY: String(options.carrierConcurrency) }),
      }
      supervisor.start({ ...plan, env })
    }
    const names = plans
      .map((plan) => plan.name)
      .filter((name) => name !== 'web' && !(options.workers === 1 && name === 'worker-2'))
    await Promise.all(names.map((name) => supervisor.untilReady(name, READY_WITHIN_MS)))

    const watch = watchEndings(supervisor)
    // Seeded numbers are kept as the worker keeps them, so its own reader reads the keys.
    const worker = plans.find(({ name }) => name === 'worker-1')
    const keyring = await createKeyring(readWorkerConfig(worker?.env ?? {}))
    db = new Database({ url: postgres.url, size: 4, applicationName: 'still-here-faults' })
    return {
      api: `http://127.0.0.1:${ports.api}`,
      live: `ws://127.0.0.1:${ports.gateway}/v1/live`,
      phones,
      internal: {
        api: `http://127.0.0.1:${ports.apiInternal}`,
        gateway: `http://127.0.0.1:${ports.gatewayInternal}`,
        'worker-1': `http://127.0.0.1:${ports.worker1Internal}`,
        'worker-2': `http://127.0.0.1:${ports.worker2Internal}`,
      },
      carrierLine,
      databaseUrl: postgres.url,
      redisUrl: redis?.url,
      keys,
      keyring,
      supervisor,
      pace,
      db,
      kill: watch.kill,
      unexpectedEndings: watch.unexpected,
      uncaught: () => findUncaught(join(folder, 'logs')),
      stop,
    }
  } catch (error) {
    await stop()
    throw new Error(`the stack does not start: ${said.slice(-5).join(' | ')}`, { cause: error })
  }
}

/** The port an origin names. */
export const portOf = (origin: string): number => Number(new URL(origin).port)

async function freePorts(): Promise<Ports> {
  const roles = ['web', 'api', 'gateway', 'phones', 'postgres', 'redis'] as const
  const internals = ['apiInternal', 'gatewayInternal', 'webInternal', 'worker1Internal', 'worker2Internal'] as const
  const ports: Partial<Ports> = {}
  for (const role of [...roles, ...internals]) ports[role] = await anyFreePort()
  return ports as Ports
}

/** Whom we killed, so that every other ending is somebody's fault. Holding is also ours and tells of itself. */
function watchEndings(supervisor: Supervisor) {
  const ours = new Set<number>()
  const unexpected: string[] = []
  supervisor.on('ended', ({ name, pid, code, signal }) => {
    // Held children are ended by SIGKILL or a signal of the case's; a service that ends by itself has an exit code.
    if (!ours.has(pid) && signal === null) unexpected.push(`${name} ended by itself (exit ${code})`)
  })
  supervisor.on('frozen', ({ name }) => unexpected.push(`${name} did not answer for ten seconds`))
  return {
    kill(name: ChildName, signal: NodeJS.Signals = 'SIGKILL') {
      ours.add(supervisor.signal(name, signal))
    },
    unexpected: () => unexpected,
  }
}

/** Node's words for what nobody caught, and pino's for a process that gives up. */
function findUncaught(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => /unhandled|uncaught|ERR_UNHANDLED/i.test(line))
      .map((line) => `${file}: ${line.slice(0, 200)}`),
  )
}
