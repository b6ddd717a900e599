import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Carrier, completeCarrier, readCarrier } from './carrier.ts'
import { keepKeys, numberSealer } from './keys.ts'
import { endLeftovers, readRecord } from './leftovers.ts'
import { tryLock } from './lock.mjs'
import type { StartOptions } from './options.ts'
import { makeFolder } from './places.ts'
import { choosePorts } from './ports.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import type { PrepareDatabase } from './prepare.ts'
import { type Redis, startRedis } from './redis.ts'
import { PlainSentenceError, plainly } from './sentence.ts'
import { servicePlans } from './service-plans.ts'
import { runRecordFile, Supervisor } from './supervisor.ts'

const DEFAULT_PORT = 8080
const SERVICES_READY_WITHIN_MS = 60_000
/** A launcher that is stopping is gone in ten seconds; one that lost its terminal notices in a fraction of one. */
const WAIT_FOR_STOPPING_MS = 15_000
const WAIT_FOR_RUNNING_MS = 1_000

/** The roles that listen, in the order of their ports; the first one is what `--port` names. */
export const ROLES = [
  'web',
  'api',
  'gateway',
  'phones',
  'apiInternal',
  'gatewayInternal',
  'webInternal',
  'worker1Internal',
  'worker2Internal',
  'postgres',
  'redis',
] as const

export type Ports = Record<(typeof ROLES)[number], number>

/** What is printed behind `READY` (contract.md). `phones` is absent where no simulator runs. */
type Ready = {
  person: string
  support: string
  operate: string
  phones?: string
  api: string
  live: string
  internal: string
  signIn: { supporter: string; dutyLead: string; operator: string }
  /** `one-role-for-all`: the database's user may not make roles, and every service has all its rights. */
  databaseRoles: 'role-per-service' | 'one-role-for-all'
}

export type Stack = { ready: Ready; supervisor: Supervisor; stop: () => Promise<void> }

/**
 * Starts everything on this machine and resolves when all of it is ready. Whatever had begun is ended again when
 * something cannot be started. Rejects with a `PlainSentenceError` where the person at the terminal can mend it.
 */
