import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type FaultCase, onFaultyStack, untilAt } from '../case.ts'
import { readiness, waitFor } from '../wait-for.ts'

const COUNT = 150
const OUTAGE_MS = 30_000

/**
 * F4: all workers are dead for 30 s. Readiness is red after 5 s and starts are refused; the switch outside raises its
 * alarm after 20 s of silence; what is overdue fires within 2 s of the workers' return, oldest first.
 */
export const allWorkersDead: FaultCase = {
  id: 'F4',
  what: 'all workers are dead for 30 s',
  waits: true,
  run: async () => {
    const outside = await deadMansSwitch()
    try {
      return await onFaultyStack({ pace: 10, deadManUrl: outside.url }, async (stack, crowd, broken) => {
        const members = await crowd.join(COUNT + 1)
        const late = members.pop()
        await crowd.startAllDueAt(members, Date.now() + crowd.shortestMs + COUNT * 25)
        const heard = outside.pings()
        const downAt = Date.now()
        await Promise.all([stack.supervisor.hold('worker-1'), stack.supervisor.hold('worker-2')])
        const red = await waitFor('the api is red', 12_000, async () => (await readiness(stack.internal.api)) === 503)
        const redAfterMs = Date.now() - downAt
        if (redAfterMs > 6_500) broken.push(`readiness was red after ${redAfterMs} ms, not after 5 s`)
        if (late) {
          const answer = await crowd.start(late, 60, { once: true })
          if (answer?.status !== 503 || answer.body.code !== 'cannot_protect')
            broken.push(`a start without any worker was answered ${answer?.status} ${answer?.body.code}`)
          else if (answer.retryAfter === undefined) broken.push('cannot_protect does not say when to come back')
        }
        await untilAt(downAt + OUTAGE_MS)
        if (heard === 0) broken.push('P14: nobody tells the switch outside (DEAD_MAN_URL) that the sweeps go on')
        else if (outside.longestSilenceMs() < 20_000) broken.push('the switch outside heard of sweeps that were none')
        const back = { ready: 0 }
        stack.supervisor.on('ready', ({ name }) => {
          if (name.startsWith('worker')) back.ready ||= Date.now()
        })
        stack.supervisor.release('worker-1')
        stack.supervisor.release('worker-2')
        const releasedAt = Date.now()
        await waitFor('a worker is back', 20_000, () => back.ready > 0)
        await pause(2_500)
        await waitFor('starts are taken again', 10_000, async () => (await readiness(stack.internal.api)) === 200)
        await crowd.untilTold(COUNT, 20_000)
        const verdict = await crowd.check({ latenessMs: OUTAGE_MS + 15_000, firstTextMs: 20_000 })
        const raised = members.flatMap(({ history }) => {
          const session = history.seen.at(-1)?.session
          return session?.alert
            ? [{ alertAt: Date.parse(session.alertAt), raisedAt: Date.parse(session.alert.raisedAt) }]
            : []
        })
        const overdue = raised.filter(({ alertAt }) => alertAt < releasedAt).sort((a, b) => a.alertAt - b.alertAt)
        const lastAt = Math.max(...overdue.map(({ raisedAt }) => raisedAt))
        if (lastAt > back.ready + 2_000)
          broken.push(`the last overdue one fired ${lastAt - back.ready} ms after readiness`)
        if (overdue.some(({ raisedAt }, i) => raisedAt < (overdue[i - 1]?.raisedAt ?? 0)))
          broken.push('a younger deadline fired before an older one')
        return {
          verdict,
          figures: `red after ${Math.round(redAfterMs)} (asked for ${Math.round(red)}) ms; all ${overdue.length} overdue fired ${lastAt - releasedAt} ms after the workers' start, ${lastAt - back.ready} ms after readiness; ${crowd.looksTurnedAway} looks turned away`,
        }
      })
    } finally {
      outside.close()
    }
  },
}

/** What stands outside in real life: it hears of sweeps, and its silence is the alarm. */
async function deadMansSwitch() {
  const pings: number[] = []
  const server = createServer((request, response) => {
    pings.push(Date.now())
    request.resume()
    response.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/ping`,
    pings: () => pings.length,
    longestSilenceMs: () => Math.max(...[...pings, Date.now()].map((at, i, all) => at - (all[i - 1] ?? at))),
    close: () => server.close(),
  }
}
