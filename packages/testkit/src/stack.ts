import { startApi } from '@stillhere/api'
import type { CarrierSimulator } from '@stillhere/carrier-simulator'
import { createCarrierSimulator } from '@stillhere/carrier-simulator'
import { readApiConfig, readGatewayConfig, readWorkerConfig } from '@stillhere/config'
import { startGateway } from '@stillhere/gateway'
import { Database, prepareDatabase, type ServiceUrls } from '@stillhere/persistence'
import { signSuccession } from '@stillhere/sealing/open'
import { startWorker as startOneWorker, type Worker } from '@stillhere/worker'
import { createKeyring, type Keyring } from '@stillhere/worker/keyring'
import { anyFreePort } from '../../../infra/local/ports.ts'
import { Canaries } from './canaries.ts'
import { CapturedLogs } from './captured-logs.ts'
import { createMovableClock } from './clock.ts'
import {
  countHandles,
  emptyRedis,
  findInCarrierRequests,
  findInDatabase,
  findInLogs,
  findInRedis,
} from './closing-checks.ts'
import { createTestDatabase } from './database.ts'
import { openOrganisation, type TestOrganisation } from './organisations.ts'
import { newPerson, type Person } from './person.ts'
import { createPhones, type Phone, type Phones } from './phones.ts'
import { openRescuePage, type RescuePage } from './rescue-page.ts'
import { findNextInstant, findUnrest } from './rest.ts'
import { inThisProcess } from './simulated-carrier.ts'
import {
  environments,
  makeAuthToken,
  makeKeys,
  numberSealer,
  publicDisclosureKey,
  serviceNumber,
} from './stack-settings.ts'
import { type SeededSupporter, seedSupporter } from './supporters.ts'
import { until } from './until.ts'

export interface StackOptions {
  /** Everything works without Redis (law 1). */
  noRedis?: boolean
  /** A Redis of the test's own, to be killed or frozen; default the one that all files share. */
  redisUrl?: string
  /** Divides the intervals people feel; default 1, because a test moves the clock instead of waiting. */
  pace?: number
  /** Default 1. */
  workers?: 0 | 1 | 2
  /** `app.clock()` stands still but for `advance`: for what must happen, or not, at an exact instant. */
  deterministic?: boolean
  /** The carrier's token is being replaced: both are good. */
  nextAuthToken?: true
  pagerNumber?: string
  /** The outside switch of the worker: an address on this machine. */
  deadManUrl?: string
  /** Prompts are pushed to browsers as well: origin of what stands in for the push services, see `startPushService`. */
  webPush?: { publicKey: string; privateKey: string; origin: string }
  /** The demo organisation's people have their phones (+447700900011–13). */
  demoPhones?: boolean
  /** The origin of the pages, which alone may call from a browser; default one that nobody serves. */
  webUrl?: string
  /** Where the carrier calls the api, when that is not the api's own origin: a proxy that the test has put before it. */
  publicUrl?: (api: string) => string | Promise<string>
}

