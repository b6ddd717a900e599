import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Environment,
  PhoneNumber,
  type ProcessName,
  readApiConfig,
  readGatewayConfig,
  readMigrateConfig,
  readWebConfig,
  readWorkerConfig,
  SETTINGS_TABLE,
  Secret,
  type SettingName,
  SettingsError,
  writeSettingsPage,
} from './index.ts'
import { SETTINGS } from './settings.ts'

const READERS: Record<ProcessName, (environment: Environment) => unknown> = {
  api: readApiConfig,
  gateway: readGatewayConfig,
  worker: readWorkerConfig,
  web: readWebConfig,
  migrate: readMigrateConfig,
}
const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const jwk = pair.publicKey.export({ format: 'jwk' })
const point = Buffer.concat([
  Buffer.of(4),
  Buffer.from(jwk.x ?? '', 'base64url'),
  Buffer.from(jwk.y ?? '', 'base64url'),
])

/** A right value of every setting. */
const RIGHT: Record<SettingName, string> = {
  STILLHERE_MODE: 'trial',
  DATABASE_URL: 'postgres://app:hunter2@127.0.0.1:5432/stillhere',
  API_DATABASE_URL: 'postgres://api:hunter2@127.0.0.1:5432/stillhere',
  GATEWAY_DATABASE_URL: 'postgres://gateway:hunter2@127.0.0.1:5432/stillhere',
  WORKER_DATABASE_URL: 'postgres://worker:hunter2@127.0.0.1:5432/stillhere',
  DATABASE_POOL_SIZE: '5',
  REDIS_URL: 'redis://:hunter2@127.0.0.1:6379',
  HOST: '127.0.0.1',
  PORT: '7401',
  INTERNAL_PORT: '7402',
  LOG_LEVEL: 'info',
  STILLHERE_WEB_URL: 'https://here.example.org',
  STILLHERE_API_URL: 'https://api.example.org',
  STILLHERE_LIVE_URL: 'wss://api.example.org/v1/live',
  TRUSTED_PROXIES: '172.31.0.0/24,fd00::/64',
  DISCLOSURE_PUBLIC_KEY: `k1:${point.toString('base64url')}`,
  DISCLOSURE_SIGNED_BY: `k0:${Buffer.alloc(64, 1).toString('base64url')}`,
  DISCLOSURE_KEY_FINGERPRINTS: Buffer.alloc(32, 3).toString('base64url'),
  DISCLOSURE_KEYS: `k1:${pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url')}`,
  NUMBER_HASH_KEY: Buffer.alloc(32, 1).toString('base64url'),
  LINK_KEY: Buffer.alloc(32, 2).toString('base64url'),
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token-token-token-token',
  TWILIO_NEXT_AUTH_TOKEN: 'next-token-next-token',
  TWILIO_NUMBER: '+447700900001',
  TWILIO_BASE_URL: 'http://127.0.0.1:7409',
  OPERATOR_PAGER_NUMBER: '+447700900002',
  DEAD_MAN_URL: 'https://switch.example.org/ping/hunter2',
  VAPID_PUBLIC_KEY: point.toString('base64url'),
  VAPID_PRIVATE_KEY: Buffer.alloc(32, 4).toString('base64url'),
  VAPID_SUBJECT: 'mailto:operators@example.org',
  WEB_PUSH_HOSTS: 'fcm.googleapis.com,*.notify.windows.com',
  WEB_PUSH_BASE_URL: 'http://127.0.0.1:7410',
  STILLHERE_SWEEP_MS: '250',
  CARRIER_CONCURRENCY: '20',
}

const NUMBERS = ['-1', '1.5', '1e2', '0x10', '10 0', 'ten', '99999999999', 'NaN', '١٢']
const ORIGINS = [
  'here.example.org',
  'https://x.example/path',
  'https://x.example/?q=hunter2',
  'ftp://x.example',
  'https://u:hunter2@x.example',
]
const NOT_OF_SOMEBODY = ['hunter2', 'mysql://api:hunter2@db/x', 'postgres://db/stillhere', 'postgres://api@db/hunter2']
const PHONES = ['999', '07700900001', '+44 7700 900001', '+0123456789', '447700900001', '+4477009000012345678']
const TOKENS = ['short', 'with a space in it', 'tab\tin-the-middle-of-it', 'x'.repeat(129)]
const BYTES = [
  'AAAA',
  `${Buffer.alloc(32).toString('base64url')}=`,
  Buffer.alloc(33).toString('base64url'),
  Buffer.alloc(32, 255).toString('base64'),
]

