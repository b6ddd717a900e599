import { setTimeout as pause } from 'node:timers/promises'
import { type FaultCase, onFaultyStack, untilAt } from '../case.ts'

const STORM = 200
const PRESSING = 60
const DOWN_MS = 3_000

/**
 * F16: an immediate stop of Postgres in the middle of check-ins and a storm, and its return after 3 s. Whoever asks in
 * between is answered 503 with a time to come back; all that was acknowledged is there; alerts are late by no more than
 * the outage and 2 s.
 */
export const postgresStopped: FaultCase = {
  id: 'F16',
  what: 'Postgres is stopped at once and is back after 3 s',
  run: () =>
    onFaultyStack({ pace: 10 }, async (stack, crowd, broken) => {
      const members = await crowd.join(STORM + PRESSING)
      const [storm, pressing] = [members.slice(0, STORM), members.slice(STORM)]
      const alertAt = Date.now() + crowd.shortestMs + (STORM + PRESSING) * 25
      await Promise.all(pressing.map((member) => crowd.start(member, 400)))
      await crowd.startAllDueAt(storm, alertAt)
      let over = false
      const presses = pressing.map(async (member) => {
        while (!over) {
          await crowd.checkIn(member)
          await pause(200)
        }
      })
      await untilAt(alertAt - 200)
      const readyAgain = new Promise<number>((resolve) =>
        stack.supervisor.on('ready', ({ name }) => name === 'postgres' && resolve(Date.now())),
      )
      const stoppedAt = Date.now()
      await stack.supervisor.hold('postgres', 'SIGQUIT')
      await pause(DOWN_MS)
      stack.supervisor.release('postgres')
      const outageMs = (await readyAgain) - stoppedAt
      await pause(4_000)
      over = true
      await Promise.all(presses)
      await crowd.untilTold(STORM, 15_000)
      const away = crowd.turnedAway.filter(({ at }) => at >= stoppedAt)
      if (away.length === 0) broken.push('nobody met the outage: nothing was proved')
      if (away.some(({ retryAfter }) => !retryAfter)) broken.push('a 503 did not say when to come back')
      const lostAnswers = members
        .flatMap(({ history }) => history.commands)
        .reduce((sum, { lostAnswers: n }) => sum + n, 0)
      if (lostAnswers > 0) broken.push(`${lostAnswers} requests got no answer at all`)
      const refused = members
        .flatMap(({ history }) => history.commands)
        .flatMap(({ answers }) => answers.filter(({ status }) => status >= 500 && status !== 503))
      if (refused.length > 0) broken.push(`${refused.length} requests were answered ${refused[0]?.status}`)
      await crowd.look()
      const verdict = await crowd.check({ latenessMs: outageMs + 2_000, firstTextMs: 20_000 })
      return { verdict, figures: `outage ${outageMs} ms, ${away.length} answers 503, ${verdict.alerts} alerts` }
    }),
}
