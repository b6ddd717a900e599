import type { DisclosureKey, DisclosurePublicKey, DisclosureSignature } from './forms.ts'
import { refuseNobodysAccount, refuseOwnPager, refuseSimulatorInLive, refuseUnfitForLive } from './live-rules.ts'
import type { PhoneNumber, Secret } from './secret.ts'
import { SettingsError } from './settings-error.ts'
import { type Environment, readerFor, type SettingsReader } from './settings-reader.ts'

/** What every process knows. */
export interface ProcessConfig {
  mode: 'trial' | 'live'
  host: string
  internalPort: number
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  /** Origin of the pages, without a slash at its end. */
  webUrl: string
}

/** What every process with a store knows. */
export interface StoreConfig {
  databaseUrl: Secret
  databasePoolSize: number
  /** `undefined`: there is no Redis, and everything works without. */
  redisUrl: Secret | undefined
}

export interface ApiConfig extends ProcessConfig, StoreConfig {
  port: number
  /** Origin the carrier calls; its signatures cover it. */
  apiUrl: string
  liveUrl: string
  /** Addresses and ranges of the proxies before us; empty when callers come straight. */
  trustedProxies: readonly string[]
  disclosureKey: DisclosurePublicKey & { readonly signedBy: readonly DisclosureSignature[] }
  carrier: {
    accountSid: string
    authToken: Secret
    nextAuthToken: Secret | undefined
    number: PhoneNumber
    isSimulator: boolean
  }
  /** Browsers subscribe with it; `undefined`: there is no web push. */
  vapidPublicKey: string | undefined
}

export interface GatewayConfig extends ProcessConfig, StoreConfig {
  port: number
}

export interface WorkerConfig extends ProcessConfig, StoreConfig {
  apiUrl: string
  /** The current key first; the others still open what was sealed to them. */
  disclosureKeys: readonly [DisclosureKey, ...DisclosureKey[]]
  numberHashKey: Secret<Uint8Array>
  linkKey: Secret<Uint8Array>
  carrier: {
    accountSid: string
    authToken: Secret
    number: PhoneNumber
    /** `undefined`: the real Twilio. */
    baseUrl: string | undefined
    concurrency: number
  }
  operatorPagerNumber: PhoneNumber | undefined
  deadManUrl: Secret | undefined
  sweepMs: number
  /** `undefined`: there is no web push. */
  webPush:
    | {
        publicKey: string
        privateKey: Secret
        subject: string
        hosts: readonly string[]
        /** `undefined`: the real push services. */
        baseUrl: string | undefined
      }
    | undefined
}

export interface WebConfig extends ProcessConfig {
  port: number
  apiUrl: string
  liveUrl: string
  /** SHA-256 of each disclosure key a page may seal to, base64url: the api alone cannot replace the key. */
  disclosureKeyFingerprints: readonly string[]
}

/** What migrating needs: it runs once, before the others, and then it is gone. */
export interface MigrateConfig {
  databaseUrl: Secret
  /** Where each service finds Postgres; one that is absent shares the owner's address. */
  serviceUrls: { api?: Secret; gateway?: Secret; worker?: Secret }
}

/** The api's settings. Throws `SettingsError`. */
export function readApiConfig(environment: Environment): ApiConfig {
  const settings = readerFor('api', environment)
  const baseUrl = settings.read('TWILIO_BASE_URL')
  refuseSimulatorInLive(settings.live, baseUrl)
  const process = readProcess(settings)
  const apiUrl = readPublicUrl(settings, 'STILLHERE_API_URL')
  const trustedProxies = settings.read('TRUSTED_PROXIES') ?? []
  // Only a proxy before both could tell their requests apart; without one, links to pages would come to the api.
  if (apiUrl === process.webUrl && trustedProxies.length === 0)
    throw new SettingsError(
      'bad_setting',
      'STILLHERE_API_URL',
      'must not be the same as STILLHERE_WEB_URL unless a proxy of TRUSTED_PROXIES stands before both',
    )
  return {
    ...process,
    ...readStore(settings),
    port: readPort(settings),
    apiUrl,
    liveUrl: readPublicUrl(settings, 'STILLHERE_LIVE_URL'),
    trustedProxies,
    disclosureKey: {
      ...settings.read('DISCLOSURE_PUBLIC_KEY'),
      signedBy: settings.read('DISCLOSURE_SIGNED_BY') ?? [],
    },
    carrier: {
      accountSid: readAccountSid(settings),
      authToken: settings.read('TWILIO_AUTH_TOKEN'),
      nextAuthToken: settings.read('TWILIO_NEXT_AUTH_TOKEN'),
      number: settings.read('TWILIO_NUMBER'),
      isSimulator: baseUrl !== undefined,
    },
    vapidPublicKey: settings.read('VAPID_PUBLIC_KEY'),
  }
}

/** The gateway's settings. Throws `SettingsError`. */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  const settings = readerFor('gateway', environment)
  return { ...readProcess(settings), ...readStore(settings), port: readPort(settings) }
}