/** Wrong values of every setting: a setting without a row here does not compile. */
const WRONG: Record<SettingName, readonly string[]> = {
  STILLHERE_MODE: ['LIVE', 'production', 'true', 'trial,live'],
  DATABASE_URL: ['hunter2', 'mysql://app:hunter2@db/x', '127.0.0.1:5432'],
  API_DATABASE_URL: NOT_OF_SOMEBODY,
  GATEWAY_DATABASE_URL: NOT_OF_SOMEBODY,
  WORKER_DATABASE_URL: NOT_OF_SOMEBODY,
  DATABASE_POOL_SIZE: [...NUMBERS, '0', '101'],
  REDIS_URL: ['hunter2', 'http://:hunter2@redis', 'redis.internal:6379'],
  HOST: ['http://127.0.0.1', 'a b', '*', '127.0.0.1/24', 'nonsense', 'api.example.org', '127.0.0.256', '[::1]'],
  PORT: [...NUMBERS, '65536'],
  INTERNAL_PORT: [...NUMBERS, '65536'],
  LOG_LEVEL: ['verbose', 'INFO', '30'],
  STILLHERE_WEB_URL: [...ORIGINS, 'javascript:alert(1)'],
  STILLHERE_API_URL: ORIGINS,
  STILLHERE_LIVE_URL: [
    'https://x.example/v1/live',
    'x.example/v1/live',
    'wss://u:hunter2@x.example',
    'wss://x.example#token',
  ],
  TRUSTED_PROXIES: [
    '0.0.0.0/0',
    '::/0',
    '172.31.0.0/33',
    '10.0.0.0/',
    'caddy',
    'true',
    '1',
    '172.31.0.1,',
    'fe80::1%eth0',
  ],
  DISCLOSURE_PUBLIC_KEY: [
    'k1',
    `k1:${point.toString('base64url')}=`,
    `k1:${Buffer.alloc(65, 4).toString('base64url')}`,
    point.toString('base64url'),
  ],
  DISCLOSURE_SIGNED_BY: ['k0', 'k0:AAAA', `k0:${Buffer.alloc(65, 1).toString('base64url')}`, 'k0:'],
  DISCLOSURE_KEY_FINGERPRINTS: ['AAAA', `${Buffer.alloc(32, 3).toString('base64url')}=`, 'k1:AAAA'],
  DISCLOSURE_KEYS: ['k1', `k1:${point.toString('base64url')}`, 'k1:AAAA', ',', 'k1:'],
  NUMBER_HASH_KEY: BYTES,
  LINK_KEY: [...BYTES, RIGHT.NUMBER_HASH_KEY],
  TWILIO_ACCOUNT_SID: ['AC123', `SK${'0'.repeat(32)}`, `AC${'g'.repeat(32)}`],
  TWILIO_AUTH_TOKEN: TOKENS,
  TWILIO_NEXT_AUTH_TOKEN: TOKENS,
  TWILIO_NUMBER: PHONES,
  TWILIO_BASE_URL: ORIGINS,
  OPERATOR_PAGER_NUMBER: PHONES,
  DEAD_MAN_URL: ['hunter2', 'ftp://x.example', 'switch.example.org/ping'],
  VAPID_PUBLIC_KEY: ['hunter2', `${point.toString('base64url')}=`, Buffer.alloc(65, 5).toString('base64url')],
  VAPID_PRIVATE_KEY: BYTES,
  VAPID_SUBJECT: ['operators@example.org', 'http://x.example', 'https://u:hunter2@x.example'],
  WEB_PUSH_HOSTS: [
    '*',
    '*.com',
    'https://fcm.googleapis.com',
    'localhost',
    '127.0.0.1',
    'fcm.googleapis.com:8443',
    'a.b,',
  ],
  WEB_PUSH_BASE_URL: ORIGINS,
  STILLHERE_SWEEP_MS: [...NUMBERS, '0', '49', '1001', '250ms'],
  CARRIER_CONCURRENCY: [...NUMBERS, '0', '201'],
}

/** All of them or none: half of it would offer people reminders that never come. */
const together: ReadonlySet<SettingName> = new Set(['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY', 'VAPID_SUBJECT'])

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'still-here-settings-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const fileWith = (text: string): string => {
  const file = join(mkdtempSync(join(folder, 'hunter2-')), 'setting')
  writeFileSync(file, text)
  return file
}
const settingsOf = (process: ProcessName): Record<string, string> =>
  Object.fromEntries(
    SETTINGS_TABLE.filter((row) => row.readBy.includes(process)).map((row) => [row.name, RIGHT[row.name]]),
  )

function refusal(process: ProcessName, environment: Environment): SettingsError {
  try {
    READERS[process](environment)
  } catch (error) {
    if (error instanceof SettingsError) return error
    throw error
  }
  throw new Error('it started')
}

const everyReader = SETTINGS_TABLE.flatMap((row) => row.readBy.map((process) => [row.name, process] as const))

