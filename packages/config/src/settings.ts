import { z } from 'zod'
import * as forms from './forms.ts'

/** A process of the service; `migrate` runs once, before the others. */
export type ProcessName = 'api' | 'gateway' | 'worker' | 'web' | 'migrate'

interface Setting {
  /** What it is for, in a few words. */
  readonly meaning: string
  /** The rest of the sentence that begins with the variable's name when it has not its form. */
  readonly form: string
  readonly readBy: readonly ProcessName[]
  /** What a right value looks like. A value nobody may see is cut short with `…`. */
  readonly example: string
  readonly schema: z.ZodType<unknown, string>
  /** Stands in when the variable is absent. */
  readonly default?: string
  /** Absent and without a default: needed always, in live only, or never. */
  readonly needed: 'always' | 'in-live' | 'never'
  /** A key that opens plans or matches numbers: a process that must not read it refuses to start beside it (P12). */
  readonly guarded?: true
  /** Is given as a file (`<NAME>_FILE`) wherever processes have users of their own. */
  readonly secret?: true
}

const ALL = ['api', 'gateway', 'worker', 'web'] as const
const EVERY = [...ALL, 'migrate'] as const
const WITH_STORES = ['api', 'gateway', 'worker'] as const
const WITH_DATABASE = [...WITH_STORES, 'migrate'] as const
const LISTENING = ['api', 'gateway', 'web'] as const

/** The address of another process, for the one that makes its user: whoever migrates owns all there is anyway. */
const serviceDatabase = <const Name extends ProcessName>(process: Name) =>
  ({
    meaning: `Postgres as the ${process} finds it: its user is made, with this password; absent: one role for all`,
    form: 'must be a postgres:// URL with a user and a password',
    readBy: ['migrate'],
    example: `postgres://stillhere_${process}_login:…@postgres:5432/stillhere`,
    schema: forms.secretUrlWithUser('postgres:', 'postgresql:'),
    needed: 'never',
    secret: true,
  }) as const satisfies Setting

