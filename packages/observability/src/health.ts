import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

/** Answers whether one part is well. `note` is a word of ours, never a value. */
export type HealthCheck = () => HealthAnswer | Promise<HealthAnswer>
export interface HealthAnswer {
  readonly ok: boolean
  readonly note?: string
}

export interface Health {
  /**
   * Adds a check by name. `ready` (the default): red on `/readyz`, the process stays. `live`: red on `/livez` and
   * `/readyz`, the supervisor may restart the process.
   */
  check(name: string, check: HealthCheck, kind?: 'ready' | 'live'): void
  /** All checks at once, each bounded to a second; a check that hangs or throws is red. */
  report(kind: 'ready' | 'live'): Promise<{ ok: boolean; checks: Record<string, HealthAnswer> }>
  /** Listens. Answers the port, which is another than asked for only when 0 was asked for. */
  start(): Promise<{ port: number }>
  close(): Promise<void>
}

const CHECK_BOUND_MS = 1000
/** A loop that was blocked this long is not trusted again: the process is red until it is restarted. */
const STUCK_MS = 10_000

/**
 * The internal listener: `/livez`, `/readyz`, `/metrics`, nothing else, and never on the public port.
 * @param settings.port INTERNAL_PORT; 0 takes a free one.
 * @throws when the port cannot be had.
 */
export function createHealth(settings: {
  readonly port: number
  readonly host?: string
  readonly metrics: Metrics
  readonly logger: Logger
  readonly monotonicNow?: () => number
}): Health {
  const monotonicNow = settings.monotonicNow ?? (() => performance.now())
  const checks = new Map<string, { check: HealthCheck; kind: 'ready' | 'live' }>()
  let server: Server | undefined
  let worstLagMs = 0
  let lastBeatAt = monotonicNow()
  let lastCpu = process.cpuUsage()
  const beat = () => {
    const now = monotonicNow()
    const cpu = process.cpuUsage()
    const gapMs = now - lastBeatAt
    const busyMs = (cpu.user - lastCpu.user + cpu.system - lastCpu.system) / 1000
    // A frozen process (SIGSTOP) used no processor time in the gap; a blocked loop used most of it.
    if (busyMs > gapMs / 4) worstLagMs = Math.max(worstLagMs, gapMs)
    lastBeatAt = now
    lastCpu = cpu
  }
  const timer = setInterval(beat, 500)
  timer.unref()

  const run = async (check: HealthCheck): Promise<HealthAnswer> => {
    let bound: NodeJS.Timeout | undefined
    try {
      const late = new Promise<HealthAnswer>((resolve) => {
        bound = setTimeout(() => resolve({ ok: false, note: 'timed out' }), CHECK_BOUND_MS)
      })
      return await Promise.race([(async () => check())(), late])
    } catch (error) {
      settings.logger.warn('health check failed', { error })
      return { ok: false, note: 'threw' }
    } finally {
      clearTimeout(bound)
    }
  }

  const health: Health = {
    check(name, check, kind = 'ready') {
      checks.set(name, { check, kind })
    },
    async report(kind) {
      const wanted = [...checks].filter(([, entry]) => kind === 'ready' || entry.kind === 'live')
      const answers = await Promise.all(wanted.map(async ([name, entry]) => [name, await run(entry.check)] as const))
      return { ok: answers.every(([, answer]) => answer.ok), checks: Object.fromEntries(answers) }
    },
    async start() {
      const listening = createServer(async (request, response) => {
        const answer = (status: number, body: string, type = 'application/json') =>
          response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
        try {
          if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, '{"code":"method_not_allowed"}')
          if (request.url === '/metrics')
            return answer(200, await settings.metrics.text(), settings.metrics.contentType)
          if (request.url !== '/livez' && request.url !== '/readyz') return answer(404, '{"code":"not_found"}')
          const report = await health.report(request.url === '/readyz' ? 'ready' : 'live')
          return answer(report.ok ? 200 : 503, JSON.stringify(report))
        } catch (error) {
          settings.logger.error('health listener failed', { error })
          return answer(500, '{"code":"internal"}')
        }
      })
      listening.requestTimeout = 5000
      listening.headersTimeout = 5000
      listening.maxConnections = 100
      server = listening
      await new Promise<void>((resolve, reject) => {
        listening.once('error', reject)
        listening.listen(settings.port, settings.host ?? '127.0.0.1', resolve)
      })
      return { port: (listening.address() as AddressInfo).port }
    },
    async close() {
      clearInterval(timer)
      const closing = server
      server = undefined
      if (!closing) return
      closing.closeAllConnections()
      await new Promise((resolve) => closing.close(resolve))
    },
  }
  health.check(
    'eventLoop',
    () => {
      beat()
      return worstLagMs > STUCK_MS ? { ok: false, note: 'was blocked' } : { ok: true }
    },
    'live',
  )
  return health
}