describe.each(everyReader)('%s of the %s', (name, process) => {
  const needed = SETTINGS_TABLE.find((row) => row.name === name)?.needed

  test('is read, also from a file with a line break at its end', () => {
    const right = settingsOf(process)
    expect(() => READERS[process](right)).not.toThrow()
    const { [name]: value = '', ...others } = right
    expect(READERS[process]({ ...others, [`${name}_FILE`]: fileWith(`${value}\r\n`) })).toEqual(READERS[process](right))
  })

  test.each(WRONG[name])('stops the start when it is %j', (wrong) => {
    const { [name]: _, ...others } = settingsOf(process)
    for (const environment of [
      { ...others, [name]: wrong },
      { ...others, [`${name}_FILE`]: fileWith(wrong) },
    ]) {
      const refused = refusal(process, environment)
      expect(refused).toMatchObject({ code: 'bad_setting', variable: name })
      expect(refused.message).toMatch(new RegExp(`^${name} [^\\n]*\\.$`))
      if (wrong.length > 5) expect(refused.message).not.toContain(wrong)
      expect(refused.message).not.toContain('hunter2')
    }
  })

  test.each(['', ' \n'])(`that is blank (%j) is absent: needed ${needed}`, (blank) => {
    const { [name]: _, ...others } = settingsOf(process)
    for (const environment of [
      others,
      { ...others, [name]: blank },
      { ...others, [`${name}_FILE`]: fileWith(blank) },
    ]) {
      if (process === 'worker' && together.has(name))
        expect(refusal(process, environment)).toMatchObject({ code: 'missing_setting', variable: name })
      else if (needed === 'always')
        expect(refusal(process, environment)).toMatchObject({ code: 'missing_setting', variable: name })
      else expect(() => READERS[process](environment)).not.toThrow()
    }
  })

  test('given as a value and as a file is refused', () => {
    const environment = { ...settingsOf(process), [`${name}_FILE`]: fileWith(RIGHT[name]) }
    expect(refusal(process, environment)).toMatchObject({ code: 'given_twice', variable: name })
  })

  test('whose file cannot be read is refused by the name of the variable, and the path is not said', () => {
    const { [name]: _, ...others } = settingsOf(process)
    const folderInstead = join(folder, 'hunter2-folder')
    mkdirSync(folderInstead, { recursive: true })
    for (const path of [join(folder, 'hunter2-nowhere'), folderInstead, '/dev/zero', fileWith('x'.repeat(65_537))]) {
      const refused = refusal(process, { ...others, [`${name}_FILE`]: path })
      expect(refused).toMatchObject({ code: 'unreadable_file', variable: `${name}_FILE` })
      expect(refused.message).toMatch(new RegExp(`^${name}_FILE [^\\n]*\\.$`))
      expect(refused.message).not.toContain(path)
    }
  })
})

test('a setting of another process is none of this one’s: it is neither read nor refused, keys apart', () => {
  expect(() =>
    readWebConfig({ ...settingsOf('web'), TWILIO_NUMBER: '999', DATABASE_URL_FILE: '/nowhere' }),
  ).not.toThrow()
})

test('every example that is not cut short is right', () => {
  for (const { name, example } of SETTINGS_TABLE) {
    if (example.includes('…'))
      expect(SETTINGS_TABLE.find((row) => row.name === name)?.secret || /PUBLIC_KEY|SIGNED_BY/.test(name)).toBe(true)
    else expect(SETTINGS[name].schema.safeParse(example).success, name).toBe(true)
  }
})

test('what prints as [REDACTED] is marked as a secret, and keys are the worker’s alone', () => {
  for (const { name, secret, readBy } of SETTINGS_TABLE) {
    const value: unknown = SETTINGS[name].schema.parse(RIGHT[name])
    // The number that texts come from is on every phone they went to.
    if (value instanceof Secret && !(value instanceof PhoneNumber)) expect(secret, name).toBe(true)
    if (/KEYS$|HASH_KEY|LINK_KEY/.test(name)) expect({ secret, readBy }).toEqual({ secret: true, readBy: ['worker'] })
  }
})

test('SETTINGS.md is what the schema says', () => {
  expect(readFileSync(new URL('../SETTINGS.md', import.meta.url), 'utf8')).toBe(writeSettingsPage())
})

test('the settings of web push are absent together: then there is none', () => {
  const without = Object.entries(settingsOf('worker')).filter(([name]) => !together.has(name as SettingName))
  expect(readWorkerConfig(Object.fromEntries(without)).webPush).toBeUndefined()
  expect(readWorkerConfig(settingsOf('worker')).webPush?.hosts).toEqual(['fcm.googleapis.com', '*.notify.windows.com'])
})

test('live refuses a stand-in for the push services', () => {
  const { TWILIO_BASE_URL: _, ...real } = settingsOf('worker')
  const own = Object.entries(real).map(([name, value]) => [name, value?.replace('example.org', 'still-here.org.uk')])
  const live = {
    ...Object.fromEntries(own),
    TWILIO_ACCOUNT_SID: `AC${'0123456789abcdef'.repeat(2)}`,
    STILLHERE_MODE: 'live',
  }
  expect(refusal('worker', live)).toMatchObject({ code: 'not_in_live', variable: 'WEB_PUSH_BASE_URL' })
})
