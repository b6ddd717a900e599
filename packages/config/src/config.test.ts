import { generateKeyPairSync } from 'node:crypto'
import { format, inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  type Environment,
  PhoneNumber,
  readApiConfig,
  readGatewayConfig,
  readMigrateConfig,
  readWebConfig,
  readWorkerConfig,
  Secret,
  SettingsError,
} from './index.ts'

function p256(curve = 'prime256v1') {
  const pair = generateKeyPairSync('ec', { namedCurve: curve })
  const jwk = pair.publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(jwk.x ?? '', 'base64url'),
    Buffer.from(jwk.y ?? '', 'base64url'),
  ])
  return {
    publicKey: point.toString('base64url'),
    privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
  }
}

const pair = p256()
const older = p256()
const bytes = (fill: number) => Buffer.alloc(32, fill).toString('base64url')

const shared = {
  DATABASE_URL: 'postgres://app:hunter2@127.0.0.1:5432/stillhere',
  INTERNAL_PORT: '0',
  PORT: '7401',
  STILLHERE_WEB_URL: 'http://localhost:7400/',
  STILLHERE_API_URL: 'http://localhost:7401',
  STILLHERE_LIVE_URL: 'ws://localhost:7402/v1/live',
  DISCLOSURE_KEY_FINGERPRINTS: Buffer.alloc(32, 7).toString('base64url'),
}
const twilio = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token-token-token-token',
  TWILIO_NUMBER: '+447700900001',
}
const api: Environment = { ...shared, ...twilio, DISCLOSURE_PUBLIC_KEY: `k1:${pair.publicKey}` }
const worker: Environment = {
  ...shared,
  ...twilio,
  DISCLOSURE_KEYS: `k2:${pair.privateKey},k1:${older.privateKey}`,
  NUMBER_HASH_KEY: bytes(1),
  LINK_KEY: bytes(2),
  TWILIO_BASE_URL: 'http://127.0.0.1:7409',
}
const live = {
  STILLHERE_MODE: 'live',
  TWILIO_ACCOUNT_SID: 'AC0123456789abcdef0123456789abcdef',
  STILLHERE_WEB_URL: 'https://page.still-here.org.uk',
  STILLHERE_API_URL: 'https://api.still-here.org.uk',
  STILLHERE_LIVE_URL: 'wss://live.still-here.org.uk/v1/live',
}
const liveWorker: Environment = {
  ...worker,
  ...live,
  TWILIO_BASE_URL: undefined,
  OPERATOR_PAGER_NUMBER: '+447700900002',
  DEAD_MAN_URL: 'https://dead-man.still-here.org.uk/ping/abc',
}

function refusal(read: () => unknown): { code: string; variable: string; message: string } {
  try {
    read()
  } catch (error) {
    if (error instanceof SettingsError) {
      return { code: error.code, variable: error.variable, message: error.message }
    }
    throw error
  }
  throw new Error('it started')
}

test('each process reads what it needs', () => {
  expect(readApiConfig(api)).toMatchObject({
    mode: 'trial',
    host: '127.0.0.1',
    port: 7401,
    webUrl: 'http://localhost:7400',
    apiUrl: 'http://localhost:7401',
    liveUrl: 'ws://localhost:7402/v1/live',
    disclosureKey: { keyId: 'k1', publicKey: pair.publicKey },
    redisUrl: undefined,
    databasePoolSize: 10,
    trustedProxies: [],
    carrier: { isSimulator: false, nextAuthToken: undefined },
  })
  expect(readApiConfig({ ...api, TRUSTED_PROXIES: '172.31.0.0/24, ::1' }).trustedProxies).toEqual([
    '172.31.0.0/24',
    '::1',
  ])
  expect(readMigrateConfig(shared).databaseUrl.reveal()).toBe(shared.DATABASE_URL)
  expect(readGatewayConfig(shared)).toMatchObject({ port: 7401, logLevel: 'info' })
  expect(readWebConfig(shared)).toMatchObject({
    port: 7401,
    apiUrl: 'http://localhost:7401',
    disclosureKeyFingerprints: [shared.DISCLOSURE_KEY_FINGERPRINTS],
  })
  const config = readWorkerConfig(worker)
  expect(config.disclosureKeys.map((key) => key.keyId)).toEqual(['k2', 'k1'])
  expect(config.disclosureKeys[0].privateKey.reveal()).toBe(pair.privateKey)
  expect(config.numberHashKey.reveal()).toEqual(Buffer.alloc(32, 1))
  expect(config).toMatchObject({ sweepMs: 250, carrier: { concurrency: 20, baseUrl: 'http://127.0.0.1:7409' } })
  expect(config.databaseUrl.reveal()).toBe(shared.DATABASE_URL)
})

