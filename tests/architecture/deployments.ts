import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Environment,
  type ProcessName,
  readApiConfig,
  readGatewayConfig,
  readMigrateConfig,
  readWebConfig,
  readWorkerConfig,
  SETTINGS_TABLE,
} from '@stillhere/config'
import { parse } from 'yaml'
import { secretFiles } from '../../infra/deploy/secret-files.ts'
import { makeKeys } from '../../infra/local/keys.ts'

/*
 * What the deployments say, in the form in which they can be held against the code: of each process its settings, where
 * each comes from, and whose secrets it is handed.
 */

export const ROOT = join(import.meta.dirname, '..', '..')
export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** The processes that run all the time: the folders of services/. */
export const SERVICES = readdirSync(join(ROOT, 'services'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name as ProcessName)

export const READERS: Record<ProcessName, (environment: Environment) => unknown> = {
  api: readApiConfig,
  gateway: readGatewayConfig,
  worker: readWorkerConfig,
  web: readWebConfig,
  migrate: readMigrateConfig,
}

/** A process as a deployment starts it. */
export interface Deployed {
  readonly process: ProcessName
  /** What stands in its environment, `<NAME>_FILE`s apart. */
  readonly plain: Readonly<Record<string, string>>
  /** Setting → the file it comes from, `<folder>/<name>` in the folder that `make-secrets` writes. */
  readonly files: Readonly<Record<string, string>>
  /** Every secret that it is handed, read or not. */
  readonly handed: readonly string[]
}

/** What is wrong with how a process is told its settings; nothing, when it is told exactly what it reads. */
export function wrongWith(deployed: Deployed): string[] {
  const { process, plain, files, handed } = deployed
  const wrong: string[] = []
  const known = SETTINGS_TABLE.filter((row) => row.readBy.includes(process))
  const given = [...Object.keys(plain), ...Object.keys(files)]
  for (const name of given) {
    if (!known.some((row) => row.name === name)) wrong.push(`${name} is no setting of the ${process}`)
  }
  for (const { name, needed, secret } of known) {
    const times = given.filter((one) => one === name).length
    if (times > 1) wrong.push(`${name} is given ${times} times`)
    if (needed !== 'never' && times === 0) wrong.push(`${name} is missing`)
    if (secret && name in plain) wrong.push(`${name} is a secret and stands in the environment`)
  }
  for (const [name, file] of Object.entries(files)) {
    if (!handed.includes(file)) wrong.push(`${name} names a file that is not handed to the ${process}`)
    if (file !== `${process}/${name.toLowerCase()}`) wrong.push(`${name} comes from ${file}`)
  }
  for (const file of handed) {
    if (!Object.values(files).includes(file)) wrong.push(`${file} is handed to the ${process}, which does not read it`)
  }
  return wrong
}

const KEYS = makeKeys()
/** What a person fills in after `make-secrets`. */
const BROUGHT: Readonly<Record<string, string>> = {
  twilio_auth_token: 'token-token-token-token',
  operator_pager_number: '+447700900002',
  dead_man_url: 'https://switch.example.org/ping/1',
}
export const made = secretFiles(KEYS, { postgres: 'postgres:5432', valkey: 'valkey:6379' }) as Record<
  string,
  Readonly<Record<string, string>>
>

/** The environment this process would read its settings from, with the files' texts put in place. */
export function environmentOf(deployed: Deployed, changed: Environment = {}): Environment {
  const fromFiles = Object.entries(deployed.files).map(([setting, file]) => {
    const [folder = '', name = ''] = file.split('/')
    return [setting, made[folder]?.[name] || BROUGHT[name]] as const
  })
  return { ...deployed.plain, ...Object.fromEntries(fromFiles), ...changed }
}

/** The same in live, once a person has put their own hosts and account in the place of the examples, which live refuses. */
export function liveEnvironmentOf(deployed: Deployed): Environment {
  const own = Object.entries(environmentOf(deployed)).map(([name, value]) => [
    name,
    value?.replaceAll('example.org', 'still-here.org.uk').replace(/^AC0{32}$/, `AC${'0123456789abcdef'.repeat(2)}`),
  ])
  return { ...Object.fromEntries(own), STILLHERE_MODE: 'live' }
}

export interface ComposeService {
  readonly image: string
  readonly build?: { readonly dockerfile: string; readonly args?: Readonly<Record<string, string>> }
  readonly user?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>
  readonly ports?: readonly string[]
  readonly command?: readonly string[]
  readonly volumes?: readonly string[]
  readonly tmpfs?: readonly string[]
  readonly depends_on?: unknown
  readonly restart?: string
  readonly init?: boolean
  readonly read_only?: boolean
  readonly privileged?: boolean
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly ulimits?: { readonly core?: number }
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> }
  readonly stop_grace_period?: string
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly deploy?: { readonly resources: { readonly limits: Readonly<Record<string, string | number>> } }
}
export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly networks: Readonly<
    Record<string, { readonly internal?: boolean; readonly ipam?: { config: { subnet: string }[] } }>
  >
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

