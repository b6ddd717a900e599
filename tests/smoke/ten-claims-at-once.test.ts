import { giveAllClear, type Phone, preparePerson, signInToConsole, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ workers: 2 })
afterAll(() => stack.close())
stack.phones.allow(/AGAIN/, /What to do now/, /Another supporter has this alert/, /said they are OK/, /ALL CLEAR/)

test('C41: ten supporters claim within ten milliseconds, by console, text and key: one has it, nine hear who and when', async () => {
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'both' })
  const people = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      const phone = stack.newPhone()
      return { phone, supporter: await stack.seedSupporter({ phone, name: `Supporter ${index}` }) }
    }),
  )
  const consoles = await Promise.all(
    people
      .slice(0, 4)
      .map(async ({ supporter }) => signInToConsole({ api: stack.api, invitation: await supporter.invite() })),
  )
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  for (const { phone } of people) await phone.expectText('SAFETY ALERT')
  const alertId = (await person.session()).alert?.id ?? ''
  await stack.passUnseen(90_000)
  stack.phones.allowCalls()
  const calls = await Promise.all(people.slice(7).map(({ phone }) => phone.answerCall('human')))
  for (const call of calls) await until('the menu', async () => (await call.said()).join(' ').includes('press 1'))

  const byConsole = consoles.map((console) =>
    console.request('POST', `/v1/alerts/${alertId}/claim`, { commandId: crypto.randomUUID() }),
  )
  const byText = people.slice(4, 7).map(({ phone }) => phone.reply(`${match[1]} 1`))
  const byKey = calls.map((call) => call.press('1'))
  const answers = await Promise.all(byConsole)
  await Promise.all([...byText, ...byKey])
  await stack.settle()

  const { alert } = await person.session()
  expect(alert).toMatchObject({ state: 'owned', owner: { kind: 'supporter' } })
  const heard = {
    console: answers.map(({ status }) => status === 200),
    text: await Promise.all(people.slice(4, 7).map(({ phone }) => textOf(phone))),
    key: await Promise.all(
      calls.map(async (call) => {
        const said = (await call.said()).join(' ')
        expect(said).toMatch(/You have this alert|Someone else has had this alert since \d\d:\d\d/)
        return said.includes('You have this alert')
      }),
    ),
  }
  expect([...heard.console, ...heard.text, ...heard.key].filter(Boolean)).toHaveLength(1)
  for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'already_claimed' })
    expect(body.owner).toMatchObject({ kind: 'supporter', name: expect.stringMatching(/^Supporter \d$/) })
    expect(Date.parse(body.ownedAt)).toBe(Date.parse(alert?.ownedAt ?? ''))
  }
  const journal = await stack.db.query(`SELECT FROM app.journal WHERE alert_id = $1 AND kind = 'alert-claimed'`, [
    alertId,
  ])
  expect(journal).toHaveLength(1)

  await giveAllClear(person, rescuer)
})

/** @returns whether this phone was told that it has the alert */
async function textOf(phone: Phone): Promise<boolean> {
  const { body } = await phone.expectText(/You have this alert|A supporter took this alert at \d\d:\d\d/)
  return body.includes('You have this alert')
}