describe('a setting that is wrong stops the start and is named, never shown (B69)', () => {
  const cases: [string, string, string][] = [
    ['STILLHERE_SWEEP_MS', '0', 'bad_setting'],
    ['STILLHERE_SWEEP_MS', '500ms', 'bad_setting'],
    ['STILLHERE_SWEEP_MS', '-250', 'bad_setting'],
    ['STILLHERE_SWEEP_MS', '1e2', 'bad_setting'],
    ['STILLHERE_SWEEP_MS', '250.5', 'bad_setting'],
    ['STILLHERE_SWEEP_MS', '0x64', 'bad_setting'],
    ['STILLHERE_SWEEP_MS', '1001', 'bad_setting'],
    ['STILLHERE_SWEEP_MS', '49', 'bad_setting'],
    ['STILLHERE_SWEEP_MS', 'NaN', 'bad_setting'],
    ['CARRIER_CONCURRENCY', '0', 'bad_setting'],
    ['DATABASE_POOL_SIZE', '1000', 'bad_setting'],
    ['DATABASE_URL', '', 'missing_setting'],
    ['DATABASE_URL', '   ', 'missing_setting'],
    ['DATABASE_URL', 'mysql://app:hunter2@db/x', 'bad_setting'],
    ['DATABASE_URL', 'hunter2', 'bad_setting'],
    ['REDIS_URL', 'http://:hunter2@redis', 'bad_setting'],
    ['STILLHERE_MODE', 'LIVE', 'bad_setting'],
    ['STILLHERE_MODE', 'production', 'bad_setting'],
    ['LOG_LEVEL', 'verbose', 'bad_setting'],
    ['INTERNAL_PORT', '65536', 'bad_setting'],
    ['INTERNAL_PORT', '', 'missing_setting'],
    ['STILLHERE_WEB_URL', 'http://localhost/app', 'bad_setting'],
    ['STILLHERE_WEB_URL', 'http://user:hunter2@localhost', 'bad_setting'],
    ['STILLHERE_WEB_URL', 'javascript:alert(1)', 'bad_setting'],
    ['STILLHERE_API_URL', 'localhost:7401', 'bad_setting'],
    ['TWILIO_NUMBER', '07700900001', 'bad_setting'],
    ['TWILIO_ACCOUNT_SID', 'AC123', 'bad_setting'],
    ['TWILIO_AUTH_TOKEN', 'short', 'bad_setting'],
    ['NUMBER_HASH_KEY', 'AAAA', 'bad_setting'],
    ['NUMBER_HASH_KEY', `${bytes(1)}=`, 'bad_setting'],
    ['LINK_KEY', bytes(1), 'bad_setting'],
    ['DISCLOSURE_KEYS', 'k1', 'bad_setting'],
    ['DISCLOSURE_KEYS', `k1:${pair.publicKey}`, 'bad_setting'],
    ['DISCLOSURE_KEYS', `k.1:${pair.privateKey}`, 'bad_setting'],
    ['DISCLOSURE_KEYS', `k1:${pair.privateKey},k1:${older.privateKey}`, 'bad_setting'],
    ['DISCLOSURE_KEYS', `k1:${p256('secp384r1').privateKey}`, 'bad_setting'],
    ['DISCLOSURE_KEYS', `k1:${pair.privateKey},`, 'bad_setting'],
    ['OPERATOR_PAGER_NUMBER', '999', 'bad_setting'],
    ['DEAD_MAN_URL', 'ftp://x', 'bad_setting'],
  ]
  test.each(cases)('%s=%s', (variable, value, code) => {
    const refused = refusal(() => readWorkerConfig({ ...worker, [variable]: value }))
    expect(refused).toMatchObject({ code, variable })
    expect(refused.message).toMatch(new RegExp(`^${variable} .*\\.$`))
    expect(refused.message.split('. ')).toHaveLength(1)
    if (value.trim().length > 3) expect(refused.message).not.toContain(value.trim())
    expect(refused.message).not.toContain('hunter2')
  })

  const offCurve = Buffer.from(pair.publicKey, 'base64url')
  offCurve[40] = (offCurve[40] ?? 0) ^ 1
  test.each([
    ['no key id', pair.publicKey],
    ['a point off the curve', `k1:${offCurve.toString('base64url')}`],
    ['a short point', `k1:${pair.publicKey.slice(0, 40)}`],
    ['padding', `k1:${pair.publicKey}=`],
    ['a private key', `k1:${pair.privateKey}`],
  ])('a bad public key: %s', (_what, value) => {
    const refused = refusal(() => readApiConfig({ ...api, DISCLOSURE_PUBLIC_KEY: value }))
    expect(refused).toMatchObject({ code: 'bad_setting', variable: 'DISCLOSURE_PUBLIC_KEY' })
    expect(refused.message).not.toContain(value)
  })
})

