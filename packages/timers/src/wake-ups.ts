import { parseWakeUp } from '@stillhere/contracts'
import type { Events } from '@stillhere/observability'
import { createConnection, endConnection, watchConnection } from '@stillhere/signals'
import { type BulkJobOptions, Queue } from 'bullmq'
import { DEFAULT_PREFIX, jobIdOf, LONGEST_DELAY_MS, QUEUE } from './queue.ts'
import type { WakeUpRequest, WakeUps } from './types.ts'

const CHUNK = 250
/** Chunks given to Redis and not yet answered. */
const MOST_CHUNKS = 4
/** Requests that wait for a chunk. Beyond it Redis is not keeping up, and the sweep is the better way. */
const MOST_WAITING = 20_000

/**
 * Opens the asking side. With no `redisUrl` nothing is asked for, everything is counted as `skipped`, and the sweep does
 * it all.
 *
 * @param settings.prefix BullMQ's key prefix; must hold a `{hash tag}` to work on a cluster.
 * @param settings.onAvailable Redis is (again) there, perhaps empty: a good moment to ask for everything anew.
 */
export function createWakeUps(settings: {
  readonly redisUrl?: string | undefined
  readonly events: Events
  readonly prefix?: string
  readonly onAvailable?: () => void
}): WakeUps {
  const { events } = settings
  if (!settings.redisUrl) {
    return {
      schedule: () => events.wakeUpAsked('skipped'),
      scheduleAll: (requests) => events.wakeUpAsked('skipped', requests.length),
      settle: async () => {},
      healthy: () => true,
      close: async () => {},
    }
  }

  const connection = createConnection({ redisUrl: settings.redisUrl, role: 'producer', events })
  let tookLast = true
  const watch = watchConnection(connection)
  let queue: Queue | undefined
  connection.on('ready', () => {
    // Made only now, and told to ask Redis nothing: a Queue whose first INFO fails stays broken for good.
    queue ??= openQueue(connection, settings.prefix ?? DEFAULT_PREFIX)
    tookLast = true
    settings.onAvailable?.()
  })

  const waiting: { name: string; data: object; opts: BulkJobOptions; sooner: boolean }[] = []
  let flushing = false
  let chunks = 0
  let settled: (() => void)[] = []
  let closed = false

  const give = async (jobs: typeof waiting) => {
    if (!queue || connection.status !== 'ready') throw new Error('Redis is away')
    const added = await queue.addBulk(jobs)
    // An id that exists is silently kept as it is, with its old delay: where that would be late, move it.
    const sooner = jobs.flatMap((job, i) => (job.sooner ? [added[i]?.changeDelay(job.opts.delay ?? 0)] : []))
    // Fails where the job is not waiting any more, because it is being handled at this moment.
    await Promise.allSettled(sooner)
  }
  const flush = () => {
    flushing = false
    while (waiting.length > 0 && chunks < MOST_CHUNKS) {
      const jobs = waiting.splice(0, CHUNK)
      chunks += 1
      give(jobs)
        .then(
          () => {
            tookLast = true
            events.wakeUpAsked('asked', jobs.length)
          },
          () => {
            tookLast = false
            events.wakeUpAsked('failed', jobs.length)
          },
        )
        .finally(() => {
          chunks -= 1
          flush()
        })
    }
    if (waiting.length === 0 && chunks === 0) {
      for (const each of settled) each()
      settled = []
    }
  }
  const take = ({ dueInMs, sooner = false, ...request }: WakeUpRequest) => {
    const wakeUp = parseWakeUp(request)
    // A delay given as text runs after 5 ms, NaN and null at once: only a finite number is a delay.
    if (!wakeUp || typeof dueInMs !== 'number' || !Number.isFinite(dueInMs)) return events.wakeUpAsked('refused')
    if (closed || waiting.length >= MOST_WAITING) return events.wakeUpAsked('shed')
    const delay = Math.ceil(Math.min(Math.max(0, dueInMs), LONGEST_DELAY_MS))
    waiting.push({ name: wakeUp.kind, data: wakeUp, opts: { jobId: jobIdOf(wakeUp), delay }, sooner })
    if (flushing) return
    flushing = true
    // Requests of one turn of the loop go out together.
    setImmediate(flush)
  }
  const wakeUps: WakeUps = {
    schedule: take,
    scheduleAll: (requests) => requests.forEach(take),
    settle: (boundMs = 1000) =>
      new Promise((resolve) => {
        if (waiting.length === 0 && chunks === 0) return resolve()
        const timer = setTimeout(resolve, boundMs)
        settled.push(() => {
          clearTimeout(timer)
          resolve()
        })
      }),
    healthy: () => tookLast && watch.answering(),
    async close() {
      await wakeUps.settle(500)
      closed = true
      watch.stop()
      // The connection is ours, so the queue's own close(), which may wait for Redis, has nothing to do.
      endConnection(connection)
    },
  }
  return wakeUps
}

function openQueue(connection: ReturnType<typeof createConnection>, prefix: string): Queue {
  const queue = new Queue(QUEUE, {
    connection,
    prefix,
    skipVersionCheck: true,
    skipWaitingForReady: true,
    defaultJobOptions: {
      // A kept job would make its id unusable for ever.
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 0,
      sizeLimit: 1024,
    },
    // Events are not used; ids need not pile up.
    streams: { events: { maxLen: 100 } },
  })
  queue.on('error', () => {}) // Told by the connection already.
  return queue
}
