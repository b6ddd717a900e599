import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ChildLog } from './child-log.ts'
import { identityOf, type RunRecord, writeRecord } from './leftovers.ts'

/** Attempts to bring a child back: quick at first, never given up, never slower than promise P2 allows. */
const RESTART_AFTER_MS = [200, 400, 800, 1_000]
/** While it is waited for, a child that ended this often is not waited for any longer. */
const HOPELESS_AFTER = 5
/** A child that lived this long starts again from the quickest attempt. */
const SETTLED_AFTER_MS = 5_000
const LIVE_PROBE_EVERY_MS = 1_000
const LIVE_PROBE_TIMEOUT_MS = 2_000
/** F44: a process that answers nothing for this long is as good as dead. */
const FROZEN_AFTER_MS = 10_000
/** Until it was ready once a child is starting, which takes longer on a busy machine. */
const STARTS_WITHIN_MS = 30_000
/** A launcher that was asleep itself must not take everybody for frozen when it wakes. */
const FROZEN_AFTER_PROBES = 4
const READY_PROBE_EVERY_MS = 50
/** Together under the ten seconds in which everything must have ended. */
const SERVICE_GRACE_MS = 5_500
const STORE_GRACE_MS = 3_000
const LONGEST_LINE = 16_384
/** A child in a crash loop must not flood the terminal; its file has everything. */
const SHOWN_LINES_PER_10_S = 40

/** How one child is started, known to be ready, watched and ended. */
export type ChildPlan = {
  name: string
  command: string
  args: readonly string[]
  cwd: string
  /** All that the child sees: nothing is inherited. */
  env: Readonly<Record<string, string>>
  /** The operating system's account to run as, where we may choose. */
  account?: { uid: number; gid: number } | undefined
  /** Stores end after services, because services finish their work in them. */
  kind: 'store' | 'service'
  /** Ready when a line of its output matches, or when a URL answers 200, or as soon as it runs. */
  ready: { line: RegExp } | { url: string } | 'at once'
  /** Asked every second; ten seconds without a 200 and the child is ended and started again. */
  liveUrl?: string | undefined
  stopSignal?: NodeJS.Signals
  beforeStart?: () => void | Promise<void>
}

/** How a child ended, with the last lines it said. */
type Ending = { code: number | null; signal: NodeJS.Signals | null; lastLines: readonly string[] }

type Events = {
  started: [{ name: string; pid: number }]
  ready: [{ name: string; pid: number }]
  ended: [{ name: string; pid: number } & Ending]
  frozen: [{ name: string; pid: number }]
  stopping: []
}

type Watched = {
  plan: ChildPlan
  log: ChildLog
  process: ChildProcess | undefined
  /** `held`: ended on purpose and not to be started again until released. */
  mode: 'running' | 'held'
  isReady: boolean
  failures: number
  restartTimer: NodeJS.Timeout | undefined
  shown: { sinceMs: number; lines: number }
}

export type SupervisorOptions = {
  /** Logs go to `<folder>/logs/<child>.log`, the record of the run to `<folder>/run.json`. */
  folder: string
  /** Progress for the person at the terminal: restarts, and children's errors. */
  say: (line: string) => void
}

/**
 * Starts children, starts again whatever dies within two seconds and without end, and leaves nobody behind: on
 * `stop()` within ten seconds, and when the launcher itself is killed outright through a shell that outlives it.
 *
 * A child is down → starting → ready. It leaves any of these by ending; unless it is held or everything is stopping it
 * is started again after a pause. Ten seconds without a sign of life count as an ending.
 */
export class Supervisor extends EventEmitter<Events> {
  readonly #options: SupervisorOptions
  readonly #recordFile: string
  readonly #children = new Map<string, Watched>()
  readonly #launcher = identityOf(process.pid)
  #guard: ChildProcess | undefined
  #stopping: Promise<void> | undefined

