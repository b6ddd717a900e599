import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ demoPhones: false, workers: 2 })
afterAll(() => stack.close())
stack.phones.allowCalls()
stack.phones.allow(/AGAIN/, /ALL CLEAR/, /What to do now/, /said they are OK/)

const people = 20

test('C33: twenty alerts for one supporter are one or two texts and a bundle with the count; every rescuer hears on time', async () => {
  const phone = stack.newPhone()
  await stack.seedSupporter({ phone })
  const prepared = await Promise.all(Array.from({ length: people }, () => preparePerson(stack, { alertOrder: 'both' })))
  const sessions = await Promise.all(prepared.map(({ person }) => person.start({ countdownSeconds: 60 })))
  const last = Math.max(...sessions.map(({ alertAt }) => Date.parse(alertAt)))

  await stack.advanceTo(last)
  await stack.advance(2_000)

  const codes = await Promise.all(
    prepared.map(async ({ person, rescuer }) => {
      const { match } = await rescuer.expectText(/^SAFETY ALERT (\d{4})\./)
      const { alert } = await person.session()
      const rescuers = await stack.db.query<{ ms: number }>(
        `SELECT extract(epoch FROM m.accepted_at - a.raised_at) * 1000 AS ms FROM app.messages m
         JOIN app.alerts a ON a.id = m.alert_id WHERE a.id = $1 AND m.template = 'alert-first'`,
        [alert?.id],
      )
      expect(Number(rescuers[0]?.ms)).toBeLessThan(3_000)
      expect(alert?.told.map(({ kind }) => kind).sort()).toEqual(['rescuer', 'supporter'])
      return match[1]
    }),
  )
  const told = (await phone.texts()).filter(({ body }) => body.startsWith('SAFETY ALERT'))
  expect(told.length, told.map(({ body }) => body).join(' | ')).toBeLessThanOrEqual(4)
  const bundle = told.at(-1)
  expect(bundle?.body).toMatch(new RegExp(`: ${people} may need help NOW\\. Open your console\\.$`))
  for (const code of codes) expect(bundle?.body).toContain(code)
  for (const text of told) await phone.expectText(text.body.slice(0, 40))

  // Each of them is the supporter's to take, by its code: none got lost in the bundle.
  await phone.reply(`${codes[7]} 1`)
  await phone.expectText(`${codes[7]} Thank you. You have this alert`)
  expect((await prepared[7]?.person.session())?.alert?.state).toBe('owned')
  // Somebody was told by the bundle alone: a sign of life asks, it does not cancel.
  expect((await prepared[8]?.person.checkIn())?.outcome).toBe('requestedAllClear')
  await phone.expectText(`${codes[8]} The person has said`)

  // The repeat is one text as well.
  const before = (await phone.texts()).length
  await stack.advance(60_000)
  await stack.advance(2_000)
  const again = (await phone.texts()).slice(before).filter(({ body }) => body.includes('AGAIN'))
  expect(again.length).toBeLessThanOrEqual(4)
  expect(again.some(({ body }) => /^SAFETY ALERT [\d ]+ AGAIN: no one has taken 1\d\./.test(body))).toBe(true)
})

test('C33, C45: who was told by the bundle alone was told: a sign of life asks, and they hear the all-clear', async () => {
  const phone = stack.newPhone()
  await stack.db.query('UPDATE app.supporters SET on_shift = false')
  await stack.seedSupporter({ phone })
  const prepared = await Promise.all(
    Array.from({ length: 6 }, () => preparePerson(stack, { alertOrder: 'supporters-first' })),
  )
  const sessions = await Promise.all(prepared.map(({ person }) => person.start({ countdownSeconds: 60 })))
  await stack.advanceTo(Math.max(...sessions.map(({ alertAt }) => Date.parse(alertAt))))
  await stack.advance(2_000)
  const told = (await phone.texts()).filter(({ body }) => body.startsWith('SAFETY ALERT'))
  expect(told.length).toBeGreaterThan(0)
  for (const text of told) await phone.expectText(text.body.slice(0, 40))
  const outcomes = await Promise.all(prepared.map(async ({ person }) => (await person.checkIn()).outcome))
  expect(new Set(outcomes)).toEqual(new Set(['requestedAllClear']))
  for (const { person } of prepared) {
    const receipt = await person.receipt()
    expect(receipt.told).toMatchObject([{ who: 'supporter', delivered: true }])
  }
})

test('C32: two at once are two texts, each with its own code, and nothing waits', async () => {
  const phone = stack.newPhone()
  await stack.db.query('UPDATE app.supporters SET on_shift = false')
  await stack.seedSupporter({ phone })
  const prepared = [
    await preparePerson(stack, { alertOrder: 'both' }),
    await preparePerson(stack, { alertOrder: 'both' }),
  ]
  for (const { person } of prepared) {
    await person.start({ countdownSeconds: 60 })
    await person.help()
  }
  const codes = new Set<string | undefined>()
  for (const { rescuer } of prepared) {
    codes.add((await rescuer.expectText(/SAFETY ALERT (\d{4})/)).match[1])
    codes.add((await phone.expectText(/^SAFETY ALERT (\d{4})\./)).match[1])
  }
  expect(codes.size).toBe(2)
})
