import { randomUUID } from 'node:crypto'
import { type FaultCase, onFaultyStack, untilAt } from '../case.ts'
import type { Member } from '../crowd.ts'
import { portOf } from '../faulty-stack.ts'
import { interpose } from '../interposer.ts'

const ROUNDS = 2

/**
 * F1: the api is killed between COMMIT and the answer. A line in front of it sees the first byte of the answer, kills
 * the api and lets nothing through; the byte proves that the transaction was committed. The device tries again with the
 * same command and is given the same session and the same deadline.
 */
export const answerOfAStartLost: FaultCase = {
  id: 'F1',
  what: 'the api is killed between COMMIT of a start and its answer',
  run: () =>
    onFaultyStack({ pace: 20 }, async (stack, crowd, broken) => {
      const line = await interpose(portOf(stack.api))
      try {
        const members = await crowd.join(ROUNDS)
        for (const member of members) {
          await round(member, 'start')
          // The same for a check-in: what was committed counts, whether its answer came or not.
          await round(member, 'check-in')
        }
        async function round(member: Member, kind: 'start' | 'check-in') {
          const commandId = randomUUID()
          let killed = false
          line.onAnswer = (_, request) => {
            if (!request.includes(commandId)) return 'pass'
            if (!killed) stack.kill('api')
            killed = true
            return 'hold'
          }
          const seen = line.stopped.length
          const ask = (how: object) =>
            kind === 'start'
              ? crowd.start(member, 120, { commandId, ...how })
              : crowd.checkIn(member, { commandId, ...how })
          const answer = await ask({ api: line.origin, once: true })
          line.reset()
          if (!killed || answer !== undefined) broken.push(`the ${kind} was answered before the api was killed`)
          const again = await ask({})
          const lost = sessionIn(line.stopped.slice(seen).join(''))
          if (again === undefined || again.status >= 300) broken.push(`the ${kind} was refused when it came again`)
          else if (lost?.id !== again.body.session.id || lost?.deadlineAt !== again.body.session.deadlineAt) {
            console.error(line.stopped.slice(seen), again.body)
            broken.push(`the repeated ${kind} was answered otherwise than the lost one`)
          }
        }
      } finally {
        await line.close()
      }
      const rows = await stack.db.query<{ count: number }>('SELECT count(*) FROM app.sessions')
      if (rows[0]?.count !== ROUNDS) broken.push(`${rows[0]?.count} sessions of ${ROUNDS} devices`)
      await crowd.look()
      const last = Math.max(
        ...crowd.members.map(({ history }) => Date.parse(history.seen.at(-1)?.session.alertAt ?? '')),
      )
      await untilAt(last + 1_000)
      await crowd.untilTold(ROUNDS, 5_000)
      const verdict = await crowd.check({ latenessMs: 1_000, firstTextMs: 5_000 })
      return { verdict, figures: `${ROUNDS * 2} answers cut off at their first byte` }
    }),
}

/** The session in an answer's JSON, chunked or not. */
function sessionIn(answer: string): { id: string; deadlineAt: string } | undefined {
  const id = /"session":\{[^}]*?"id":"([^"]+)"/.exec(answer)?.[1]
  const deadlineAt = /"deadlineAt":"([^"]+)"/.exec(answer)?.[1]
  return id === undefined || deadlineAt === undefined ? undefined : { id, deadlineAt }
}