  constructor(options: SupervisorOptions) {
    super()
    this.setMaxListeners(0)
    this.#options = options
    this.#recordFile = runRecordFile(options.folder)
    mkdirSync(join(options.folder, 'logs'), { recursive: true, mode: 0o700 })
    writeRecord(this.#recordFile, this.#recordNow())
    this.#standGuard()
  }

  /** Starts a child. Its name is its identity here; a second one of the same name is refused. */
  start(plan: ChildPlan): void {
    if (this.#children.has(plan.name)) throw new Error(`there is already a child named ${plan.name}`)
    if (this.#stopping !== undefined) throw new Error(`${plan.name} cannot be started: everything is stopping`)
    const child: Watched = {
      plan,
      log: new ChildLog(join(this.#options.folder, 'logs', `${plan.name}.log`)),
      process: undefined,
      mode: 'running',
      isReady: false,
      failures: 0,
      restartTimer: undefined,
      shown: { sinceMs: 0, lines: 0 },
    }
    this.#children.set(plan.name, child)
    this.#run(child)
  }

  /** The child's process id while it runs. */
  pid(name: string): number | undefined {
    return this.#child(name).process?.pid
  }

  isReady(name: string): boolean {
    return this.#child(name).isReady
  }

  /**
   * Resolves when the child is ready; rejects after `withinMs`, at once when it refuses its settings (exit 78), and when
   * it has ended so often that it will not come up by being started again.
   */
  async untilReady(name: string, withinMs: number): Promise<void> {
    if (this.isReady(name)) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const onReady = (event: { name: string }) => event.name === name && resolve()
    let endings = 0
    const onEnded = (event: { name: string } & Ending) => {
      if (event.name !== name) return
      endings += 1
      if (event.code === EXIT_SETTINGS || endings >= HOPELESS_AFTER) reject(new ChildRefusedError(name, event))
    }
    const timer = setTimeout(() => reject(new ChildNotReadyError(name, withinMs)), withinMs)
    const onStopping = () => reject(new Error(`${name} was not ready when everything was asked to stop`))
    this.on('ready', onReady).on('ended', onEnded).on('stopping', onStopping)
    if (this.#stopping !== undefined) onStopping()
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.off('ready', onReady).off('ended', onEnded).off('stopping', onStopping)
    }
  }

  /** Sends a signal and leaves the rest to the watch: this is how a fault is made. Answers the process id it hit. */
  signal(name: string, signal: NodeJS.Signals): number {
    const { process: running } = this.#child(name)
    if (running?.pid === undefined) throw new Error(`${name} is not running`)
    running.kill(signal)
    return running.pid
  }

  /** Ends a child and keeps it down until `release`. Resolves when it is gone. */
  async hold(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child(name)
    child.mode = 'held'
    clearTimeout(child.restartTimer)
    await this.#end(child, signal, STORE_GRACE_MS)
  }

  /** Starts a held child again. */
  release(name: string): void {
    const child = this.#child(name)
    if (child.mode !== 'held' || this.#stopping !== undefined) return
    child.mode = 'running'
    child.failures = 0
    this.#run(child)
  }

  /** Ends everything, services before stores, in under ten seconds. Asked again it answers the same promise. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  async #stopAll(): Promise<void> {
    this.emit('stopping')
    this.#record()
    const children = [...this.#children.values()]
    for (const child of children) clearTimeout(child.restartTimer)
    for (const [kind, graceMs] of [
      ['service', SERVICE_GRACE_MS],
      ['store', STORE_GRACE_MS],
    ] as const) {
      const ofKind = children.filter((child) => child.plan.kind === kind)
      await Promise.all(ofKind.map((child) => this.#end(child, child.plan.stopSignal ?? 'SIGTERM', graceMs)))
    }
    await Promise.all(children.map((child) => child.log.close()))
    await endGuard(this.#guard)
    rmSync(this.#recordFile, { force: true })
  }

  async #end(child: Watched, signal: NodeJS.Signals, graceMs: number): Promise<void> {
    const running = child.process
    if (running === undefined) return
    const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()))
    running.kill(signal)
    // A stopped process acts on no signal but SIGKILL until it is continued.
    running.kill('SIGCONT')
    const timer = setTimeout(() => running.kill('SIGKILL'), graceMs)
    await gone
    clearTimeout(timer)
  }

  #run(child: Watched): void {
    this.#spawn(child).catch((error: unknown) => {
      this.#options.say(`${child.plan.name} could not be started: ${messageOf(error)}`)
      this.#again(child)
    })
  }

  async #spawn(child: Watched): Promise<void> {
    const { plan } = child
    await plan.beforeStart?.()
    if (this.#stopping !== undefined || child.mode === 'held') return
    const running = spawn(plan.command, plan.args, {
      cwd: plan.cwd,
      env: { ...plan.env },
      // A process group of its own: Ctrl-C reaches the launcher alone, which then ends everybody in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(plan.account === undefined ? {} : { uid: plan.account.uid, gid: plan.account.gid }),
    })
    const pid = running.pid
    if (pid === undefined) {
      const [error] = await new Promise<[Error]>((resolve) => running.once('error', (e) => resolve([e])))
      throw error
    }
    running.on('error', (error) => this.#options.say(`${plan.name}: ${messageOf(error)}`))
    child.process = running
    child.isReady = false
    const startedAtMs = performance.now()
    const lastLines = this.#listen(child, running, pid)
    const probe = this.#watch(child, running, pid)
    running.once('exit', (code, signal) => {
      clearTimeout(probe.timer)
      probe.timer = undefined
      killGroup(pid)
      child.process = undefined
      child.isReady = false
      if (performance.now() - startedAtMs > SETTLED_AFTER_MS) child.failures = 0
      this.#record()
      this.emit('ended', { name: plan.name, pid, code, signal, lastLines })
      this.#again(child, `ended (${signal ?? `exit ${code}`})`)
    })
    this.#record()
    this.emit('started', { name: plan.name, pid })
    if (plan.ready === 'at once') this.#markReady(child, pid)
  }

  #again(child: Watched, how?: string): void {
    if (this.#stopping !== undefined || child.mode === 'held') return
    const pauseMs = RESTART_AFTER_MS[Math.min(child.failures, RESTART_AFTER_MS.length - 1)] ?? 0
    if (how !== undefined) this.#options.say(`${child.plan.name} ${how}; starting it again`)
    child.failures += 1
    child.restartTimer = setTimeout(() => this.#run(child), pauseMs)
  }

  #markReady(child: Watched, pid: number): void {
    if (child.isReady || child.process?.pid !== pid) return
    child.isReady = true
    this.emit('ready', { name: child.plan.name, pid })
  }

  /** Output goes to the child's file; what is an error also to the terminal. Answers the last lines, kept up to date. */
  #listen(child: Watched, running: ChildProcess, pid: number): string[] {
    const lastLines: string[] = []
    for (const [stream, isErrorStream] of [
      [running.stdout, false],
      [running.stderr, true],
    ] as const) {
      let rest = ''
      stream?.setEncoding('utf8')
      stream?.on('data', (text: string) => {
        child.log.write(text)
        const lines = (rest + text).split('\n')
        rest = (lines.pop() ?? '').slice(-LONGEST_LINE)
        for (const line of lines) {
          lastLines.push(line.slice(0, LONGEST_LINE))
          if (lastLines.length > 20) lastLines.shift()
          const { ready } = child.plan
          if (typeof ready === 'object' && 'line' in ready && ready.line.test(line)) this.#markReady(child, pid)
          if (child.plan.kind === 'service' && (isErrorStream || isErrorLine(line))) this.#show(child, line)
        }
      })
    }
    return lastLines
  }

  #show(child: Watched, line: string): void {
    const nowMs = performance.now()
    if (nowMs - child.shown.sinceMs > 10_000) child.shown = { sinceMs: nowMs, lines: 0 }
    child.shown.lines += 1
    if (child.shown.lines < SHOWN_LINES_PER_10_S) this.#options.say(`${child.plan.name}: ${line}`)
    if (child.shown.lines === SHOWN_LINES_PER_10_S) {
      this.#options.say(`${child.plan.name}: … more in ${child.log.path}`)
    }
  }

  /** Asks until the child is ready, then once a second whether it is alive. */
  #watch(child: Watched, running: ChildProcess, pid: number): { timer: NodeJS.Timeout | undefined } {
    const { ready, liveUrl } = child.plan
    const readyUrl = typeof ready === 'object' && 'url' in ready ? ready.url : undefined
    const probe: { timer: NodeJS.Timeout | undefined } = { timer: undefined }
    let lastAliveAtMs = performance.now()
    let missed = 0
    const ask = async () => {
      if (readyUrl !== undefined && !child.isReady && (await answersOk(readyUrl))) this.#markReady(child, pid)
      if (liveUrl !== undefined) {
        if (await answersOk(liveUrl)) {
          lastAliveAtMs = performance.now()
          missed = 0
        } else missed += 1
        const patienceMs = child.isReady ? FROZEN_AFTER_MS : STARTS_WITHIN_MS
        if (missed >= FROZEN_AFTER_PROBES && performance.now() - lastAliveAtMs >= patienceMs) {
          this.#options.say(`${child.plan.name} has not answered for ${patienceMs / 1_000} seconds; ending it`)
          this.emit('frozen', { name: child.plan.name, pid })
          running.kill('SIGKILL')
        }
      }
      if (child.process !== running || (liveUrl === undefined && child.isReady)) return
      probe.timer = setTimeout(
        ask,
        readyUrl !== undefined && !child.isReady ? READY_PROBE_EVERY_MS : LIVE_PROBE_EVERY_MS,
      )
    }
    if (readyUrl !== undefined || liveUrl !== undefined) probe.timer = setTimeout(ask, READY_PROBE_EVERY_MS)
    return probe
  }

  #record(): void {
    try {
      writeRecord(this.#recordFile, this.#recordNow())
    } catch (error) {
      // A full disk must not take the launcher down; the next start then finds less written down.
      this.#options.say(`The record of this run could not be written: ${messageOf(error)}`)
    }
  }

  #recordNow(): RunRecord {
    return {
      launcher: this.#launcher,
      stopping: this.#stopping !== undefined,
      children: [...this.#children.values()].flatMap(({ plan, process: running }) =>
        running?.pid === undefined
          ? []
          : [
              {
                name: plan.name,
                identity: identityOf(running.pid),
                stopSignal: plan.stopSignal ?? 'SIGTERM',
                store: plan.kind === 'store',
              },
            ],
      ),
    }
  }

  /**
   * A sleeping shell that outlives a launcher killed outright: its standard input ends with us, and then it ends what
   * we left. Node is only loaded at that moment.
   */
  #standGuard(): void {
    if (this.#stopping !== undefined) return
    const guard = spawn(
      '/bin/sh',
      [
        '-c',
        'read -r _; exec "$@"',
        'end-leftovers',
        process.execPath,
        join(dirname(fileURLToPath(import.meta.url)), 'end-leftovers.ts'),
        this.#recordFile,
      ],
      { cwd: '/', env: { PATH: process.env.PATH ?? '' }, detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
    )
    // Without a guard the next start still ends what was left; nothing to say.
    guard.on('error', () => undefined)
    guard.once('exit', () => {
      if (this.#stopping === undefined) setTimeout(() => this.#standGuard(), 1_000).unref()
    })
    guard.unref()
    this.#guard = guard
  }

  #child(name: string): Watched {
    const child = this.#children.get(name)
    if (child === undefined) throw new Error(`there is no child named ${name}`)
    return child
  }
}

/** The exit code by which a service says that its settings are missing or contradictory (EX_CONFIG of sysexits.h). */
const EXIT_SETTINGS = 78

class ChildRefusedError extends Error {
  constructor(name: string, ending: Ending) {
    const why = ending.lastLines.filter((line) => line.trim() !== '')
    super(
      ending.code === EXIT_SETTINGS
        ? `${name} refuses its settings: ${why.at(-1) ?? 'it did not say why'}`
        : `${name} ends as soon as it is started: ${why.join('\n') || `exit ${ending.code ?? ending.signal}`}`,
    )
    this.name = 'ChildRefusedError'
  }
}

class ChildNotReadyError extends Error {
  constructor(name: string, withinMs: number) {
    super(`${name} was not ready within ${withinMs / 1_000} seconds`)
    this.name = 'ChildNotReadyError'
  }
}

/** Where the record of a run lies that is kept under `folder`. */
export function runRecordFile(folder: string): string {
  return join(folder, 'run.json')
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(LIVE_PROBE_TIMEOUT_MS) })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    return false
  }
}

/** pino's levels from 50 on, as a number or a word. */
function isErrorLine(line: string): boolean {
  return /"level":(?:[56]0|"(?:error|fatal)")/.test(line)
}

/** Whatever a dead child left in its group: nobody else can have that group's id while one of them lives. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody was left.
  }
}

function endGuard(guard: ChildProcess | undefined): Promise<void> {
  if (guard === undefined || guard.exitCode !== null || guard.signalCode !== null || guard.pid === undefined) {
    return Promise.resolve()
  }
  return new Promise((resolve) => {
    guard.ref()
    guard.once('exit', () => resolve())
    guard.kill('SIGKILL')
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