/** The compose file, its variables filled from the example; as the engine does it, in what YAML has read. */
export function readCompose(): Compose {
  const example = readEnvironmentFile('infra/docker/example.env')
  const fill = (text: string) =>
    text.replace(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_, name, kind, other) => {
      const value = example[name] ?? (kind === '-' ? other : undefined)
      if (value === undefined) throw new Error(`example.env does not say ${name}`)
      return value
    })
  return parse(read('docker-compose.yml'), (_key, value) => (typeof value === 'string' ? fill(value) : value), {
    merge: true,
  }) as Compose
}

export function composeDeployed(compose: Compose, process: ProcessName, service: ComposeService): Deployed {
  const fileOf = (secret: string) => compose.secrets[secret]?.file.replace(/^\.\/secrets\//, '') ?? `nowhere: ${secret}`
  const environment = Object.entries(service.environment ?? {})
  return {
    process,
    plain: Object.fromEntries(environment.filter(([name]) => !name.endsWith('_FILE'))),
    files: Object.fromEntries(
      environment
        .filter(([name]) => name.endsWith('_FILE'))
        .map(([name, path]) => [name.slice(0, -5), fileOf(path.replace('/run/secrets/', ''))]),
    ),
    handed: (service.secrets ?? []).map(fileOf),
  }
}

export const UNITS = 'infra/deploy/systemd'

/** A unit file with what the drop-in adds to each of ours: directive → its values, in order. */
export function readUnit(name: string): Map<string, string[]> {
  const directives = new Map<string, string[]>()
  for (const file of [`${UNITS}/${name}`, `${UNITS}/stillhere-.service.d/hardening.conf`]) {
    for (const line of read(file).split('\n')) {
      const [, key = '', value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? []
      if (key !== '') directives.set(key, [...(directives.get(key) ?? []), value])
    }
  }
  return directives
}

export function unitDeployed(process: ProcessName, unit: Map<string, string[]>, instance = ''): Deployed {
  const credentials = new Map(
    (unit.get('LoadCredential') ?? []).map((line) => {
      const [name = '', path = ''] = line.split(':')
      return [name, path.replace('/etc/stillhere/secrets/', '')] as const
    }),
  )
  const plain: Record<string, string> = {}
  const files: Record<string, string> = {}
  for (const file of unit.get('EnvironmentFile') ?? []) {
    Object.assign(plain, readEnvironmentFile(`${UNITS}/settings/${file.replace('/etc/stillhere/', '')}`))
  }
  for (const pair of (unit.get('Environment') ?? []).flatMap((line) => line.split(' '))) {
    const [name = '', value = ''] = pair.split(/=(.*)/)
    if (name === 'NODE_ENV') continue
    if (name.endsWith('_FILE'))
      files[name.slice(0, -5)] = credentials.get(value.replace('%d/', '')) ?? `nowhere: ${value}`
    else plain[name] = value.replaceAll('%i', instance)
  }
  return { process, plain, files, handed: [...credentials.values()] }
}

function readEnvironmentFile(file: string): Record<string, string> {
  const lines = read(file).split('\n')
  return Object.fromEntries(
    lines.filter((line) => /^[A-Z_]+=/.test(line)).map((line) => line.split(/=(.*)/).slice(0, 2)),
  )
}
