import { randomUUID } from 'node:crypto'
import { type FaultCase, onFaultyStack, untilAt } from '../case.ts'
import { acknowledgedView } from '../crowd.ts'
import { waitFor } from '../wait-for.ts'

const ROUNDS = 2

/**
 * F2: the api is killed before COMMIT. We hold the plan's row; when the start's transaction is seen waiting for it, the
 * api is killed, and only then we let go. Nothing may be left, and the device was never shown that it is protected.
 */
export const killedBeforeCommit: FaultCase = {
  id: 'F2',
  what: 'the api is killed before COMMIT of a start',
  run: () =>
    onFaultyStack({ pace: 20 }, async (stack, crowd, broken) => {
      const members = await crowd.join(ROUNDS)
      for (const member of members) {
        const commandId = randomUUID()
        let asking: Promise<unknown> = Promise.resolve()
        await stack.db.transaction(async (tx) => {
          await tx.query('SELECT FROM app.rescue_plans WHERE id = $1 FOR UPDATE', [member.person.planId])
          asking = crowd.start(member, 60, { commandId, once: true })
          const waiting = async () => {
            // On this transaction's own connection, so that it is not ended as idle.
            const [row] = await tx.query<{ count: number }>(
              `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'still-here-api'`,
            )
            return (row?.count ?? 0) > 0
          }
          await waitFor('the start waits for the row', 2_500, waiting)
          stack.kill('api')
          // Its backend is still waiting for the row; it goes with its client when it gets it.
          await tx.query('SELECT pg_sleep(0.1)')
        })
        await asking
        if (acknowledgedView(member)) broken.push('a start was acknowledged that was never committed')
        const [left] = await stack.db.query<{ count: number }>(
          'SELECT count(*) FROM app.sessions WHERE device_id = $1',
          [member.person.deviceId],
        )
        if (left?.count !== 0) broken.push('a start that was cut off before COMMIT left a session')
        await crowd.start(member, 60, { commandId })
      }
      const rows = await stack.db.query<{ count: number }>('SELECT count(*) FROM app.sessions')
      if (rows[0]?.count !== ROUNDS) broken.push(`${rows[0]?.count} sessions of ${ROUNDS} devices`)
      await untilAt(Date.now() + crowd.shortestMs + 1_000)
      await crowd.untilTold(ROUNDS, 5_000)
      const verdict = await crowd.check({ latenessMs: 1_000, firstTextMs: 5_000 })
      return { verdict, figures: `${ROUNDS} starts killed while their transaction was open` }
    }),
}
