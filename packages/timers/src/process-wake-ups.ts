import { parseWakeUp, type WakeUp } from '@stillhere/contracts'
import type { Events } from '@stillhere/observability'
import { type Connection, createConnection, endConnection, watchConnection } from '@stillhere/signals'
import {
  type BackendFactory,
  DelayedError,
  type Job,
  QueueKeys,
  RedisConnection,
  RedisQueueBackend,
  Worker,
} from 'bullmq'
import { createBatcher } from './batcher.ts'
import { DEFAULT_PREFIX, jobIdOf, LONGEST_DELAY_MS, QUEUE } from './queue.ts'
import type { WakeUpAnswer, WakeUpHandler, WakeUpProcessor } from './types.ts'

/** After a handler that failed: the sweep has the row long before; this keeps the session's job alive. */
const AFTER_FAILURE_MS = 5000
/** BullMQ blocks for up to ten seconds. Shorter blocks make a dead connection, and a lost wake-up, a matter of two. */
const BLOCK_SECONDS = 2
/** Redis answers, nothing is being handled, and the taking loop has not come round for so long: it never will. */
const STUCK_MS = 10_000

/**
 * Takes wake-ups as they fall due and hands them over in batches. With no `redisUrl` it does nothing: the sweep does all.
 *
 * The taking side's life (the family of BullMQ issues 1656, 2466, 4479, 4585: a worker that never wakes again after
 * Redis was away, while everything looks well):
 * - *taking*: BullMQ's loop turns: it blocks for at most two seconds, takes what is due, and comes round.
 * - *away*: Redis does not answer a ping. Nothing to do; ioredis reconnects.
 * - *stuck*: Redis has answered pings for ten seconds, and in that time the loop has not turned once. It is thrown away,
 *   connections and all, and made anew: → taking. Jobs it held come back through BullMQ's stalled check.
 */
