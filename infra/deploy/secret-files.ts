import { createHash, randomBytes } from 'node:crypto'
import type { Keys } from '../local/keys.ts'
import { fingerprintOf, publicDisclosureKey } from '../local/keys.ts'

/** The user each process runs as in its container. Numbers, because a file on the host can only be given to a number. */
export const ACCOUNTS = {
  api: 10_001,
  gateway: 10_002,
  worker: 10_003,
  web: 10_004,
  migrate: 10_005,
  postgres: 999,
  valkey: 999,
} as const
export type Holder = keyof typeof ACCOUNTS

/** Where processes find the stores, `host:port`: by their names in compose, on this machine under systemd. */
export interface StoreHosts {
  readonly postgres: string
  readonly valkey: string
}

/**
 * Every secret as a file, by who holds it: nobody's folder has what that process need not know. Texts that a person
 * must bring are empty, and an empty file counts as absent.
 */
export function secretFiles(
  keys: Pick<Keys, 'disclosureKeys' | 'numberHashKey' | 'linkKey'>,
  hosts: StoreHosts,
): Record<Holder, Readonly<Record<string, string>>> {
  const ownerPassword = randomBytes(24).toString('base64url')
  const valkeyPassword = randomBytes(24).toString('base64url')
  const databaseUrl = (user: string, password = randomBytes(24).toString('base64url')) =>
    `postgres://${user}:${password}@${hosts.postgres}/stillhere`
  const redis_url = `redis://:${valkeyPassword}@${hosts.valkey}`
  // A user for each; the one who migrates makes them, and alone has the owner's password.
  const [api, gateway, worker] = ['api', 'gateway', 'worker'].map((name) => databaseUrl(`stillhere_${name}_login`)) as [
    string,
    string,
    string,
  ]
  return {
    migrate: {
      database_url: databaseUrl('stillhere', ownerPassword),
      api_database_url: api,
      gateway_database_url: gateway,
      worker_database_url: worker,
    },
    api: {
      database_url: api,
      redis_url,
      disclosure_public_key: publicDisclosureKey(keys.disclosureKeys),
      disclosure_signed_by: '',
      twilio_auth_token: '',
      twilio_next_auth_token: '',
      vapid_public_key: '',
    },
    gateway: { database_url: gateway, redis_url },
    worker: {
      database_url: worker,
      redis_url,
      disclosure_keys: keys.disclosureKeys,
      number_hash_key: keys.numberHashKey,
      link_key: keys.linkKey,
      twilio_auth_token: '',
      operator_pager_number: '',
      dead_man_url: '',
      vapid_public_key: '',
      vapid_private_key: '',
      vapid_subject: '',
    },
    web: { disclosure_key_fingerprints: fingerprintOf(publicDisclosureKey(keys.disclosureKeys)) },
    // The server's superuser, for a person at three in the morning; and the owner, as whom only `migrate` comes in.
    postgres: { password: randomBytes(24).toString('base64url'), owner_password: ownerPassword },
    // The store keeps no password, only what it must compare with.
    valkey: {
      'users.acl': `user default on #${createHash('sha256').update(valkeyPassword).digest('hex')} ~* &* +@all -flushall -flushdb -shutdown -debug -module -replicaof -config +config|get\n`,
    },
  }
}