test('no process but the worker starts with a key in its environment (P12)', () => {
  const readers = { api: () => readApiConfig, gateway: () => readGatewayConfig, web: () => readWebConfig }
  for (const variable of ['DISCLOSURE_KEYS', 'NUMBER_HASH_KEY', 'LINK_KEY']) {
    for (const [process, reader] of Object.entries(readers)) {
      const environment = { ...api, [variable]: worker[variable] }
      expect(
        refusal(() => reader()(environment)),
        process,
      ).toMatchObject({
        code: 'not_for_this_process',
        variable,
      })
      // The path to a key is as good as the key, and is not even looked at.
      expect(refusal(() => reader()({ ...api, [`${variable}_FILE`]: '/nowhere' }))).toMatchObject({
        code: 'not_for_this_process',
        variable: `${variable}_FILE`,
      })
      expect(() => reader()({ ...api, [variable]: '' })).not.toThrow()
    }
  }
})

describe('live refuses to start', () => {
  test('and starts when everything is there', () => {
    expect(readWorkerConfig(liveWorker).mode).toBe('live')
    expect(readApiConfig({ ...api, ...live }).mode).toBe('live')
    expect(readGatewayConfig({ ...shared, ...live }).mode).toBe('live')
    expect(readWebConfig({ ...shared, ...live }).mode).toBe('live')
  })

  test.each([
    'DATABASE_URL',
    'DISCLOSURE_KEYS',
    'NUMBER_HASH_KEY',
    'LINK_KEY',
    'TWILIO_ACCOUNT_SID',
    'TWILIO_AUTH_TOKEN',
    'TWILIO_NUMBER',
    'STILLHERE_WEB_URL',
    'STILLHERE_API_URL',
    'OPERATOR_PAGER_NUMBER',
    'DEAD_MAN_URL',
  ])('without %s', (variable) => {
    expect(refusal(() => readWorkerConfig({ ...liveWorker, [variable]: undefined })).variable).toBe(variable)
  })

  test('with the simulator', () => {
    const simulated = { TWILIO_BASE_URL: 'https://simulator.still-here.org.uk' }
    expect(refusal(() => readWorkerConfig({ ...liveWorker, ...simulated }))).toMatchObject({ code: 'not_in_live' })
    expect(refusal(() => readApiConfig({ ...api, ...live, ...simulated }))).toMatchObject({ code: 'not_in_live' })
  })

  test.each([
    ['STILLHERE_WEB_URL', 'http://page.still-here.org.uk'],
    ['STILLHERE_WEB_URL', 'https://localhost:7400'],
    ['STILLHERE_API_URL', 'http://api.still-here.org.uk'],
    ['STILLHERE_API_URL', 'https://127.0.0.1'],
    ['STILLHERE_API_URL', 'https://[::1]:8000'],
    ['STILLHERE_LIVE_URL', 'ws://live.still-here.org.uk/v1/live'],
    ['STILLHERE_LIVE_URL', 'wss://localhost/v1/live'],
    ['STILLHERE_WEB_URL', 'https://localhost.'],
    ['STILLHERE_WEB_URL', 'https://still-here'],
    ['STILLHERE_WEB_URL', 'https://still-here.local'],
    ['STILLHERE_WEB_URL', 'https://still-here.internal.'],
    ['STILLHERE_WEB_URL', 'https://here.example.org'],
    ['STILLHERE_WEB_URL', 'https://here.example'],
    ['STILLHERE_WEB_URL', 'https://nas.home.arpa'],
    ['STILLHERE_API_URL', 'https://10.1.2.3'],
    ['STILLHERE_API_URL', 'https://192.168.1.5:8443'],
    ['STILLHERE_API_URL', 'https://172.16.0.1'],
    ['STILLHERE_API_URL', 'https://169.254.169.254'],
    ['STILLHERE_API_URL', 'https://100.64.0.1'],
    ['STILLHERE_API_URL', 'https://192.0.2.7'],
    ['STILLHERE_API_URL', 'https://0.0.0.0'],
    ['STILLHERE_API_URL', 'https://2130706433'],
    ['STILLHERE_API_URL', 'https://[::ffff:127.0.0.1]'],
    ['STILLHERE_API_URL', 'https://[fe80::1]'],
    ['STILLHERE_API_URL', 'https://[fd00::1]'],
    ['TWILIO_ACCOUNT_SID', `AC${'0'.repeat(32)}`],
  ])('with %s=%s', (variable, value) => {
    const refused = refusal(() => readApiConfig({ ...api, ...live, [variable]: value }))
    expect(refused).toMatchObject({ code: 'not_in_live', variable })
    expect(refused.message).not.toContain(value)
  })

  test.each([
    ['OPERATOR_PAGER_NUMBER', worker.TWILIO_NUMBER ?? ''],
    ['DEAD_MAN_URL', 'http://dead-man.still-here.org.uk/ping'],
    ['DEAD_MAN_URL', 'https://localhost:9/ping'],
    ['DEAD_MAN_URL', 'https://switch.local/ping'],
    ['DEAD_MAN_URL', 'https://10.0.0.2/ping'],
    ['TWILIO_ACCOUNT_SID', `AC${'0'.repeat(32)}`],
  ])('a worker with %s=%s', (variable, value) => {
    const refused = refusal(() => readWorkerConfig({ ...liveWorker, [variable]: value }))
    expect(refused).toMatchObject({ code: 'not_in_live', variable })
    expect(refused.message).not.toContain(value)
    // Trial may do as it likes.
    expect(readWorkerConfig({ ...liveWorker, STILLHERE_MODE: 'trial', [variable]: value }).mode).toBe('trial')
  })

  test.each([
    'https://still-here.org.uk',
    'https://93.184.216.34',
    'https://[2606:2800:220:1::1]',
    'https://a.test.uk',
  ])('but not with a host that others can find: %s', (value) => {
    expect(readApiConfig({ ...api, ...live, STILLHERE_API_URL: value }).mode).toBe('live')
  })
})

