import { setTimeout as pause } from 'node:timers/promises'
import { ask } from '../ask.ts'
import { type FaultCase, onFaultyStack } from '../case.ts'
import { firstTextCode } from '../check-history.ts'
import { waitFor } from '../wait-for.ts'
import { firstTextTo, type WorkerName, workers } from './carrier-requests.ts'

/**
 * F6: a worker is killed after the carrier accepted and before it could write that down: the line to the carrier sees
 * the first byte of the 201, kills the worker and lets nothing through. Once a receipt teaches what happened; once there
 * are no receipts, and the lease runs out and the carrier's list is asked. No second text either way.
 */
export const killedAfterAcceptance: FaultCase = {
  id: 'F6',
  what: 'a worker is killed after the carrier accepted, before the write-back',
  run: () =>
    onFaultyStack({}, async (stack, crowd, broken) => {
      const figures: string[] = []
      for (const receipts of [true, false]) {
        await ask('POST', `${stack.phones}/sim/receipts`, { body: { on: receipts } })
        const [member] = await crowd.join(1)
        if (!member) continue
        await crowd.start(member)
        let killed: WorkerName | undefined
        for (const name of workers)
          stack.carrierLine[name].onAnswer = (_, request) => {
            if (!firstTextTo(request, member.person.phones)) return 'pass'
            if (killed === undefined) {
              stack.kill(name)
              killed = name
            }
            return killed === name ? 'cut' : 'pass'
          }
        await crowd.help(member)
        await waitFor('the first text reaches the carrier', 5_000, () => killed !== undefined)
        const toldAfterMs = await waitFor('the acceptance is known', 12_000, async () => {
          await crowd.look([member])
          return (member.history.seen.at(-1)?.session.alert?.told.length ?? 0) > 0
        }).catch(() => undefined)
        for (const name of workers) stack.carrierLine[name].reset()
        if (toldAfterMs === undefined) broken.push(`receipts ${receipts}: the acceptance was never learnt`)
        else if (toldAfterMs > (receipts ? 2_000 : 8_500))
          broken.push(`receipts ${receipts}: the acceptance was learnt after ${Math.round(toldAfterMs)} ms`)
        figures.push(
          `learnt ${Math.round(toldAfterMs ?? -1)} ms after the kill ${receipts ? 'by receipt' : 'from the list'}`,
        )
        // A second text would come now if one came at all: the look at the list is over.
        await pause(2_500)
        const firsts = (await crowd.texts()).filter(
          ({ to, body }) => to === member.person.phones[0] && firstTextCode(body),
        )
        if (firsts.length !== 1) broken.push(`receipts ${receipts}: ${firsts.length} first texts instead of one`)
      }
      const verdict = await crowd.check({ latenessMs: 2_000, firstTextMs: 10_000 })
      return { verdict, figures: figures.join(', ') }
    }),
}
