import { preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const pagerNumber = '+447700900050'
const stack = await startStack({ deterministic: true, pagerNumber })
afterAll(() => stack.close())
stack.phones.allowCalls()

test('unowned, an alert is repeated at +60, +120, +240 s and then every 5 min for as long as it takes, and pages', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const pager = stack.phones.phone(pagerNumber)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await rescuer.expectText('What to do now')
  await pager.expectNothingMore()

  // The operator's pager repeats every 60 s.
  for (let minute = 1; minute <= 4; minute += 1) {
    await stack.advanceTo(Date.parse(alertAt) + minute * 60_000)
    await pager.expectText(/OPERATOR: 1 alert open that no one has, for \d+ (?:min|s)/)
    // A text wakes nobody: it rings with the first, and with every other after it.
    if (minute === 1) {
      const call = await pager.answerCall('human')
      await until('the call says it', async () => (await call.said()).join(' ').includes('Somebody must act now'))
    }
  }
  const rung = await stack.db.query(`SELECT FROM app.messages WHERE template = 'pager-call'`)
  expect([2, 3]).toContain(rung.length)
  await stack.advanceTo(Date.parse(alertAt) + 3_600_000)
  stack.phones.allow(/^OPERATOR/)

  const repeats = await stack.db.query<{ after: number }>(
    `SELECT extract(epoch FROM m.created_at - a.raised_at)::float8 AS after
     FROM app.messages m JOIN app.alerts a ON a.id = m.alert_id
     WHERE a.session_id = $1 AND m.template = 'alert-repeat' ORDER BY 1`,
    [person.sessionId],
  )
  const everyFiveMinutes = Array.from({ length: 11 }, (_, count) => 540 + 300 * count)
  expect(repeats.map(({ after }) => after)).toEqual([60, 120, 240, ...everyFiveMinutes])
  for (const _ of repeats) await rescuer.expectText(`${match[1]} AGAIN`)
  await rescuer.expectNothingMore()
  expect((await person.session()).alert).toMatchObject({ state: 'open' })

  // And a claim ends it.
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  await stack.advance(240_000)
  await rescuer.expectNothingMore()
})