/** Every setting there is. To add one: a row here, and its field in the process's file. */
export const SETTINGS = {
  STILLHERE_MODE: {
    meaning: 'trial, or live for real people',
    form: 'must be trial or live',
    readBy: EVERY,
    example: 'live',
    schema: z.enum(['trial', 'live']),
    default: 'trial',
    needed: 'never',
  },
  DATABASE_URL: {
    meaning: 'Postgres',
    form: 'must be a postgres:// URL',
    readBy: WITH_DATABASE,
    example: 'postgres://stillhere:…@postgres:5432/stillhere',
    schema: forms.secretUrl('postgres:', 'postgresql:'),
    needed: 'always',
    secret: true,
  },
  API_DATABASE_URL: serviceDatabase('api'),
  GATEWAY_DATABASE_URL: serviceDatabase('gateway'),
  WORKER_DATABASE_URL: serviceDatabase('worker'),
  DATABASE_POOL_SIZE: {
    meaning: 'connections to Postgres this process may hold',
    form: 'must be a whole number from 1 to 100',
    readBy: WITH_STORES,
    example: '20',
    schema: forms.wholeNumber(1, 100),
    default: '10',
    needed: 'never',
  },
  REDIS_URL: {
    meaning: 'Redis; absent means there is none, and everything works',
    form: 'must be a redis:// or rediss:// URL',
    readBy: WITH_STORES,
    example: 'redis://:…@valkey:6379',
    schema: forms.secretUrl('redis:', 'rediss:'),
    needed: 'never',
    secret: true,
  },
  HOST: {
    meaning: 'address the listeners bind to',
    form: 'must be an IP address of this machine, such as 127.0.0.1, 0.0.0.0 or ::, or localhost',
    readBy: ALL,
    example: '0.0.0.0',
    schema: forms.host,
    default: '127.0.0.1',
    needed: 'never',
  },
  PORT: {
    meaning: 'public listener; 0 takes a free one',
    form: 'must be a whole number from 0 to 65535',
    readBy: LISTENING,
    example: '8080',
    schema: forms.wholeNumber(0, 65_535),
    needed: 'always',
  },
  INTERNAL_PORT: {
    meaning: '/livez, /readyz and /metrics; 0 takes a free one',
    form: 'must be a whole number from 0 to 65535',
    readBy: ALL,
    example: '9400',
    schema: forms.wholeNumber(0, 65_535),
    needed: 'always',
  },
  LOG_LEVEL: {
    meaning: 'least serious event that is logged',
    form: 'must be one of trace, debug, info, warn, error, fatal, silent',
    readBy: ALL,
    example: 'warn',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    needed: 'never',
  },
  STILLHERE_WEB_URL: {
    meaning: 'origin people open; links are made from it',
    form: 'must be an origin such as https://host, without a path',
    readBy: ALL,
    example: 'https://stillhere.example.org',
    schema: forms.origin,
    needed: 'always',
  },
  STILLHERE_API_URL: {
    meaning: 'origin the carrier calls; its signatures cover it',
    form: 'must be an origin such as https://host, without a path',
    readBy: ['api', 'worker', 'web'],
    example: 'https://api.stillhere.example.org',
    schema: forms.origin,
    needed: 'always',
  },
  STILLHERE_LIVE_URL: {
    meaning: 'the whole URL of the live socket',
    form: 'must be a ws:// or wss:// URL',
    readBy: ['api', 'web'],
    example: 'wss://api.stillhere.example.org/v1/live',
    schema: forms.socketUrl,
    needed: 'always',
  },
  TRUSTED_PROXIES: {
    meaning: 'whose word on a caller’s address is taken: the proxy that ends TLS; absent means nobody’s',
    form: 'must be addresses or ranges such as 172.31.0.0/24, with commas between them, none wider than /8',
    readBy: ['api'],
    example: '172.31.0.0/24',
    schema: forms.addressRanges,
    needed: 'never',
  },
  DISCLOSURE_PUBLIC_KEY: {
    meaning: 'the key that devices seal to: keyId:point',
    form: 'must be a key id, a colon and a P-256 point of 65 bytes in base64url',
    readBy: ['api'],
    example: 'k-2026:BHx…',
    schema: forms.disclosurePublicKey,
    needed: 'always',
  },
  DISCLOSURE_SIGNED_BY: {
    meaning:
      'former disclosure keys that signed the current one in: keyId:signature, so that devices that pinned them follow',
    form: 'must be key ids, each with a colon and a signature of 64 bytes in base64url, with commas between them',
    readBy: ['api'],
    example: 'k-2025:MEQC…',
    schema: forms.disclosureSignatures,
    needed: 'never',
  },
  DISCLOSURE_KEY_FINGERPRINTS: {
    meaning: 'the only keys a browser may seal to: SHA-256 of each point, commas between',
    form: 'must be 32 bytes in base64url without padding, up to four with commas between',
    readBy: ['web'],
    example: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
    schema: forms.fingerprints,
    needed: 'always',
  },
  DISCLOSURE_KEYS: {
    meaning: 'the keys that open: keyId:pkcs8, the current one first, older ones after commas',
    form: 'must be P-256 private keys, each a key id, a colon and PKCS #8 in base64url, ids unlike one another',
    readBy: ['worker'],
    example: 'k-2026:MIGHAgEA…,k-2025:MIGHAgEA…',
    schema: forms.disclosureKeys,
    needed: 'always',
    guarded: true,
    secret: true,
  },
  NUMBER_HASH_KEY: {
    meaning: 'matches the sender of a text to a rescuer',
    form: 'must be 32 bytes in base64url without padding',
    readBy: ['worker'],
    example: '4rX…',
    schema: forms.secretBytes,
    needed: 'always',
    guarded: true,
    secret: true,
  },
  LINK_KEY: {
    meaning: 'the secrets of rescuers’ links are made from it',
    form: 'must be 32 bytes in base64url without padding',
    readBy: ['worker'],
    example: '9Qd…',
    schema: forms.secretBytes,
    needed: 'always',
    guarded: true,
    secret: true,
  },
  TWILIO_ACCOUNT_SID: {
    meaning: 'the carrier account',
    form: 'must be AC and 32 hexadecimal digits',
    readBy: ['api', 'worker'],
    example: 'AC0123456789abcdef0123456789abcdef',
    schema: forms.accountSid,
    needed: 'always',
  },
  TWILIO_AUTH_TOKEN: {
    meaning: 'signs what the carrier sends, and our requests',
    form: 'must be 16 to 128 characters without spaces',
    readBy: ['api', 'worker'],
    example: 'a1b2…',
    schema: forms.authToken,
    needed: 'always',
    secret: true,
  },
  TWILIO_NEXT_AUTH_TOKEN: {
    meaning: 'the second token during a rotation',
    form: 'must be 16 to 128 characters without spaces',
    readBy: ['api'],
    example: 'c3d4…',
    schema: forms.authToken,
    needed: 'never',
    secret: true,
  },
  TWILIO_NUMBER: {
    meaning: 'the number we send from',
    form: 'must be a phone number in E.164, such as +44 and ten digits',
    readBy: ['api', 'worker'],
    example: '+447700900000',
    schema: forms.phoneNumber,
    needed: 'always',
  },
  TWILIO_BASE_URL: {
    meaning: 'the simulator instead of the real carrier; refused in live',
    form: 'must be an origin such as http://host:port, without a path',
    readBy: ['api', 'worker'],
    example: 'http://127.0.0.1:8085',
    schema: forms.origin,
    needed: 'never',
  },
  OPERATOR_PAGER_NUMBER: {
    meaning: 'who is texted and rung when the engine or an alert needs a human: a UK mobile or landline',
    form: 'must be a phone number in E.164, such as +44 and ten digits',
    readBy: ['worker'],
    example: '+447700900999',
    schema: forms.phoneNumber,
    needed: 'in-live',
    secret: true,
  },
  DEAD_MAN_URL: {
    meaning: 'the outside switch told that sweeps go on',
    form: 'must be an http:// or https:// URL',
    readBy: ['worker'],
    example: 'https://hc-ping.example.org/…',
    schema: forms.secretUrl('https:', 'http:'),
    needed: 'in-live',
    secret: true,
  },
  VAPID_PUBLIC_KEY: {
    meaning: 'prompts by web push: the point that browsers subscribe with; absent means there is no web push',
    form: 'must be a P-256 point of 65 bytes in base64url without padding',
    readBy: ['api', 'worker'],
    example: 'BHx…',
    schema: forms.point,
    needed: 'never',
  },
  VAPID_PRIVATE_KEY: {
    meaning: 'its private half, which signs what is pushed',
    form: 'must be 32 bytes in base64url without padding',
    readBy: ['worker'],
    example: '7bK…',
    schema: forms.vapidPrivateKey,
    needed: 'never',
    secret: true,
  },
  VAPID_SUBJECT: {
    meaning: 'whom a push service may write to about what we push',
    form: 'must be a mailto: or https: address',
    readBy: ['worker'],
    example: 'mailto:operators@stillhere.example.org',
    schema: forms.vapidSubject,
    needed: 'never',
  },
  WEB_PUSH_HOSTS: {
    meaning: 'the only hosts we push to; what a browser names otherwise is not asked',
    form: 'must be host names with commas between them; *. stands for every one below a name of three parts',
    readBy: ['worker'],
    example: 'fcm.googleapis.com,*.notify.windows.com',
    schema: forms.pushHosts,
    default: 'fcm.googleapis.com,updates.push.services.mozilla.com,*.notify.windows.com,web.push.apple.com',
    needed: 'never',
  },
  WEB_PUSH_BASE_URL: {
    meaning: 'a stand-in for all push services; refused in live',
    form: 'must be an origin such as http://host:port, without a path',
    readBy: ['worker'],
    example: 'http://127.0.0.1:8086',
    schema: forms.origin,
    needed: 'never',
  },
  STILLHERE_SWEEP_MS: {
    meaning: 'milliseconds between sweeps',
    form: 'must be a whole number of milliseconds from 50 to 1000',
    readBy: ['worker'],
    example: '250',
    schema: forms.wholeNumber(50, 1000),
    default: '250',
    needed: 'never',
  },
  CARRIER_CONCURRENCY: {
    meaning: 'carrier requests one worker has under way',
    form: 'must be a whole number from 1 to 200',
    readBy: ['worker'],
    example: '20',
    schema: forms.wholeNumber(1, 200),
    default: '20',
    needed: 'never',
  },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS

/** One line of the settings table. */
export interface SettingRow {
  readonly name: SettingName
  readonly meaning: string
  /** What stands in for it, or when it is needed. */
  readonly default: string
  readonly readBy: readonly ProcessName[]
  readonly example: string
  readonly needed: 'always' | 'in-live' | 'never'
  readonly secret: boolean
}

/** The settings as a table: name, meaning, default (or when it is needed), who may read it, what it looks like. */
export const SETTINGS_TABLE: readonly SettingRow[] = (Object.keys(SETTINGS) as SettingName[]).map((name) => {
  const setting: Setting = SETTINGS[name]
  const absent = { always: 'needed', 'in-live': 'needed in live', never: 'none' }[setting.needed]
  return {
    name,
    meaning: setting.meaning,
    default: setting.default ?? absent,
    readBy: setting.readBy,
    example: setting.example,
    // With a default it may always be left out.
    needed: setting.default === undefined ? setting.needed : 'never',
    secret: setting.secret === true,
  }
})
