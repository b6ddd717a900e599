import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { eachOf } from '../faults/ask.ts'
import { type FaultyStack, startFaultyStack } from '../faults/faulty-stack.ts'
import type { BenchOptions, BenchResult } from './bench.ts'
import { rounded, singleRowUpdates, spread } from './measure.ts'
import { type SeededSession, seedCounting, seedCrowd } from './seed-sessions.ts'

/** Check-ins under way at once, over all sockets. */
const IN_FLIGHT = 128

/** Check-ins over live sockets, each acknowledged after its commit, in a closed loop. */
export async function checkIns(options: BenchOptions): Promise<BenchResult> {
  const count = options.count ?? 5_000
  const seconds = options.seconds ?? 10
  const stack = await startFaultyStack({ redis: options.redis })
  try {
    options.say(`seeding ${count} sessions …`)
    const sessions = await seedCounting(stack, await seedCrowd(stack, count))
    const sockets = await connectAll(stack, sessions)
    options.say(`${sockets.length} sockets, check-ins for ${seconds} s …`)
    await press(sockets, 1_000)
    const tookMs = await press(sockets, seconds * 1_000)
    const perSecond = Math.round(tookMs.length / seconds)
    for (const { socket } of sockets) socket.terminate()
    const updates = await singleRowUpdates(stack.databaseUrl)
    const ours = { perSecond, ack: spread(tookMs), sockets: sockets.length, inFlight: IN_FLIGHT }
    return {
      name: 'check-ins',
      ours,
      peers: {},
      limits: { singleRowUpdatesPerSecond: updates },
      ratios: { toSingleRowUpdates: rounded(perSecond / updates) },
      ok: perSecond >= 2_000 && ours.ack.p99 <= 50 && perSecond >= updates / 2,
    }
  } finally {
    await stack.stop()
  }
}

interface Live {
  socket: WebSocket
  sessionId: string
  acked: ((outcome: string) => void) | undefined
}

async function connectAll(stack: FaultyStack, sessions: readonly SeededSession[]): Promise<Live[]> {
  const sockets: Live[] = []
  await eachOf(sessions, 50, ({ id, person }) => {
    const socket = new WebSocket(stack.live, 'stillhere.v1')
    const live: Live = { socket, sessionId: id, acked: undefined }
    return new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', token: person.token, sessionId: id })))
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data))
        if (frame.type === 'welcome') {
          sockets.push(live)
          resolve()
        } else if (frame.type === 'ack') live.acked?.(frame.outcome)
        else if (frame.type === 'error') live.acked?.(frame.code)
      })
    })
  })
  return sockets
}

/** Round and round over all sockets, so that nobody presses faster than the gateway lets one person. */
async function press(sockets: readonly Live[], ms: number): Promise<number[]> {
  const until = performance.now() + ms
  const tookMs: number[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (performance.now() < until) {
        const live = sockets[next++ % sockets.length]
        if (!live || live.acked) continue
        const startedAt = performance.now()
        const outcome = await new Promise<string>((resolve) => {
          live.acked = resolve
          const { sessionId } = live
          live.socket.send(JSON.stringify({ type: 'check-in', sessionId, commandId: randomUUID() }))
        })
        live.acked = undefined
        if (outcome !== 'moved') throw new Error(`a check-in was answered ${outcome}`)
        tookMs.push(performance.now() - startedAt)
      }
    }),
  )
  return tookMs
}
