import { randomUUID } from 'node:crypto'
import { signal as signalSchema } from '@stillhere/contracts'
import type { Events } from '@stillhere/observability'
import { createConnection, endConnection, watchConnection } from './connection.ts'
import { countInMemory, countInRedis, createSubjectHash } from './limits.ts'
import type { ProdName, Signal, Signals, Subscriber } from './types.ts'

const CHANNEL = /^[a-z][a-zA-Z0-9:-]{0,99}$/
const PROD_CHANNEL = 'prod'
/** Beyond this many unanswered publishes Redis is not keeping up, and a signal is only a hint. */
const MOST_IN_FLIGHT = 1000
/** SUBSCRIBE takes many channels; one command of 50,000 would hold Redis for everyone. */
const SUBSCRIBE_AT_ONCE = 500

/**
 * Opens signals. With no `redisUrl`, answers a stand-in with the same promises that reaches this process only and says
 * `fanOut: false`.
 *
 * @param settings.prefix keeps deployments and tests on one Redis apart; default `stillhere:`.
 * @param settings.limitSecret shared by all processes that should count together; see `createSubjectHash`.
 */
export function createSignals(settings: {
  readonly redisUrl?: string | undefined
  readonly events: Events
  readonly prefix?: string
  readonly limitSecret?: Uint8Array | undefined
}): Signals {
  const subscribers = new Map<string, Set<Subscriber>>()
  const wakers = new Map<ProdName, Set<() => void>>()
  const hash = createSubjectHash(settings.limitSecret)
  const deliver = (channel: string, signal: Signal) => {
    for (const subscriber of subscribers.get(channel) ?? []) subscriber.onSignal(signal)
  }
  const wake = (name: ProdName) => {
    for (const waker of wakers.get(name) ?? []) waker()
  }
  const checkChannel = (channel: string) => {
    if (!CHANNEL.test(channel)) throw new TypeError('a channel is lower-case words, digits, ":" and "-"')
  }
  const checkSignal = (signal: Signal) => {
    if (!signalSchema.safeParse(signal).success) throw new TypeError('a signal is an id and a version, nothing else')
  }
  const remote = settings.redisUrl
    ? openRemote({ ...settings, redisUrl: settings.redisUrl, subscribers, deliver, wake })
    : undefined
  const count = remote ? remote.count : countInMemory()

  return {
    get fanOut() {
      return remote?.fanOut() ?? false
    },
    publish(channel, signal) {
      checkChannel(channel)
      checkSignal(signal)
      deliver(channel, signal)
      remote?.send(channel, [signal.id, signal.version])
    },
    subscribe(channel, subscriber) {
      checkChannel(channel)
      const known = subscribers.get(channel) ?? new Set()
      known.add(subscriber)
      subscribers.set(channel, known)
      if (remote) remote.listen(channel, subscriber)
      else queueMicrotask(() => known.has(subscriber) && subscriber.onGap?.())
      return () => {
        known.delete(subscriber)
        if (known.size > 0 || subscribers.get(channel) !== known) return
        subscribers.delete(channel)
        remote?.unlisten(channel)
      }
    },
    prod(name) {
      wake(name)
      remote?.prod(name)
    },
    onProd(name, waker) {
      const known = wakers.get(name) ?? new Set()
      known.add(waker)
      wakers.set(name, known)
      return () => known.delete(waker)
    },
    consume: (limit, subject) => count(limit, hash(subject)),
    healthy: () => remote?.healthy() ?? true,
    async close() {
      subscribers.clear()
      wakers.clear()
      remote?.close()
    },
  }
}

/**
 * The Redis side: one connection that speaks, one that listens.
 *
 * Listening has three states. *away*: no connection; `fanOut` is false. *joining*: connected, SUBSCRIBE of all channels
 * is out; still false. *live*: every channel was confirmed; `fanOut` is true and everybody got `onGap`, because whatever
 * was published before the confirmation is lost. Any close leads back to *away*; ioredis reconnects, which joins again.
 */
