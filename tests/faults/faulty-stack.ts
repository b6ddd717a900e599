import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readWorkerConfig } from '@stillhere/config'
import type { Database, ServiceUrls } from '@stillhere/persistence'
import { type ProcessName, type Release, startRealStack as startProcesses } from '@stillhere/testkit'
import { createKeyring, type Keyring } from '@stillhere/worker/keyring'
import { makeKeys, publicDisclosureKey } from '../../infra/local/keys.ts'
import type { Supervisor } from '../../infra/local/supervisor.ts'
import { type Interposer, interpose } from './interposer.ts'

export interface FaultyStackOptions {
  /** Divides the intervals people feel. */
  pace?: number
  /** Default true. */
  redis?: boolean
  /** Whoever is told that the sweeps go on (P14). */
  deadManUrl?: string
  /** Replaces or adds server settings of Postgres. */
  postgresSettings?: Readonly<Record<string, string>>
  /** Added to the environment of both workers. */
  workerSettings?: Readonly<Record<string, string>>
  /** A tree other than this clone for services to run from. */
  release?: Release
  say?: (line: string) => void
}

/** The testkit's real processes, with a line between each worker and the carrier that can be cut, and the keys to seed. */
export interface FaultyStack {
  readonly api: string
  readonly live: string
  /** The carrier simulator's origin. */
  readonly phones: string
  readonly internal: Readonly<Record<'api' | 'gateway' | 'web' | 'worker-1' | 'worker-2', string>>
  /** Between each worker and the carrier; passes everything until told otherwise. */
  readonly carrierLine: Readonly<Record<'worker-1' | 'worker-2', Interposer>>
  readonly databaseUrl: string
  /** As each service. */
  readonly serviceUrls: ServiceUrls
  readonly redisUrl: string | undefined
  /** `<keyId>:<point>`: what plans are sealed to. */
  readonly disclosureKey: string
  readonly keyring: Keyring
  readonly supervisor: Supervisor
  readonly pace: number
  /** Our own connection, for seeding and for locks that make a fault's instant exact. */
  readonly db: Database
  readonly logFolder: string
  /** Ends a process as a fault does; the supervisor starts it again. */
  kill(name: ProcessName, signal?: NodeJS.Signals): void
  /** Ends a process as systemd does for a restart, and starts it again from whatever its path means now. */
  restart(name: ProcessName): Promise<void>
  /** Endings that no fault of ours made, a line each. */
  unexpectedEndings(): string[]
  /** Lines of the processes' logs that tell of something nobody caught. */
  uncaught(): string[]
  stop(): Promise<void>
}

