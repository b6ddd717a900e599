import { setTimeout as pause } from 'node:timers/promises'
import type { Found } from '../case.ts'
import { onFaultyStack, untilAt } from '../case.ts'
import { quantile } from '../crowd.ts'
import type { FaultyStack } from '../faulty-stack.ts'
import { counter, waitFor } from '../wait-for.ts'

const GROUP = 60
/** F12: no request waits longer for Redis. */
const LONGEST_WAIT_MS = 1_500

/**
 * Redis is away for a while: F10 and F12. Deadlines fall due before, in the middle of and at the end of the outage, and
 * people start and check in all the time.
 */
export function redisOutage(outage: {
  ms: number
  begin: (stack: FaultyStack) => Promise<void>
  end: (stack: FaultyStack) => void
}): Promise<Found> {
  return onFaultyStack({ pace: 4 }, async (stack, crowd, broken) => {
    const members = await crowd.join(GROUP * 4)
    const [early, middle, after, pressing] = [0, 1, 2, 3].map((i) => members.slice(i * GROUP, (i + 1) * GROUP))
    if (!early || !middle || !after || !pressing) throw new Error('nobody was seeded')
    const beginAt = Date.now() + crowd.shortestMs + 2_000
    await crowd.startAllDueAt(early, beginAt + 3_000)
    await crowd.startAllDueAt(middle, beginAt + outage.ms / 2)
    await crowd.startAllDueAt(after, beginAt + outage.ms + 3_000)
    for (const member of pressing) await crowd.start(member, 600)
    const press = async (untilMs: number) => {
      for (let i = 0; Date.now() < untilMs; i++) {
        const member = pressing[i % pressing.length]
        if (member) await crowd.checkIn(member)
        await pause(40)
      }
    }
    // The same load just before is what the outage is compared with.
    const quietFrom = beginAt - 6_000
    await untilAt(quietFrom)
    await press(beginAt - 500)
    await untilAt(beginAt)
    const failedBefore = await counter(stack.internal.api, 'wake_ups_asked_total', { outcome: 'failed' })
    await outage.begin(stack)
    const begunAt = Date.now()
    const pressed = press(begunAt + outage.ms)
    await pause(2_000)
    const late = await crowd.join(8)
    for (const member of late) await crowd.start(member, 600)
    await pressed
    const failed = (await counter(stack.internal.api, 'wake_ups_asked_total', { outcome: 'failed' })) - failedBefore
    if (failed === 0) broken.push('no metric shows that wake-ups could not be asked for')
    const during = crowd.took.filter(({ at }) => at > begunAt && at < begunAt + outage.ms).map(({ ms }) => ms)
    const before = crowd.took.filter(({ at }) => at > quietFrom && at < beginAt).map(({ ms }) => ms)
    const recoveredMs = await recover(stack, outage.end)
    if (recoveredMs > 1_000) broken.push(`wake-ups were taken again ${Math.round(recoveredMs)} ms after Redis`)
    const slower = quantile(during, 0.5) - quantile(before, 0.5)
    if (slower > 50) broken.push(`commands took ${Math.round(slower)} ms longer at the median while Redis was away`)
    // The machine's own hiccups, as they were just before, are not Redis's.
    const [longestBefore, longest] = [Math.max(...before), Math.max(...during)]
    if (longest - longestBefore > LONGEST_WAIT_MS)
      broken.push(`a command took ${Math.round(longest)} ms, just before ${Math.round(longestBefore)} ms at most`)
    await untilAt(beginAt + outage.ms + 5_500)
    await crowd.untilTold(GROUP * 3, 10_000)
    const verdict = await crowd.check({ latenessMs: 2_000, firstTextMs: 10_000 })
    return {
      verdict,
      figures: `${outage.ms / 1_000} s; commands p50 ${Math.round(quantile(before, 0.5))} → ${Math.round(quantile(during, 0.5))} ms, longest ${Math.round(longestBefore)} → ${Math.round(longest)} ms; wake-ups back after ${Math.round(recoveredMs)} ms`,
    }
  })

  /** How long after Redis is there until a worker has a connection that takes wake-ups, ms. */
  async function recover(stack: FaultyStack, end: (stack: FaultyStack) => void): Promise<number> {
    const reconnects = () => counter(stack.internal['worker-1'], 'redis_reconnects_total')
    const before = await reconnects()
    const ready = new Promise<void>((resolve) => {
      if (stack.supervisor.isReady('redis')) resolve()
      stack.supervisor.on('ready', ({ name }) => name === 'redis' && resolve())
    })
    end(stack)
    await ready
    return waitFor('the workers are connected to Redis again', 30_000, async () => (await reconnects()) > before)
  }
}