export function processWakeUps(settings: {
  readonly redisUrl?: string | undefined
  readonly handle: WakeUpHandler
  readonly events: Events
  readonly prefix?: string
  /** Wake-ups handled at once; default 200. */
  readonly concurrency?: number
  readonly stuckMs?: number
}): WakeUpProcessor {
  const { events, redisUrl } = settings
  if (!redisUrl) return { healthy: () => true, close: async () => {} }
  const stuckMs = settings.stuckMs ?? STUCK_MS

  let turnedAt = performance.now()
  const turn = () => {
    turnedAt = performance.now()
  }
  const batcher = createBatcher<WakeUp, WakeUpAnswer>({
    key: (wakeUp) => wakeUp.id,
    handle: settings.handle,
    onError: (error) => events.trouble('poisonRow', { reason: 'wakeUps', error }),
  })
  const processJob = async (job: Job, token?: string) => {
    turn()
    const wakeUp = parseWakeUp(job.data)
    if (!wakeUp || job.id !== jobIdOf(wakeUp) || job.name !== wakeUp.kind) return events.wakeUpOutcome('invalid')
    const answer = await batcher
      .add(wakeUp)
      .catch((): WakeUpAnswer => ({ outcome: 'unknown', nextInMs: AFTER_FAILURE_MS }))
    events.wakeUpOutcome(answer?.outcome ?? 'unknown')
    const nextInMs = answer?.nextInMs
    if (typeof nextInMs !== 'number' || !Number.isFinite(nextInMs)) return
    const delay = Math.ceil(Math.min(Math.max(1, nextInMs), LONGEST_DELAY_MS))
    await job.moveToDelayed(Date.now() + delay, token)
    // BullMQ's way to say "neither done nor failed": the job lies in the delayed set already.
    throw new DelayedError()
  }

  const open = () => {
    const main = createConnection({ redisUrl, role: 'worker', events })
    const blocking = createConnection({ redisUrl, role: 'blocking', events })
    const worker = new Worker(
      QUEUE,
      processJob,
      {
        connection: main,
        prefix: settings.prefix ?? DEFAULT_PREFIX,
        concurrency: settings.concurrency ?? 200,
        // A killed worker's jobs come back in 3.8–6.4 s with these (measured; 39–90 s with the defaults).
        lockDuration: 5000,
        stalledInterval: 2000,
        // On the default a second stall fails a job for good. Some bound is needed: a job that cannot be read at all
        // would otherwise come back for ever.
        maxStalledCount: 20,
        drainDelay: BLOCK_SECONDS,
        runRetryDelay: 500,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
      backendOf(main, blocking, turn),
    )
    worker.on('error', () => {}) // Connections tell of themselves; unreadable jobs are counted when they are given up.
    worker.on('failed', () => events.wakeUpOutcome('invalid'))
    main.on('ready', () => void checkPolicy(main, events))
    return { main, blocking, worker }
  }
  /** BullMQ's forced close still awaits Redis in places; with the sockets gone it has nobody to wait for. */
  const discard = ({ main, blocking, worker }: ReturnType<typeof open>) => {
    worker.close(true).catch(() => {})
    endConnection(main)
    endConnection(blocking)
  }

  const probe = createConnection({ redisUrl, role: 'commands', events })
  const watch = watchConnection(probe)
  let current = open()
  let answeringSince: number | undefined
  const look = setInterval(
    () => {
      const now = performance.now()
      if (!watch.answering()) answeringSince = undefined
      else answeringSince ??= now
      if (answeringSince === undefined || batcher.busy()) return
      const waitedMs = Math.min(now - answeringSince, now - turnedAt)
      if (waitedMs < stuckMs) return
      events.wakeUpProcessorRebuilt({ waitedMs: Math.round(waitedMs), reason: 'stuck' })
      discard(current)
      turn()
      current = open()
    },
    Math.min(1000, stuckMs / 4),
  )
  look.unref()

  return {
    healthy: () => watch.answering() && performance.now() - turnedAt < stuckMs,
    async close() {
      clearInterval(look)
      watch.stop()
      const { worker } = current
      // Politely first, so that jobs being handled are answered for.
      let bound: NodeJS.Timeout | undefined
      const polite = watch.answering() ? worker.close().catch(() => {}) : Promise.resolve()
      await Promise.race([
        polite,
        new Promise((resolve) => {
          bound = setTimeout(resolve, 2000)
        }),
      ])
      clearTimeout(bound)
      discard(current)
      endConnection(probe)
    },
  }
}

/**
 * BullMQ's own Redis backend on connections of ours, one of them for its blocking reads alone, with two changes: it
 * never blocks for long, and every turn of the taking loop is seen.
 */
const backendOf =
  (main: Connection, blocking: Connection, turn: () => void): BackendFactory<RedisQueueBackend> =>
  (name, options) => {
    const keys = new QueueKeys((options as { prefix?: string }).prefix)
    class WatchedBackend extends RedisQueueBackend {
      override get maximumBlockTimeout() {
        return BLOCK_SECONDS
      }
      override async waitForJob(blockSeconds: number) {
        turn()
        const found = await super.waitForJob(blockSeconds)
        turn()
        return found
      }
      override async moveToActive(token: string, workerName?: string) {
        const taken = await super.moveToActive(token, workerName)
        turn()
        return taken
      }
    }
    return new WatchedBackend(
      new RedisConnection(main, { shared: true, blocking: false }),
      name,
      keys.getKeys(name),
      (type) => keys.toKey(name, type),
      options,
      new RedisConnection(blocking, { shared: true, blocking: true }),
    )
  }

/** Anything but `noeviction` throws delayed jobs away without an error (F14). Said at every connection. */
async function checkPolicy(connection: Connection, events: Events): Promise<void> {
  const text = await connection.info('memory').catch(() => '')
  const policy = /^maxmemory_policy:(\S+)/m.exec(text)?.[1]
  if (policy && policy !== 'noeviction') events.trouble('redisPolicy', { reason: policy })
}