/** Starts all of it on free ports, with stores of its own; a few seconds on an idle machine. */
export async function startFaultyStack(options: FaultyStackOptions = {}): Promise<FaultyStack> {
  const pace = options.pace ?? 1
  const keys = makeKeys()
  const carrierLine = { 'worker-1': await interpose(), 'worker-2': await interpose() }
  const closeLines = () => Promise.all(Object.values(carrierLine).map((line) => line.close()))
  const disclosureKey = publicDisclosureKey(keys.disclosureKeys)
  // Seeded numbers and plans must be readable for the workers, so the keys are ours.
  const ofWorker = (name: 'worker-1' | 'worker-2') => ({
    TWILIO_BASE_URL: carrierLine[name].origin,
    DISCLOSURE_KEYS: keys.disclosureKeys,
    NUMBER_HASH_KEY: keys.numberHashKey,
    LINK_KEY: keys.linkKey,
    ...(options.deadManUrl && { DEAD_MAN_URL: options.deadManUrl }),
    ...options.workerSettings,
  })
  const stack = await startProcesses({
    name: 'faults',
    pace,
    noRedis: options.redis === false,
    settings: {
      api: { DISCLOSURE_PUBLIC_KEY: disclosureKey },
      'worker-1': ofWorker('worker-1'),
      'worker-2': ofWorker('worker-2'),
    },
    ...(options.postgresSettings && { postgresSettings: options.postgresSettings }),
    ...(options.release && { release: options.release }),
    ...(options.say && { say: options.say }),
  }).catch(async (error) => {
    await closeLines()
    throw error
  })
  const stop = async () => {
    await stack.abandon()
    await closeLines()
  }
  try {
    if (options.redis !== false && stack.redisUrl === undefined) throw new Error('this machine has no Redis')
    const { ports, supervisor } = stack
    for (const line of Object.values(carrierLine)) line.connectTo(ports.phones)
    const watch = watchEndings(supervisor)
    const origin = (port: number) => `http://127.0.0.1:${port}`
    return {
      api: origin(ports.api),
      live: `ws://127.0.0.1:${ports.gateway}/v1/live`,
      phones: origin(ports.phones),
      internal: {
        api: origin(ports.apiInternal),
        gateway: origin(ports.gatewayInternal),
        web: origin(ports.webInternal),
        'worker-1': origin(ports.worker1Internal),
        'worker-2': origin(ports.worker2Internal),
      },
      carrierLine,
      databaseUrl: stack.databaseUrl,
      serviceUrls: stack.serviceUrls,
      redisUrl: stack.redisUrl,
      disclosureKey,
      keyring: await createKeyring(readWorkerConfig(workerEnvironment(stack.databaseUrl, keys))),
      supervisor,
      pace,
      db: stack.db,
      logFolder: stack.logFolder,
      kill: watch.kill,
      restart: watch.restart,
      unexpectedEndings: watch.unexpected,
      uncaught: () => findUncaught(stack.logFolder),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Enough of a worker's settings for the service's own reader to make its keyring. */
function workerEnvironment(databaseUrl: string, keys: ReturnType<typeof makeKeys>) {
  return {
    DATABASE_URL: databaseUrl,
    INTERNAL_PORT: '0',
    STILLHERE_WEB_URL: 'http://localhost:8080',
    STILLHERE_API_URL: 'http://localhost:8081',
    TWILIO_ACCOUNT_SID: keys.twilioAccountSid,
    TWILIO_AUTH_TOKEN: keys.twilioAuthToken,
    TWILIO_NUMBER: '+447700900000',
    DISCLOSURE_KEYS: keys.disclosureKeys,
    NUMBER_HASH_KEY: keys.numberHashKey,
    LINK_KEY: keys.linkKey,
  }
}

/** The port an origin names. */
export const portOf = (origin: string): number => Number(new URL(origin).port)

/** Whom we killed, so that every other ending is somebody's fault. */
function watchEndings(supervisor: Supervisor) {
  const unexpected: string[] = []
  const asked = new Set<string>()
  let stopping = false
  supervisor.on('stopping', () => {
    stopping = true
  })
  supervisor.on('ended', ({ name, code, signal }) => {
    // A fault ends a service by a signal; one that ends by itself has an exit code. Stores end with one when asked to.
    if (asked.delete(name) && code === 0) return
    if (!stopping && signal === null && name !== 'postgres' && name !== 'redis')
      unexpected.push(`${name} ended by itself (exit ${code})`)
  })
  supervisor.on('frozen', ({ name }) => unexpected.push(`${name} did not answer for ten seconds`))
  return {
    kill: (name: ProcessName, signal: NodeJS.Signals = 'SIGKILL') => void supervisor.signal(name, signal),
    restart: async (name: ProcessName) => {
      asked.add(name)
      await supervisor.hold(name, 'SIGTERM')
      if (asked.delete(name)) unexpected.push(`${name} did not end when it was asked to`)
      supervisor.release(name)
    },
    unexpected: () => unexpected,
  }
}

/** Node's words for what nobody caught. */
function findUncaught(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => /unhandled|uncaught/i.test(line))
      .map((line) => `${file}: ${line.slice(0, 200)}`),
  )
}