/** The whole service in this process, on a database of its own, with the carrier simulator and people around it. */
export interface Stack {
  readonly api: string
  readonly liveUrl: string
  readonly carrier: CarrierSimulator
  /** What the carrier signs with. */
  readonly account: { accountSid: string; authToken: string; nextAuthToken?: string; number: string }
  readonly phones: Phones
  readonly canaries: Canaries
  readonly logs: CapturedLogs
  /** The test's own connection: for a look at rows, where no public surface shows them. */
  readonly db: Database
  /** Where that database is, as its owner, for a process or a connection of the test's own. */
  readonly databaseUrl: string
  /** The same as each service finds it, with its own role and no more rights than in production. */
  readonly serviceUrls: ServiceUrls
  readonly keys: Keyring
  /** The same keys as a host's folder of secrets holds them. */
  readonly secretKeys: ReturnType<typeof makeKeys>
  readonly workers: readonly Worker[]
  /** One-time invitations of the demo organisation's people. */
  readonly invitations: { readonly supporter: string; readonly dutyLead: string; readonly operator: string }
  /** Where the api's `/readyz` is asked; a worker has its own. */
  readonly apiInternalPort: number
  readonly redisUrl: string | undefined
  /** A new anonymous device. */
  newPerson(): Promise<Person>
  newPhone(): Phone
  /** The organisation of this slug, made where there is none; `demo` is the one of `newPerson`. */
  organisation(slug: string): Promise<TestOrganisation>
  seedSupporter(supporter: {
    phone: Phone
    name?: string
    onShift?: boolean
    /** Default: their phone has said that it is theirs. */
    confirmed?: boolean
  }): Promise<SeededSupporter>
  /** The page of the link in a rescuer's text. */
  openRescuePage(text: string): Promise<RescuePage>
  /** What `app.clock()` says, epoch ms. */
  now(): Promise<number>
  /**
   * Lets `ms` pass on the service's clock, stopping at every instant at which something is due and letting it happen, as
   * it would. Resolves when all has come to rest. `{ atOnce: true }` jumps: as if nobody had been awake meanwhile.
   */
  advance(ms: number, how?: { atOnce?: boolean }): Promise<void>
  /** The same, to an instant on the wire or in epoch ms. */
  advanceTo(at: string | number, how?: { atOnce?: boolean }): Promise<void>
  /** Lets `ms` pass while nobody looks: nothing is waited for, as when every worker is gone. */
  passUnseen(ms: number): Promise<void>
  /** What each process is told by its environment. */
  readonly settings: Readonly<Record<'api' | 'gateway' | 'worker', Readonly<Record<string, string | undefined>>>>
  /** One more worker, as a deploy or the supervisor brings it. @param other settings that differ from the others' */
  startWorker(other?: Record<string, string>): Promise<Worker>
  /** Ends it as SIGTERM does. What it leaves is for the others. */
  stopWorker(worker: Worker): Promise<void>
  /**
   * The yearly rotation: workers and api are started again with a new key, which is the current one from now on; the
   * workers keep the former ones too, or, with `destroyOld`, do not.
   */
  replaceDisclosureKey(how?: { destroyOld?: boolean }): Promise<void>
  /** Resolves when no row is due, nothing is being sent, and the carrier has said all it has to say. */
  settle(withinMs?: number): Promise<void>
  /** Errors in the log whose line fits are part of the test. */
  allowErrors(...patterns: RegExp[]): void
  /** Ends everything, then @throws Error with all that is wrong: see the package's README. Safe to call twice. */
  close(): Promise<void>
}