function openRemote(settings: {
  readonly redisUrl: string
  readonly events: Events
  readonly prefix?: string
  readonly subscribers: ReadonlyMap<string, ReadonlySet<Subscriber>>
  readonly deliver: (channel: string, signal: Signal) => void
  readonly wake: (name: ProdName) => void
}) {
  const { events, subscribers } = settings
  const prefix = settings.prefix ?? 'stillhere:'
  const self = randomUUID()
  const speaker = createConnection({ redisUrl: settings.redisUrl, role: 'commands', events })
  const listener = createConnection({ redisUrl: settings.redisUrl, role: 'subscriber', events })
  const speakerWatch = watchConnection(speaker)
  const listenerWatch = watchConnection(listener)
  let state: 'away' | 'joining' | 'live' = 'away'
  let epoch = 0
  let inFlight = 0
  let closed = false

  const join = async () => {
    epoch += 1
    const mine = epoch
    state = 'joining'
    try {
      const channels = [PROD_CHANNEL, ...subscribers.keys()].map((channel) => prefix + channel)
      for (let i = 0; i < channels.length; i += SUBSCRIBE_AT_ONCE)
        await listener.subscribe(...channels.slice(i, i + SUBSCRIBE_AT_ONCE))
      if (mine !== epoch) return
      state = 'live'
      for (const set of subscribers.values()) for (const subscriber of set) subscriber.onGap?.()
    } catch {
      // Half a subscription is worse than none: start again from a fresh connection.
      if (mine === epoch && !closed) listener.disconnect(true)
    }
  }
  listener.on('ready', join)
  listener.on('close', () => {
    epoch += 1
    state = 'away'
  })
  listener.on('message', (channel: string, text: string) => {
    const message = readMessage(text)
    if (!message || message.from === self || !channel.startsWith(prefix)) return
    const name = channel.slice(prefix.length)
    if (name === PROD_CHANNEL) settings.wake(message.id as ProdName)
    else settings.deliver(name, { id: message.id, version: message.version })
  })

  const send = (channel: string, [id, version]: readonly [string, number]) => {
    if (speaker.status !== 'ready' || inFlight >= MOST_IN_FLIGHT) return
    inFlight += 1
    speaker
      .publish(prefix + channel, JSON.stringify([self, id, version]))
      .catch(() => {}) // A lost signal costs a re-read.
      .finally(() => {
        inFlight -= 1
      })
  }
  const prods = new Set<ProdName>()
  return {
    send,
    // Prods of one turn of the loop go out as one.
    prod(name: ProdName) {
      if (prods.size === 0)
        setImmediate(() => {
          for (const each of prods) send(PROD_CHANNEL, [each, 0])
          prods.clear()
        })
      prods.add(name)
    },
    listen(channel: string, subscriber: Subscriber) {
      if (state === 'away') return
      const mine = epoch
      listener.subscribe(prefix + channel).then(
        () => mine === epoch && subscribers.get(channel)?.has(subscriber) && subscriber.onGap?.(),
        () => mine === epoch && !closed && listener.disconnect(true),
      )
    },
    unlisten(channel: string) {
      if (state !== 'away') listener.unsubscribe(prefix + channel).catch(() => {})
    },
    count: countInRedis(speaker, prefix),
    fanOut: () => state === 'live' && listenerWatch.answering(),
    healthy: () => speakerWatch.answering() && listenerWatch.answering(),
    close() {
      closed = true
      for (const watch of [speakerWatch, listenerWatch]) watch.stop()
      for (const connection of [speaker, listener]) endConnection(connection)
    },
  }
}

/** `[from, id, version]`, or nothing where it is not ours: anybody with access to Redis can publish. */
function readMessage(text: string): { from: string; id: string; version: number } | undefined {
  if (text.length > 200) return undefined
  try {
    const message: unknown = JSON.parse(text)
    if (!Array.isArray(message) || message.length !== 3) return undefined
    const [from, id, version] = message
    const signal = signalSchema.safeParse({ id, version })
    return typeof from === 'string' && signal.success ? { from, ...signal.data } : undefined
  } catch {
    return undefined
  }
}