/** The worker's settings: the only process that reads keys. Throws `SettingsError`. */
export function readWorkerConfig(environment: Environment): WorkerConfig {
  const settings = readerFor('worker', environment)
  const baseUrl = settings.read('TWILIO_BASE_URL')
  refuseSimulatorInLive(settings.live, baseUrl)
  const number = settings.read('TWILIO_NUMBER')
  const pagerNumber = settings.read('OPERATOR_PAGER_NUMBER')
  refuseOwnPager(settings.live, pagerNumber?.reveal(), number.reveal())
  const deadManUrl = settings.read('DEAD_MAN_URL')
  if (deadManUrl !== undefined) refuseUnfitForLive(settings.live, 'DEAD_MAN_URL', deadManUrl.reveal())
  const numberHashKey = settings.read('NUMBER_HASH_KEY')
  const linkKey = settings.read('LINK_KEY')
  if (Buffer.compare(numberHashKey.reveal(), linkKey.reveal()) === 0) {
    throw new SettingsError('bad_setting', 'LINK_KEY', 'must not be the same as NUMBER_HASH_KEY')
  }
  return {
    ...readProcess(settings),
    ...readStore(settings),
    apiUrl: readPublicUrl(settings, 'STILLHERE_API_URL'),
    disclosureKeys: settings.read('DISCLOSURE_KEYS'),
    numberHashKey,
    linkKey,
    carrier: {
      accountSid: readAccountSid(settings),
      authToken: settings.read('TWILIO_AUTH_TOKEN'),
      number,
      baseUrl,
      concurrency: settings.read('CARRIER_CONCURRENCY'),
    },
    operatorPagerNumber: pagerNumber,
    deadManUrl,
    sweepMs: settings.read('STILLHERE_SWEEP_MS'),
    webPush: readWebPush(settings),
  }
}

/** The web process's settings. Throws `SettingsError`. */
export function readWebConfig(environment: Environment): WebConfig {
  const settings = readerFor('web', environment)
  return {
    ...readProcess(settings),
    port: readPort(settings),
    apiUrl: readPublicUrl(settings, 'STILLHERE_API_URL'),
    liveUrl: readPublicUrl(settings, 'STILLHERE_LIVE_URL'),
    disclosureKeyFingerprints: settings.read('DISCLOSURE_KEY_FINGERPRINTS'),
  }
}

/** The settings of the one-shot that migrates. Throws `SettingsError`. */
export function readMigrateConfig(environment: Environment): MigrateConfig {
  const settings = readerFor('migrate', environment)
  const [api, gateway, worker] = (['API_DATABASE_URL', 'GATEWAY_DATABASE_URL', 'WORKER_DATABASE_URL'] as const).map(
    (name) => settings.read(name),
  )
  return {
    databaseUrl: settings.read('DATABASE_URL'),
    serviceUrls: { ...(api && { api }), ...(gateway && { gateway }), ...(worker && { worker }) },
  }
}

function readProcess(settings: SettingsReader): ProcessConfig {
  return {
    mode: settings.live ? 'live' : 'trial',
    host: settings.read('HOST'),
    internalPort: settings.read('INTERNAL_PORT'),
    logLevel: settings.read('LOG_LEVEL'),
    webUrl: readPublicUrl(settings, 'STILLHERE_WEB_URL'),
  }
}

function readStore(settings: SettingsReader): StoreConfig {
  return {
    databaseUrl: settings.read('DATABASE_URL'),
    databasePoolSize: settings.read('DATABASE_POOL_SIZE'),
    redisUrl: settings.read('REDIS_URL'),
  }
}

/** All of it or none: with half of it people would be offered reminders that never come. */
function readWebPush(settings: SettingsReader): WorkerConfig['webPush'] {
  const publicKey = settings.read('VAPID_PUBLIC_KEY')
  const privateKey = settings.read('VAPID_PRIVATE_KEY')
  const subject = settings.read('VAPID_SUBJECT')
  const baseUrl = settings.read('WEB_PUSH_BASE_URL')
  refuseSimulatorInLive(settings.live, baseUrl, 'WEB_PUSH_BASE_URL')
  if (publicKey === undefined && privateKey === undefined && subject === undefined) return undefined
  if (publicKey === undefined || privateKey === undefined || subject === undefined) {
    const lacking =
      publicKey === undefined ? 'VAPID_PUBLIC_KEY' : privateKey === undefined ? 'VAPID_PRIVATE_KEY' : 'VAPID_SUBJECT'
    throw new SettingsError('missing_setting', lacking, 'is needed beside the other VAPID settings')
  }
  return { publicKey, privateKey, subject, hosts: settings.read('WEB_PUSH_HOSTS'), baseUrl }
}

/** Two listeners cannot share a port, unless each takes a free one. */
function readPort(settings: SettingsReader): number {
  const port = settings.read('PORT')
  if (port !== 0 && port === settings.read('INTERNAL_PORT'))
    throw new SettingsError('bad_setting', 'PORT', 'must not be the same as INTERNAL_PORT')
  return port
}

function readAccountSid(settings: SettingsReader): string {
  const accountSid = settings.read('TWILIO_ACCOUNT_SID')
  refuseNobodysAccount(settings.live, accountSid)
  return accountSid
}

type PublicUrlName = 'STILLHERE_WEB_URL' | 'STILLHERE_API_URL' | 'STILLHERE_LIVE_URL'

function readPublicUrl(settings: SettingsReader, name: PublicUrlName): string {
  const url = settings.read(name)
  refuseUnfitForLive(settings.live, name, url)
  return url
}