/** More stops than this on the way to an instant are not a test any more. */
const mostStops = 2_000

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const handlesBefore = countHandles()
  const logs = new CapturedLogs()
  const canaries = new Canaries([serviceNumber])
  const stops: (() => Promise<unknown>)[] = []
  /** Ends everything, whatever one of them says. @returns what they said */
  const stopAll = async () => {
    const wrong: string[] = []
    for (const stop of stops.splice(0).reverse()) await stop().catch((error: Error) => wrong.push(error.message))
    return wrong
  }
  try {
    const redisUrl = options.noRedis ? undefined : (options.redisUrl ?? ownRedis())
    if (redisUrl) await emptyRedis(redisUrl)
    const database = await createTestDatabase()
    stops.push(() => database.drop())
    const keys = makeKeys()
    const { invitations, serviceUrls } = await prepareDatabase({
      databaseUrl: database.url,
      pace: options.pace ?? 1,
      demo: {
        twilioNumber: serviceNumber,
        host: 'localhost',
        ...(options.pagerNumber && { pagerNumber: options.pagerNumber }),
        ...(options.demoPhones && { sealNumber: numberSealer(keys) }),
      },
    })
    const db = new Database({ url: database.url, size: 2, applicationName: 'still-here-testkit' })
    stops.push(() => db.close())
    const clock = createMovableClock(db)
    if (options.deterministic) await clock.standStill()

    const nextAuthToken = options.nextAuthToken ? makeAuthToken() : undefined
    const [apiPort, gatewayPort] = [await anyFreePort(), await anyFreePort()]
    const api = `http://127.0.0.1:${apiPort}`
    const account = {
      accountSid: keys.twilioAccountSid,
      authToken: keys.twilioAuthToken,
      ...(nextAuthToken && { nextAuthToken }),
      number: serviceNumber,
    }
    const apiUrl = (await options.publicUrl?.(api)) ?? api
    const carrier = await createCarrierSimulator({
      ...account,
      webhookBase: apiUrl,
      // Fast enough for a test, slow enough that `sent` and `delivered` are two moments.
      timings: { sentAfterMs: 2, deliveredAfterMs: 10, lateAfterMs: 1_000, ringsAfterMs: 2, callSecondMs: 200 },
    })
    stops.push(() => carrier.stop())
    const environment = environments({
      keys,
      serviceUrls,
      redisUrl,
      apiPort,
      apiUrl,
      gatewayPort,
      carrierOrigin: carrier.origin,
      nextAuthToken,
      pagerNumber: options.pagerNumber,
      deadManUrl: options.deadManUrl,
      webPush: options.webPush,
      webUrl: options.webUrl ?? 'http://localhost:8080',
    })
    let workerConfig = readWorkerConfig(environment.worker)
    const workers: Worker[] = []
    let workersStarted = 0
    async function startWorker(other?: Record<string, string>): Promise<Worker> {
      workersStarted += 1
      const config = other ? readWorkerConfig({ ...environment.worker, ...other }) : workerConfig
      const worker = await startOneWorker(config, logs.logger(`worker-${workersStarted}`))
      workers.push(worker)
      return worker
    }
    async function stopWorker(worker: Worker): Promise<void> {
      await worker.stop()
      workers.splice(workers.indexOf(worker), 1)
    }
    stops.push(() => Promise.all([...workers].map(stopWorker)))
    for (let number = 1; number <= (options.workers ?? 1); number += 1) await startWorker()
    const startOurApi = () => startApi(readApiConfig(environment.api), logs.logger('api'))
    const [firstApi, gateway] = await Promise.all([
      startOurApi(),
      startGateway(readGatewayConfig(environment.gateway), logs.logger('gateway')),
    ])
    let runningApi = firstApi
    stops.push(() => Promise.all([runningApi.stop(), gateway.stop()]))
    const keyring = await createKeyring(workerConfig)

    async function settle(withinMs = 10_000): Promise<void> {
      let unrest: string[] = []
      const atRest = async () => {
        const busy = () => [
          ...(carrier.underWay() > 0 ? ['the carrier'] : []),
          ...(workers.some((worker) => worker.underWay() > 0) ? ['a worker'] : []),
        ]
        // Work passes from one to the other and back: quiet counts only where all were quiet around one reading.
        const before = busy()
        unrest = [...before, ...(await findUnrest(db)), ...busy()]
        return unrest.length === 0
      }
      await until('everything at rest', async () => (await atRest()) && (await atRest()), withinMs).catch((error) => {
        throw new Error(`${error.message}; still under way: ${[...new Set(unrest)].join(', ')}`)
      })
    }
    /** The auditor may find what became overdue before the ladder does: it says so and pages, and it is right to. */
    function nobodyWasAwake(): void {
      logs.allowErrors(/"trouble":"ladderStalled"/, /"reason":"stalledAlert"/)
      phones.allow(/OPERATOR: an alert did not climb in time/)
    }
    async function advanceTo(at: string | number, how: { atOnce?: boolean } = {}): Promise<void> {
      const target = typeof at === 'number' ? at : Date.parse(at)
      if (how.atOnce) nobodyWasAwake()
      await settle()
      for (let stop = 0; !how.atOnce; stop += 1) {
        const next = await findNextInstant(db, target)
        if (next === undefined) break
        if (stop > mostStops) throw new Error(`more than ${mostStops} things happen on the way to that instant`)
        await clock.moveTo(next)
        await settle()
      }
      await clock.moveTo(target)
      await settle()
    }
    async function replaceDisclosureKey({ destroyOld = false } = {}): Promise<void> {
      const made = makeKeys().disclosureKeys
      const [former = ''] = keys.disclosureKeys.split(',')
      const [keyId = '', privateKey = ''] = former.split(':')
      const [nextId = '', publicKey = ''] = publicDisclosureKey(made).split(':')
      const signature = await signSuccession({ keyId, privateKey }, { keyId: nextId, publicKey })
      environment.api.DISCLOSURE_SIGNED_BY = `${keyId}:${signature}`
      keys.disclosureKeys = destroyOld ? made : `${made},${keys.disclosureKeys}`
      environment.worker.DISCLOSURE_KEYS = keys.disclosureKeys
      environment.api.DISCLOSURE_PUBLIC_KEY = publicDisclosureKey(made)
      workerConfig = readWorkerConfig(environment.worker)
      // The worker first: what is sealed to the new key must find somebody who can open it.
      for (const worker of [...workers]) {
        await stopWorker(worker)
        await startWorker()
      }
      await runningApi.stop()
      runningApi = await startOurApi()
    }
    const phones = createPhones({ carrier: inThisProcess(carrier), canaries, settled: settle })
    const internalPorts = () => [runningApi.internalPort, gateway.internalPort, ...workers.map((w) => w.internalPort)]

    let closing: Promise<void> | undefined
    async function close(): Promise<void> {
      const wrong: string[] = []
      try {
        const metrics = await Promise.all(internalPorts().map(readMetrics))
        wrong.push(...metrics.flatMap((text) => canaries.findIn(text).map((kind) => `a ${kind} stands in the metrics`)))
        wrong.push(...(await phones.unexpected()).map((line) => `nobody expected: ${line}`))
        wrong.push(...findInCarrierRequests(canaries, carrier.requests()))
        wrong.push(...(await findInDatabase(canaries, db)))
        if (redisUrl) wrong.push(...(await findInRedis(canaries, redisUrl)))
      } finally {
        wrong.push(...(await stopAll()))
      }
      wrong.push(...findInLogs(canaries, logs.lines))
      wrong.push(...logs.unallowedErrors().map((line) => `nobody allowed this error: ${line.trim()}`))
      wrong.push(...(await handlesLeftOpen(handlesBefore)))
      if (wrong.length > 0) throw new Error(`the stack was closed with something wrong:\n- ${wrong.join('\n- ')}`)
    }

    return {
      api,
      liveUrl: `ws://127.0.0.1:${gatewayPort}/v1/live`,
      carrier,
      account,
      phones,
      canaries,
      logs,
      db,
      databaseUrl: database.url,
      serviceUrls,
      keys: keyring,
      secretKeys: keys,
      workers,
      get apiInternalPort() {
        return runningApi.internalPort
      },
      redisUrl,
      invitations,
      newPerson: () => newPerson({ api, canaries }),
      newPhone: () => phones.newPhone(),
      organisation: (slug) => openOrganisation({ api, db, canaries }, slug),
      seedSupporter: ({ phone, ...supporter }) => seedSupporter(db, keyring, { number: phone.number, ...supporter }),
      openRescuePage: (text) => openRescuePage({ api, text, canaries }),
      now: () => clock.now(),
      async advance(ms, how) {
        await settle()
        await advanceTo((await clock.now()) + ms, how)
      },
      advanceTo,
      passUnseen: async (ms) => {
        nobodyWasAwake()
        await clock.moveTo((await clock.now()) + ms)
      },
      settings: environment,
      startWorker,
      stopWorker,
      replaceDisclosureKey,
      settle,
      allowErrors: (...patterns) => logs.allowErrors(...patterns),
      close: () => {
        closing ??= close()
        return closing
      },
    }
  } catch (error) {
    await stopAll()
    throw error
  }
}

/** One Redis serves all test files; each file's process has a database of it to itself. */
function ownRedis(): string | undefined {
  const shared = process.env.TEST_REDIS_URL
  if (!shared) return undefined
  const url = new URL(shared)
  url.pathname = `/${Number(process.env.VITEST_POOL_ID ?? 0) % 16}`
  return url.href
}

async function readMetrics(internalPort: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${internalPort}/metrics`, { signal: AbortSignal.timeout(5_000) })
  return response.text()
}

/** Sockets close a moment after the side that ends them; whatever stays longer was leaked. */
async function handlesLeftOpen(before: ReadonlyMap<string, number>): Promise<string[]> {
  let left: string[] = []
  const gone = () => {
    left = [...countHandles()].flatMap(([kind, count]) =>
      count > (before.get(kind) ?? 0) ? [`${count - (before.get(kind) ?? 0)} × ${kind} left open`] : [],
    )
    return left.length === 0
  }
  return until('every handle closed', gone, 2_000).then(
    () => [],
    () => left,
  )
}