export async function startStack(context: {
  root: string
  options: StartOptions
  environment: NodeJS.ProcessEnv
  prepareDatabase: PrepareDatabase
  /** Builds the files that the web process serves, where they are not built already. */
  buildPages: (root: string, say: (line: string) => void) => Promise<void>
  say: (line: string) => void
  /** Aborted when the person asks to stop before everything is ready. */
  signal: AbortSignal
}): Promise<Stack> {
  const { root, options, environment, say, signal } = context
  refuseLive(environment)
  const given = readCarrier(environment)
  refusePace(options, given)
  const folder = makeDataFolder(root)
  const release = await lockStart(folder, signal)
  let supervisor: Supervisor | undefined
  const stop = async () => {
    await supervisor?.stop()
    release()
  }
  try {
    const left = await endLeftovers(runRecordFile(folder))
    if (left.length > 0) say(`Ended what an earlier start had left running: ${left.join(', ')}.`)
    const ports = await choosePorts(ROLES, options.port ?? DEFAULT_PORT, options.port !== undefined)
    if (options.port === undefined && ports.web !== DEFAULT_PORT) {
      say(`Port ${DEFAULT_PORT} is in use; using ${ports.web} (npm start -- --port N chooses one).`)
    }
    supervisor = openSupervisor(folder, say)
    signal.addEventListener('abort', () => void supervisor?.stop(), { once: true })
    const [{ postgres, redis, databaseUrl, redisUrl }] = await Promise.all([
      startStores(supervisor, { ...context, folder, ports }),
      context.buildPages(root, say),
    ])
    const keys = keepKeys(join(postgres === undefined ? folder : join(postgres.folder, '..'), 'keys.json'))
    const carrier = completeCarrier(given, keys, `http://127.0.0.1:${ports.phones}`)
    sayWhatThisIs(say, { carrier, options, redis: redis !== undefined || redisUrl !== undefined })
    const { invitations, serviceUrls, roles } = await context.prepareDatabase({
      databaseUrl,
      pace: options.pace,
      demo: {
        twilioNumber: carrier.number,
        host: 'localhost',
        ...(carrier.pagerNumber === undefined ? {} : { pagerNumber: carrier.pagerNumber }),
        sealNumber: numberSealer(keys),
      },
    })
    if (roles === 'one-role-for-all') sayOneRoleForAll(say)
    const plans = servicePlans({ root, ports, serviceUrls, redisUrl, carrier, keys, options, environment })
    for (const plan of plans) supervisor.start(plan)
    say('Starting the services …')
    const running = supervisor
    await Promise.all(plans.map((plan) => running.untilReady(plan.name, SERVICES_READY_WITHIN_MS)))
    signal.throwIfAborted()
    return { ready: readyLine(ports, carrier, invitations, roles), supervisor, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startStores(
  supervisor: Supervisor,
  context: {
    root: string
    folder: string
    ports: Ports
    options: StartOptions
    environment: NodeJS.ProcessEnv
    say: (line: string) => void
  },
): Promise<{
  postgres: Postgres | undefined
  redis: Redis | undefined
  databaseUrl: string
  redisUrl: string | undefined
}> {
  const { root, folder, ports, options, environment, say } = context
  const { fresh } = options
  const given = { database: environment.DATABASE_URL || undefined, redis: environment.REDIS_URL || undefined }
  if (fresh && given.database !== undefined) say('DATABASE_URL is not ours: --fresh leaves that database as it is.')
  const [postgres, redis] = await Promise.all([
    given.database === undefined
      ? startPostgres(supervisor, {
          root,
          folder: join(folder, 'postgres'),
          nameOutside: 'postgres',
          port: ports.postgres,
          fresh,
          say,
        })
      : undefined,
    given.redis === undefined && options.redis
      ? startRedis(supervisor, { folder: join(folder, 'redis'), port: ports.redis, fresh, say })
      : undefined,
  ])
  const databaseUrl = given.database ?? postgres?.url
  if (databaseUrl === undefined) throw new Error('there is neither a database of our own nor a given one')
  return { postgres, redis, databaseUrl, redisUrl: options.redis ? (given.redis ?? redis?.url) : undefined }
}

/** `.data` lets others through so that the database's account can reach its own folder; each thing in it is closed. */
function makeDataFolder(root: string): string {
  const folder = makeFolder(join(root, '.data'), process.getuid?.() === 0 ? 0o711 : 0o700)
  try {
    chmodSync(folder, process.getuid?.() === 0 ? 0o711 : 0o700)
  } catch (error) {
    throw plainly(error, folder)
  }
  return folder
}

async function lockStart(folder: string, signal: AbortSignal): Promise<() => void> {
  const path = join(folder, 'start.lock')
  for (let waitedMs = 0; ; waitedMs += 100) {
    const lock = tryStartLock(path, folder)
    if (lock.held) return lock.release
    const patienceMs = readRecord(runRecordFile(folder))?.stopping ? WAIT_FOR_STOPPING_MS : WAIT_FOR_RUNNING_MS
    if (waitedMs >= patienceMs) {
      const who = lock.owner === undefined ? '' : ` (process ${lock.owner.pid})`
      throw new PlainSentenceError(
        `Still Here is already running from this folder${who}; stop it first with Ctrl-C there.`,
      )
    }
    await pause(100, undefined, { signal })
  }
}

function tryStartLock(path: string, folder: string): ReturnType<typeof tryLock> {
  try {
    return tryLock(path)
  } catch (error) {
    throw plainly(error, folder)
  }
}

function openSupervisor(folder: string, say: (line: string) => void): Supervisor {
  try {
    return new Supervisor({ folder, say })
  } catch (error) {
    throw plainly(error, folder)
  }
}

/** One machine with everything under one account is never live: that is compose's or Kubernetes's to start. */
function refuseLive(environment: NodeJS.ProcessEnv): void {
  const mode = environment.STILLHERE_MODE || 'trial'
  if (mode === 'trial') return
  throw new PlainSentenceError(
    mode === 'live'
      ? 'npm start is a trial on one machine and refuses STILLHERE_MODE=live; a live service is deployed.'
      : 'STILLHERE_MODE is trial or live.',
  )
}

function refusePace(options: StartOptions, carrier: Pick<Carrier, 'kind'>): void {
  if (options.pace !== 1 && carrier.kind !== 'simulator') {
    throw new PlainSentenceError(
      '--pace is refused: the carrier is not the simulator, and real people live at pace 1.',
      2,
    )
  }
}

function sayWhatThisIs(
  say: (line: string) => void,
  is: { carrier: Carrier; options: StartOptions; redis: boolean },
): void {
  say('This is a trial: nobody may rely on it. All services share one account of this machine, so it cannot promise')
  say('that only the worker reads its keys; compose and Kubernetes can.')
  if (!is.redis) say('There is no Redis: everything works, woken by the sweep of Postgres four times a second.')
  if (is.carrier.kind === 'simulator') say('Texts and calls go to the carrier simulator, never to a phone.')
  else {
    say('Texts and calls go to a REAL CARRIER, because the environment names one (TWILIO_*).')
    if (is.options.publicUrl === undefined)
      say('Without --public-url the carrier cannot bring back replies or receipts.')
  }
  if (is.options.pace !== 1) say(`Every interval that people feel is divided by ${is.options.pace}.`)
}

function sayOneRoleForAll(say: (line: string) => void): void {
  say('One role for all: the user of DATABASE_URL may not make roles, so every service has all its rights, and rows of')
  say('organisations are kept apart by the services alone. CREATEROLE would give each service a role of its own.')
}

function readyLine(
  ports: Ports,
  carrier: Carrier,
  invitations: Ready['signIn'],
  databaseRoles: Ready['databaseRoles'],
): Ready {
  const web = `http://localhost:${ports.web}`
  return {
    person: `${web}/`,
    support: `${web}/support`,
    operate: `${web}/operate`,
    ...(carrier.kind === 'simulator' ? { phones: `http://localhost:${ports.phones}` } : {}),
    api: `http://localhost:${ports.api}`,
    live: `ws://localhost:${ports.gateway}/v1/live`,
    internal: `http://localhost:${ports.apiInternal}`,
    signIn: {
      supporter: `${web}/support#${invitations.supporter}`,
      dutyLead: `${web}/support#${invitations.dutyLead}`,
      operator: `${web}/operate#${invitations.operator}`,
    },
    databaseRoles,
  }
}
