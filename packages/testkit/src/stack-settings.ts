import { randomBytes } from 'node:crypto'
import { type Keys, makeKeys, numberSealer, publicDisclosureKey } from '../../../infra/local/keys.ts'

export { makeKeys, numberSealer, publicDisclosureKey }

/** The first of the demo organisation's own numbers. */
export const serviceNumber = '+447700900000'

/** The second token of a rotation. */
export const makeAuthToken = (): string => randomBytes(16).toString('hex')

export interface SettingsOf {
  keys: Keys
  /** Of each service, with its own role as in production. */
  serviceUrls: { api: string; gateway: string; worker: string }
  redisUrl: string | undefined
  apiPort: number
  /** Where the carrier calls: what signatures cover. */
  apiUrl: string
  gatewayPort: number
  carrierOrigin: string
  nextAuthToken: string | undefined
  pagerNumber: string | undefined
  deadManUrl: string | undefined
  webUrl: string
  /** Prompts are pushed to browsers as well. */
  webPush?: { publicKey: string; privateKey: string; origin: string } | undefined
}

type Environment = Record<string, string | undefined>

/** The environments of one stack's processes: read by the same reader as in the real ones. */
export function environments(of: SettingsOf): { api: Environment; gateway: Environment; worker: Environment } {
  const common = {
    HOST: '127.0.0.1',
    INTERNAL_PORT: '0',
    // A test's processes together must not take all that one Postgres gives.
    DATABASE_POOL_SIZE: '6',
    REDIS_URL: of.redisUrl,
    STILLHERE_WEB_URL: of.webUrl,
  }
  const account = {
    TWILIO_ACCOUNT_SID: of.keys.twilioAccountSid,
    TWILIO_AUTH_TOKEN: of.keys.twilioAuthToken,
    TWILIO_NUMBER: serviceNumber,
    TWILIO_BASE_URL: of.carrierOrigin,
    STILLHERE_API_URL: of.apiUrl,
  }
  return {
    api: {
      ...common,
      ...account,
      DATABASE_URL: of.serviceUrls.api,
      PORT: String(of.apiPort),
      TWILIO_NEXT_AUTH_TOKEN: of.nextAuthToken,
      STILLHERE_LIVE_URL: `ws://127.0.0.1:${of.gatewayPort}/v1/live`,
      DISCLOSURE_PUBLIC_KEY: publicDisclosureKey(of.keys.disclosureKeys),
      VAPID_PUBLIC_KEY: of.webPush?.publicKey,
    },
    gateway: { ...common, DATABASE_URL: of.serviceUrls.gateway, PORT: String(of.gatewayPort) },
    worker: {
      ...common,
      ...account,
      DATABASE_URL: of.serviceUrls.worker,
      DISCLOSURE_KEYS: of.keys.disclosureKeys,
      NUMBER_HASH_KEY: of.keys.numberHashKey,
      LINK_KEY: of.keys.linkKey,
      OPERATOR_PAGER_NUMBER: of.pagerNumber,
      DEAD_MAN_URL: of.deadManUrl,
      STILLHERE_SWEEP_MS: '50',
      VAPID_PUBLIC_KEY: of.webPush?.publicKey,
      VAPID_PRIVATE_KEY: of.webPush?.privateKey,
      VAPID_SUBJECT: of.webPush && 'mailto:operators@example.org',
      WEB_PUSH_BASE_URL: of.webPush?.origin,
    },
  }
}
