import { ask } from '../ask.ts'
import { type FaultCase, onFaultyStack } from '../case.ts'
import { firstTextCode } from '../check-history.ts'
import { waitFor } from '../wait-for.ts'
import { firstTextTo, type WorkerName, workers } from './carrier-requests.ts'

/**
 * F7: a worker is killed after it claimed a text and before the carrier has the request: the line to the carrier sees
 * the request's bytes, kills the worker and passes nothing on. The lease runs out after 5 s: another worker sends within
 * 6 s, and another channel has started.
 */
export const killedBeforeTheRequest: FaultCase = {
  id: 'F7',
  what: 'a worker is killed between the claim of a text and its request',
  run: () =>
    onFaultyStack({}, async (stack, crowd, broken) => {
      const [member] = await crowd.join(1)
      const phone = member?.person.phones[0]
      if (!member || phone === undefined) throw new Error('nobody was seeded')
      await crowd.start(member)
      let killed: WorkerName | undefined
      let killedAt = 0
      for (const name of workers)
        stack.carrierLine[name].onRequest = (request) => {
          if (killed !== undefined && killed !== name) return 'pass'
          if (!firstTextTo(request, [phone])) return 'pass'
          if (killed === undefined) {
            stack.kill(name)
            killed = name
            killedAt = Date.now()
            return 'cut'
          }
          return 'pass'
        }
      await crowd.help(member)
      await waitFor('the first text is on its way', 5_000, () => killed !== undefined)
      const texted = async () => (await crowd.texts()).some(({ to, body }) => to === phone && firstTextCode(body))
      if (await texted()) broken.push('the carrier had the text before the worker was killed')
      const called = async () =>
        (await ask('GET', `${stack.phones}/sim/calls?number=${encodeURIComponent(phone)}`)).body.calls.length > 0
      let calledAfterMs: number | undefined
      let textedAfterMs: number | undefined
      await waitFor('text and call', 15_000, async () => {
        if (calledAfterMs === undefined && (await called())) calledAfterMs = Date.now() - killedAt
        if (textedAfterMs === undefined && (await texted())) textedAfterMs = Date.now() - killedAt
        return calledAfterMs !== undefined && textedAfterMs !== undefined
      }).catch(() => undefined)
      if (textedAfterMs === undefined) broken.push('nobody took the text over')
      else if (textedAfterMs > 6_000 + 750)
        broken.push(`the text was sent ${textedAfterMs} ms after the kill, not within 6 s`)
      if (calledAfterMs === undefined) broken.push('no other channel was started')
      else if (calledAfterMs > 5_000 + 750)
        broken.push(`the call was started ${calledAfterMs} ms after the kill, not at 5 s`)
      const verdict = await crowd.check({ latenessMs: 2_000, firstTextMs: 10_000 })
      return { verdict, figures: `text ${textedAfterMs} ms and call ${calledAfterMs} ms after the kill` }
    }),
}