describe('what contradicts itself', () => {
  const readers = {
    api: [readApiConfig, api],
    gateway: [readGatewayConfig, shared],
    web: [readWebConfig, shared],
  } as const
  test.each(Object.keys(readers) as (keyof typeof readers)[])('one port for both listeners of the %s', (name) => {
    const [read, given] = readers[name]
    const refused = refusal(() => read({ ...given, PORT: '7401', INTERNAL_PORT: '7401' }))
    expect(refused).toMatchObject({ code: 'bad_setting', variable: 'PORT' })
    // Two free ones are two.
    expect(read({ ...given, PORT: '0', INTERNAL_PORT: '0' }).port).toBe(0)
  })

  test('one address for pages and api, with no proxy that could tell them apart', () => {
    const one = { ...api, STILLHERE_WEB_URL: 'http://localhost:7401', STILLHERE_API_URL: 'http://localhost:7401/' }
    expect(refusal(() => readApiConfig(one))).toMatchObject({ code: 'bad_setting', variable: 'STILLHERE_API_URL' })
    expect(readApiConfig({ ...one, TRUSTED_PROXIES: '127.0.0.1' }).apiUrl).toBe('http://localhost:7401')
  })
})

test('secrets and numbers print as [REDACTED], however they are printed', () => {
  const number = PhoneNumber.parse('+447700900001')
  if (number === null) throw new Error('refused')
  for (const hidden of [new Secret('hunter2'), number, new Secret(Buffer.from('hunter2'))]) {
    for (const printed of [
      String(hidden),
      `${hidden}`,
      JSON.stringify({ hidden }),
      inspect(hidden),
      inspect({ deep: [{ hidden }] }),
      format('%s %o %O %j', hidden, hidden, hidden, hidden),
      inspect(hidden, { showHidden: true }),
    ]) {
      expect(printed).toContain('[REDACTED]')
      expect(printed).not.toMatch(/hunter2|7700900|68756e74/)
    }
    expect(Object.keys(hidden)).toEqual([])
  }
  expect(inspect(readWorkerConfig(worker), { depth: 9 })).not.toMatch(/hunter2|token-token|7700900/)
  expect(number.reveal()).toBe('+447700900001')
  expect(PhoneNumber.parse('999')).toBeNull()
})
