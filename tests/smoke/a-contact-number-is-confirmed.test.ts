import { randomUUID } from 'node:crypto'
import { giveAllClear, preparePerson, signInToConsole, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

/** Whoever is to be told of an alert is asked first whether this is their phone; a wrong number is found before the night it counts. */
const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allow(/^SAFETY ALERT/, /AGAIN/, /What to do now/, /^\d{4} /, /^OPERATOR/)
stack.phones.allowCalls()

const operator = await signInToConsole({ api: stack.api, invitation: stack.invitations.operator })
const operate = (method: string, path: string, body: object = {}) =>
  operator.request(method, `/v1/operate${path}`, method === 'GET' ? undefined : { commandId: randomUUID(), ...body })
const question =
  /^Alerts for the team of \S+ will come to this phone\. Reply 1 if this is right, 2 if it is not your phone\.$/

/** Somebody new whose number was found good and who was asked. */
async function addSupporter(name: string, more: { language?: string; phone?: ReturnType<typeof stack.newPhone> } = {}) {
  const { phone = stack.newPhone(), language = 'en' } = more
  const { body } = await operate('POST', '/supporters', { name, role: 'supporter', language, number: phone.number })
  const { id } = body.supporter
  const view = async () =>
    (await operate('GET', '/supporters')).body.supporters.find((one: { id: string }) => one.id === id)
  await until('the number is checked', async () => (await view()).numberCheck === 'ok')
  await stack.settle()
  const asked = async () => (await phone.texts()).filter(({ body }) => question.test(body)).length
  const is = (state: string) => until(`it is ${state}`, async () => (await view()).numberState === state)
  const ask = () => operate('POST', `/supporters/${id}/ask-number`)
  const signIn = () => signInToConsole({ api: stack.api, invitation: body.invitation })
  return { id, name, phone, view, asked, is, ask, signIn }
}

test('a number is asked once when it is saved, and 1 confirms it; the supporter’s own console says so', async () => {
  const ann = await addSupporter('Ann')
  await ann.phone.expectText(question)
  expect(await ann.view()).toMatchObject({ numberState: 'waiting', reachable: true, numberAskedAt: expect.any(String) })
  const console = await ann.signIn()
  expect((await console.request('GET', '/v1/shift')).body.shift).toMatchObject({ numberState: 'waiting' })
  await ann.phone.reply('1')
  await ann.phone.expectText('Thank you. Alerts for the team will come to this phone.')
  await ann.is('confirmed')
  expect(await ann.view()).toMatchObject({ numberConfirmedBy: 'reply', numberStateAt: expect.any(String) })
  expect((await console.request('GET', '/v1/shift')).body.shift).toMatchObject({ numberState: 'confirmed' })

  // Saved again as it was, nobody is asked again; another number waits, and the former one is not asked twice either.
  const { name, role, language } = await ann.view()
  const save = async (number: string) => {
    await operate('PUT', `/supporters/${ann.id}`, { name, role, language, number })
    await until('the number is checked', async () => (await ann.view()).numberCheck === 'ok')
    await stack.settle()
  }
  await save(ann.phone.number)
  expect((await ann.view()).numberState).toBe('confirmed')
  expect(await ann.asked()).toBe(1)
  const other = stack.newPhone()
  await save(other.number)
  await other.expectText(question)
  expect((await ann.view()).numberState).toBe('waiting')
  await ann.phone.reply('1')
  await stack.settle()
  expect((await ann.view()).numberState, 'the former phone answers for nobody').toBe('waiting')
})

test('a question in Welsh, and "na" denies', async () => {
  const bryn = await addSupporter('Bryn', { language: 'cy' })
  await bryn.phone.expectText(/^Bydd rhybuddion i dim \S+ yn dod i'r ffon hwn\. Atebwch 1/)
  await bryn.phone.reply('Na.')
  await bryn.phone.expectText(/^Diolch am roi gwybod/)
  await bryn.is('denied')
  // Whoever is removed leaves no trace of a phone.
  expect((await operate('DELETE', `/supporters/${bryn.id}`)).status).toBe(200)
  const [row] = await stack.db.query(
    `SELECT number_hash, number_asked_at, number_answer, number_answered_by, number_answered_at, number_answer_hash
     FROM app.supporters WHERE id = $1`,
    [bryn.id],
  )
  expect(new Set(Object.values(row ?? { none: 'row' }))).toEqual(new Set([null]))
})

test('a number that waits is told of an alert; a denied one and a stopped one are not, until they say otherwise', async () => {
  const [waits, denies, stops] = [await addSupporter('Cai'), await addSupporter('Dot'), await addSupporter('Eve')]
  for (const one of [waits, denies, stops]) await (await one.signIn()).setShift(true)
  await denies.phone.reply('2')
  await denies.phone.expectText(/^Thank you for telling us\. No alerts will come/)
  await stops.phone.reply('STOP')
  await denies.is('denied')
  await stops.is('denied')
  expect(await denies.view()).toMatchObject({ reachable: false, onShift: true })
  expect((await stops.ask()).body, 'only the phone itself can take a STOP back').toMatchObject({ code: 'conflict' })

  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'both' })
  await person.start({})
  await person.help()
  await waits.phone.expectText(/^SAFETY ALERT/)
  await stack.advance(400_000)
  const told = async (one: typeof waits) => (await one.phone.texts()).some(({ body }) => /\d{4}/.test(body))
  expect(await told(waits)).toBe(true)
  expect(await told(denies), 'whoever said that it is not their phone hears of nobody').toBe(false)
  expect(await told(stops)).toBe(false)

  // The digits of an alert are the alert's: a 2 here says "I cannot", and the number goes on waiting.
  await waits.phone.reply('2')
  await stack.settle()
  expect(await waits.view()).toMatchObject({ numberState: 'waiting' })
  await giveAllClear(person, rescuer)

  // Within the day a mistake is put right by the phone itself; START takes a STOP back and leaves the question open.
  await denies.phone.reply('1')
  await denies.phone.expectText('Thank you. Alerts for the team will come to this phone.')
  await denies.is('confirmed')
  await stops.phone.reply('START')
  await stops.is('waiting')
})

