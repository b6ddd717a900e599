import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allowCalls()

test('C31: who comes on shift hears of an alert under a code that their phone does not have for another', async () => {
  const [one, other] = [await preparePerson(stack), await preparePerson(stack)]
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone })
  await one.person.start({ countdownSeconds: 60 })
  await one.person.help()
  const { match } = await one.rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await one.rescuer.expectText('What to do now')
  await stack.advance(60_000)
  await one.rescuer.expectText('AGAIN')
  await phone.expectText(`SAFETY ALERT ${match[1]}`)
  await supporter.setShift(false)
  await other.person.start({ countdownSeconds: 60 })
  await other.person.help()
  await other.rescuer.expectText('SAFETY ALERT')
  await other.rescuer.expectText('What to do now')
  // One time in ten thousand: the other alert was given the same four digits, because none of its phones had them.
  await stack.db.query(
    `WITH alert AS (UPDATE app.alerts SET code = $2 WHERE session_id = $1 RETURNING id)
     UPDATE app.alert_recipients r SET code = $2 FROM alert WHERE r.alert_id = alert.id`,
    [other.person.sessionId, match[1]],
  )

  await supporter.setShift(true)
  await stack.advance(60_000)

  const { match: second } = await phone.expectText(/SAFETY ALERT (\d{4})/)
  expect(second[1]).not.toBe(match[1])
  await phone.expectText(`${match[1]} AGAIN`)
  await other.rescuer.expectText(`${match[1]} AGAIN`)
  await one.rescuer.expectText('AGAIN')
  await phone.reply(`${second[1]} 1`)
  await phone.expectText(`${second[1]} Thank you. You have this alert`)
  expect((await other.person.session()).alert).toMatchObject({ state: 'owned', owner: { kind: 'supporter' } })
  expect((await one.person.session()).alert?.state).toBe('open')

  await giveAllClear(one.person, one.rescuer)
  await phone.expectText(`${match[1]} The person has said they are OK`)
  await phone.expectText(`${match[1]} ALL CLEAR`)
  await giveAllClear(other.person, other.rescuer)
  await phone.expectText(`${second[1]} The person has said they are OK`)
  await phone.expectText(`${second[1]} ALL CLEAR`)
})
