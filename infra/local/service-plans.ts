import { join } from 'node:path'
import type { Carrier } from './carrier.ts'
import { fingerprintOf, type Keys, publicDisclosureKey } from './keys.ts'
import type { StartOptions } from './options.ts'
import type { Ports } from './stack.ts'
import type { ChildPlan } from './supervisor.ts'

/** What from our own environment a service needs at all; everything else is given to it by name below. */
const INHERITED = ['PATH', 'HOME', 'LOG_LEVEL'] as const

type Settings = Record<string, string | undefined>

/**
 * The services of one machine and what each is told. A process gets what it needs and nothing else: the keys that open
 * plans and match numbers go to the worker alone, and only to processes that read Postgres its address.
 */
export function servicePlans(of: {
  root: string
  ports: Ports
  /** Of each service that reads Postgres, with its own user. */
  serviceUrls: { api: string; gateway: string; worker: string }
  redisUrl: string | undefined
  carrier: Carrier
  keys: Keys
  options: StartOptions
  environment: NodeJS.ProcessEnv
}): ChildPlan[] {
  const { root, ports, carrier, keys, options, environment } = of
  const inherited: Settings = {
    ...Object.fromEntries(INHERITED.map((name) => [name, environment[name]])),
    // Node keeps what it compiled: a restart is quicker, and P2 counts the seconds.
    NODE_COMPILE_CACHE: join(root, '.data', 'compiled'),
  }
  const apiUrl = options.publicUrl ?? `http://localhost:${ports.api}`
  const common: Settings = {
    ...inherited,
    STILLHERE_MODE: 'trial',
    HOST: '127.0.0.1',
    STILLHERE_WEB_URL: `http://localhost:${ports.web}`,
    STILLHERE_API_URL: apiUrl,
    STILLHERE_LIVE_URL: `ws://localhost:${ports.gateway}/v1/live`,
  }
  const storesOf = (role: keyof typeof of.serviceUrls): Settings => ({
    DATABASE_URL: of.serviceUrls[role],
    REDIS_URL: of.redisUrl,
  })
  const account: Settings = {
    TWILIO_ACCOUNT_SID: carrier.accountSid,
    TWILIO_AUTH_TOKEN: carrier.authToken,
    TWILIO_NUMBER: carrier.number,
  }
  const plan = (
    name: string,
    entry: string,
    env: Settings,
    ready: ChildPlan['ready'],
    liveUrl?: string,
  ): ChildPlan => ({
    name,
    command: process.execPath,
    args: [entry],
    cwd: root,
    env: given(env),
    kind: 'service',
    ready,
    liveUrl,
  })
  const service = (name: string, room: string, internalPort: number, settings: Settings): ChildPlan => {
    const internal = `http://127.0.0.1:${internalPort}`
    const env = { ...common, INTERNAL_PORT: String(internalPort), ...settings }
    return plan(name, join('services', room, 'src', 'main.ts'), env, { url: `${internal}/readyz` }, `${internal}/livez`)
  }
  const worker: Settings = {
    ...storesOf('worker'),
    ...account,
    TWILIO_BASE_URL: carrier.baseUrl,
    DISCLOSURE_KEYS: keys.disclosureKeys,
    NUMBER_HASH_KEY: keys.numberHashKey,
    LINK_KEY: keys.linkKey,
    OPERATOR_PAGER_NUMBER: carrier.pagerNumber,
    DEAD_MAN_URL: environment.DEAD_MAN_URL,
  }
  const simulator: Settings = {
    ...inherited,
    ...account,
    HOST: '127.0.0.1',
    PORT: String(ports.phones),
    STILLHERE_API_URL: apiUrl,
    // Signatures cover the public address; the simulator itself is on this machine and goes the short way.
    SIMULATOR_DELIVER_TO: options.publicUrl === undefined ? undefined : `http://127.0.0.1:${ports.api}`,
  }
  const phones = `http://127.0.0.1:${ports.phones}/sim/account`
  return [
    ...(carrier.kind === 'simulator'
      ? [plan('simulator', join('packages', 'carrier-simulator', 'src', 'main.ts'), simulator, { url: phones }, phones)]
      : []),
    service('api', 'api', ports.apiInternal, {
      ...storesOf('api'),
      ...account,
      TWILIO_NEXT_AUTH_TOKEN: carrier.nextAuthToken,
      TWILIO_BASE_URL: carrier.baseUrl,
      PORT: String(ports.api),
      DISCLOSURE_PUBLIC_KEY: publicDisclosureKey(keys.disclosureKeys),
    }),
    service('gateway', 'gateway', ports.gatewayInternal, { ...storesOf('gateway'), PORT: String(ports.gateway) }),
    service('worker-1', 'worker', ports.worker1Internal, worker),
    service('worker-2', 'worker', ports.worker2Internal, worker),
    service('web', 'web', ports.webInternal, {
      PORT: String(ports.web),
      DISCLOSURE_KEY_FINGERPRINTS: fingerprintOf(publicDisclosureKey(keys.disclosureKeys)),
    }),
  ]
}

function given(settings: Settings): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).flatMap(([name, value]) => (value ? [[name, value]] : [])))
}