test('a number denied in mid-alert is passed over from then on, without the alert being touched', async () => {
  const [fay, gus] = [await addSupporter('Fay'), stack.newPhone()]
  const console = await fay.signIn()
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'rescuers-first' })
  await stack.seedSupporter({ phone: gus, name: 'Gus' })
  await console.setShift(true)
  await person.start({})
  await person.help()
  await rescuer.expectText(/^SAFETY ALERT/)
  expect(await fay.phone.texts().then((texts) => texts.some(({ body }) => /^SAFETY ALERT/.test(body)))).toBe(false)
  await fay.phone.reply('2')
  await fay.phone.expectText(/^Thank you for telling us/)
  await fay.is('denied')
  await stack.advance(400_000)
  await gus.expectText(/SAFETY ALERT|AGAIN/)
  // Nor is one that was told of it before: a 2 to a told alert is the alert's, so this one is denied by hand.
  await stack.db.query(`UPDATE app.supporters SET number_answer = 'denied' WHERE name = 'Gus'`)
  const heard = (await gus.texts()).length
  await stack.advance(600_000)
  expect((await gus.texts()).length).toBe(heard)
  expect(await fay.phone.texts().then((texts) => texts.some(({ body }) => /\d{4}/.test(body)))).toBe(false)
  await giveAllClear(person, rescuer)
  await console.setShift(false)
})

