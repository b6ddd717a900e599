import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ProcessName } from '@stillhere/testkit'
import { ask, NoAnswerError } from '../ask.ts'
import { type FaultCase, onFaultyStack } from '../case.ts'
import type { Crowd, Member } from '../crowd.ts'
import { Device } from '../device.ts'
import type { FaultyStack } from '../faulty-stack.ts'
import { layOutFormerRelease, releaseAt } from '../former-release.ts'

const run = promisify(execFile)
const clone = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '')
const steps = join(clone, 'infra/deploy/UPGRADE.md')
const PROCESSES = ['api', 'gateway', 'web', 'worker-1', 'worker-2'] as const

/**
 * F48: the former release runs with alerts open and sessions in flight, is upgraded by the steps an operator is given, and
 * rolled back by them. All the while people start, check in over HTTP and over sockets, go silent, and call for help.
 */
export const upgradeAndRollback: FaultCase = {
  id: 'F48',
  what: 'this release is put in the place of the former one and taken back, under load',
  run: async ({ full, say }) => {
    const folder = mkdtempSync(join(tmpdir(), 'still-here-releases-'))
    try {
      const tree = (name: string) => join(folder, 'opt', `stillhere${name}`)
      const host: Host = { folder, link: tree(''), former: tree('-FORMER'), release: tree('-RELEASE') }
      mkdirSync(host.former, { recursive: true })
      mkdirSync(join(folder, 'etc/systemd/system'), { recursive: true })
      layOutFormerRelease(clone, host.former)
      symlinkSync(host.former, host.link)
      await onHost(host, `node ${clone}/infra/deploy/make-secrets.ts ${folder}/etc/stillhere/secrets --owner root`)
      return await onFaultyStack({ pace: 20, release: releaseAt(host.link) }, async (stack, crowd, broken) => {
        const load = new Load(crowd, stack.live, full ? 100 : 12)
        await load.begin()
        const before = await schemaOf(stack)
        try {
          await follow('upgrade', host, stack, say)
          broken.push(...notRunningFrom(host.release, stack))
          // The whole of this release serves for a moment, too.
          await pause(1_500)
          await follow('rollback', host, stack, say)
          broken.push(...notRunningFrom(host.former, stack))
          await pause(1_500)
        } finally {
          await load.end()
        }
        const after = await schemaOf(stack)
        await crowd.untilTold(load.silent, 20_000)
        const verdict = await crowd.check({ latenessMs: 3_000, firstTextMs: 10_000 })
        const alerts = load.silent + load.helped
        if (verdict.alerts !== alerts)
          broken.push(`${verdict.alerts} alerts for ${alerts} people who were silent or called`)
        if (load.overSockets === 0) broken.push('no check-in went over a socket')
        const slowest = Math.round(Math.max(...crowd.took.map(({ ms }) => ms)))
        const figures = [
          `schema ${before} to ${after}`,
          `${alerts} alerts, first text after ${verdict.firstTextMaxMs} ms at most`,
          `latest ${verdict.latenessMaxMs} ms`,
          `${crowd.took.length} commands over HTTP, slowest answer ${slowest} ms, ${load.overSockets} over sockets`,
        ]
        return { verdict, figures: figures.join(', ') }
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** The host of this test: its /opt, /etc and /var lie in a folder. */
interface Host {
  folder: string
  link: string
  former: string
  release: string
}

/** Runs each command of a list in UPGRADE.md; one that is not understood fails. */
async function follow(
  list: 'upgrade' | 'rollback',
  host: Host,
  stack: FaultyStack,
  say: (line: string) => void,
): Promise<void> {
  const [, text] = new RegExp(`^\`\`\`sh ${list}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(readFileSync(steps, 'utf8')) ?? []
  if (!text) throw new Error(`UPGRADE.md has no list of commands for the ${list}`)
  for (const line of text.trim().split('\n')) {
    say(`F48 ${new Date().toISOString().slice(11, 23)} ${line}`)
    await step(line, host, stack)
  }
}

/** The commands that need nothing but files: they are run as they stand, with the folders of this test. */
const ofFiles = /^(?:npx -y pnpm@12 --dir|ln -sfn|cp -r|install -d|node) /

async function step(line: string, host: Host, stack: FaultyStack): Promise<void> {
  // What `git` would bring: the tree under test, without what is made in it.
  if (/^git clone .* \/opt\/stillhere-RELEASE$/.test(line)) return bringCode(host.release)
  if (ofFiles.test(line)) return onHost(host, line.replace(/ (\/(?:opt|etc|var)\/)/g, ` ${host.folder}$1`))
  // The units are there and readable; there is no systemd to read them.
  if (line === 'systemctl daemon-reload')
    return void readFileSync(join(host.folder, 'etc/systemd/system/stillhere-web.service'))
  const [, command] = /^stillhere (.+)$/.exec(line) ?? []
  if (command) {
    const args = command.replace(' /var/', ` ${host.folder}/var/`).split(' ')
    return void (await node(host, ['infra/stillhere/main.ts', ...args], { DATABASE_URL: stack.databaseUrl }))
  }
  const [, unit] = /^systemctl restart stillhere-([a-z]+(?:@\d)?)$/.exec(line) ?? []
  if (unit === 'migrate') {
    const { api, gateway, worker } = stack.serviceUrls
    const urls = { API_DATABASE_URL: api, GATEWAY_DATABASE_URL: gateway, WORKER_DATABASE_URL: worker }
    return void (await node(host, ['infra/deploy/migrate.ts'], { DATABASE_URL: stack.databaseUrl, ...urls }))
  }
  const restarted = PROCESSES.find((name) => name === unit?.replace('@', '-'))
  if (restarted) return stack.restart(restarted)
  const [, port] = /^curl --silent --fail --retry 30 .* http:\/\/127\.0\.0\.1:(\d+)\/readyz$/.exec(line) ?? []
  const asked = PROCESSES.find((name) => portInUnits[name] === port)
  if (asked) return untilReady(stack, asked)
  throw new Error(`nobody knows how to run this step of UPGRADE.md: ${line}`)
}

/** The internal ports of the systemd units. */
const portInUnits: Readonly<Record<(typeof PROCESSES)[number], string>> = {
  api: '9411',
  gateway: '9412',
  web: '9413',
  'worker-1': '9401',
  'worker-2': '9402',
}

async function untilReady(stack: FaultyStack, name: (typeof PROCESSES)[number]): Promise<void> {
  const giveUpAt = Date.now() + 30_000
  for (;;) {
    const answer = await ask('GET', `${stack.internal[name]}/readyz`, { fresh: true }).catch((error) => {
      if (error instanceof NoAnswerError) return undefined
      throw error
    })
    if (answer?.status === 200) return
    if (Date.now() > giveUpAt) throw new Error(`${name} was not ready within 30 s`)
    await pause(100)
  }
}

const made = new Set(['node_modules', 'dist', '.git', '.data', 'secrets'])

function bringCode(tree: string): void {
  cpSync(clone, tree, { recursive: true, filter: (path) => !made.has(basename(path)) })
}

/** A line of the guide as its shell would run it, with the Node of this test as the host's. */
async function onHost(host: Host, line: string): Promise<void> {
  // In the shell's place, so that a time limit ends the command itself.
  await run('sh', ['-c', `exec ${line}`], {
    cwd: host.folder,
    env: { ...process.env, PATH: `${join(clone, 'node_modules/.bin')}:${process.env.PATH}` },
    timeout: 180_000,
  })
}

/** A command on the host, from the code that the link means now. */
async function node(host: Host, args: string[], environment: Record<string, string>): Promise<void> {
  await run(process.execPath, args, {
    cwd: host.link,
    env: { PATH: process.env.PATH, ...environment },
    timeout: 60_000,
  })
}

/** Only Linux tells where a process has its code from. */
function notRunningFrom(tree: string, { supervisor }: FaultyStack): string[] {
  if (process.platform !== 'linux') return []
  const runsFrom = (name: ProcessName) => readlinkSync(`/proc/${supervisor.pid(name)}/cwd`)
  return PROCESSES.filter((name) => runsFrom(name) !== tree).map((name) => `${name} runs another release's code`)
}

async function schemaOf({ db }: FaultyStack): Promise<number> {
  const [row] = await db.query<{ version: number }>('SELECT max(version)::int AS version FROM public.schema_version')
  return row?.version ?? 0
}

/** People all through it: some who check in and end well, some who fall silent at any instant, some who call for help. */
class Load {
  silent = 0
  helped = 0
  overSockets = 0
  readonly #crowd: Crowd
  readonly #live: string
  readonly #size: number
  readonly #over = new AbortController()
  #members: Member[] = []
  #devices: Device[] = []
  #running: Promise<unknown>[] = []

  constructor(crowd: Crowd, live: string, size: number) {
    this.#crowd = crowd
    this.#live = live
    this.#size = size
  }

  /** Resolves when alerts are open and everybody is on their way. */
  async begin(): Promise<void> {
    const crowd = this.#crowd
    const helped = await crowd.join(4)
    await Promise.all(
      helped.map(async (member) => {
        await crowd.start(member)
        await crowd.help(member)
      }),
    )
    this.helped = helped.length
    this.#members = await crowd.join(this.#size)
    await Promise.all(this.#members.map((member) => crowd.start(member, 1_800)))
    this.#devices = this.#members.filter((_, i) => i % 2 === 0).map((member) => new Device(crowd, member, this.#live))
    await Promise.all(this.#devices.map((device) => device.connect()))
    const byHttp = this.#members.filter((_, i) => i % 2 === 1)
    this.#running = [
      ...byHttp.map((member) => this.#again(1_000, () => crowd.checkIn(member))),
      ...this.#devices.map((device) => this.#again(1_000, () => device.checkIn())),
      this.#again(500, async () => {
        const [member] = await crowd.join(1)
        if (!member) return
        await crowd.start(member)
        this.silent += 1
      }),
    ]
  }

  /** Everybody who checked in ends well; nobody new comes. */
  async end(): Promise<void> {
    this.#over.abort()
    await Promise.all(this.#running)
    this.overSockets = this.#devices.reduce((sum, device) => sum + device.overSocket, 0)
    for (const device of this.#devices) device.close()
    await Promise.all(this.#members.map((member) => this.#crowd.end(member)))
    await pause(this.#crowd.shortestMs + 1_000)
  }

  async #again(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    while (!this.#over.signal.aborted) {
      await work()
      await pause(everyMs * (0.5 + Math.random()))
    }
  }
}