test('a 1 to an alert is a claim that confirms; what a stranger could do with it lapses and closes nothing', async () => {
  const hal = await addSupporter('Hal')
  await (await hal.signIn()).setShift(true)
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'supporters-first' })
  await person.start({})
  await person.help()
  await hal.phone.expectText(/^SAFETY ALERT/)
  await hal.phone.reply('1')
  await person.sessionUntil('is owned', ({ alert }) => alert?.state === 'owned')
  await hal.phone.expectText(/You have this alert/)
  expect(await hal.view()).toMatchObject({ numberState: 'confirmed', numberConfirmedBy: 'claim' })

  expect(await hal.ask(), 'beside an alert a 1 is a claim').toMatchObject({ status: 409, body: { code: 'conflict' } })

  // 90 s later another 1, then a 5: neither holds it longer, nor is it over.
  await stack.advance(90_000)
  await hal.phone.reply('1')
  await hal.phone.reply('5')
  await hal.phone.expectText(/We have passed on that they are safe/)
  expect((await person.session()).alert?.state).toBe('owned')
  await stack.advance(31_000)
  expect((await person.session()).alert?.state, 'two minutes after the claim it is nobody’s').toBe('open')
  // Who takes it at the console has shown a passkey, and nothing of their phone.
  const lou = await addSupporter('Lou')
  const console = await lou.signIn()
  await console.setShift(true)
  await console.command((await person.session()).alert?.id ?? '', 'claim')
  expect((await person.session()).alert?.state).toBe('owned')
  expect(await lou.view()).toMatchObject({ numberState: 'waiting' })
  await giveAllClear(person, rescuer)

  // The question itself is still open: answered, the number weighs like any other.
  await stack.advance(1_000)
  expect((await hal.ask()).status).toBe(200)
  await stack.settle()
  await hal.phone.reply('1')
  await hal.phone.expectText('Thank you. Alerts for the team will come to this phone.')
  await until('it is answered', async () => (await hal.view()).numberConfirmedBy === 'reply')
  const second = (await preparePerson(stack, { alertOrder: 'supporters-first' })).person
  await second.start({})
  await second.help()
  await stack.settle()
  await hal.phone.reply('1')
  await hal.phone.reply('5')
  await second.sessionUntil('is closed', ({ state }) => state === 'closed')
})

test('a key pressed on a call claims and confirms like a text', async () => {
  const mab = await addSupporter('Mab')
  await (await mab.signIn()).setShift(true)
  const { person, rescuer } = await preparePerson(stack, { alertOrder: 'supporters-first' })
  await person.start({})
  await person.help()
  await stack.advance(91_000)
  const call = await mab.phone.answerCall('human')
  await call.press('1')
  await person.sessionUntil('is owned', ({ alert }) => alert?.state === 'owned')
  expect(await mab.view()).toMatchObject({ numberState: 'confirmed', numberConfirmedBy: 'claim' })
  await giveAllClear(person, rescuer)
})

test('an operator asks again at most until three questions a day, never beside an alert, and it is on record', async () => {
  const ivy = await addSupporter('Ivy')
  await stack.advance(3_600_000)
  expect(await ivy.ask()).toMatchObject({ status: 200, body: { supporter: { numberState: 'waiting' } } })
  await stack.advance(3_600_000)
  expect((await ivy.ask()).status).toBe(200)
  expect(await ivy.ask()).toMatchObject({ status: 409, body: { code: 'conflict', message: /3 times/ } })
  await stack.settle()
  expect(await ivy.asked()).toBe(3)
  const { body } = await operate('GET', '/audit')
  expect(JSON.stringify(body)).toContain('supporter-number-asked')

  // A number that was there before questions were asked: the operator's ask is its first.
  const old = stack.newPhone()
  const jim = await stack.seedSupporter({ phone: old, name: 'Jim', onShift: false, confirmed: false })
  await old.expectNothingMore()
  expect((await operate('POST', `/supporters/${jim.id}/ask-number`)).status).toBe(200)
  await old.expectText(question)
  await old.reply('perhaps')
  await old.expectText(/could not read/)
  await old.reply('1')
  await old.expectText(/^Thank you\. Alerts for the team/)

  const none = await operate('POST', '/supporters', { name: 'Kay', role: 'supporter' })
  expect(await operate('POST', `/supporters/${none.body.supporter.id}/ask-number`)).toMatchObject({ status: 409 })
})
