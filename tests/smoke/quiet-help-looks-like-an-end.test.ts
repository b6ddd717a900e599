import { randomUUID } from 'node:crypto'
import { type Person, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

/** The same fields and words, whatever the ids, instants and versions are. */
const shapeOf = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner) =>
      key === 'requestId' || key.endsWith('Now') || key.endsWith('At') || key === 'id' || key.endsWith('Id')
        ? typeof inner
        : inner,
    ),
  )

/** All that a device can ask about a session that it believes closed. */
async function allAnswersOf(person: Person) {
  const command = (path: string, fields: object = {}) =>
    person.request('POST', `/v1/sessions/${person.sessionId}${path}`, { commandId: randomUUID(), ...fields })
  const live = await person.connectLive({ version: 1 })
  const shown = await live.next('session')
  for (const type of ['check-in', 'end', 'help'])
    live.send({ type, sessionId: person.sessionId, commandId: randomUUID() })
  live.send({ type: 'extend', sessionId: person.sessionId, commandId: randomUUID(), seconds: 60 })
  const errors = []
  for (let count = 0; count < 4; count += 1) errors.push((await live.next('error')).code)
  await live.close()
  const answers = [
    await person.request('GET', `/v1/sessions/${person.sessionId}`),
    await command('/check-ins'),
    await command('/check-ins', { pressedSecondsAgo: 30 }),
    await command('/check-ins', { rhythmId: person.service.rhythms[0]?.id }),
    await command('/extend', { seconds: 60 }),
    await command('/extend', { seconds: 60, version: 1 }),
    await command('/end'),
    await command('/help'),
    await command('/help', { quiet: true }),
    await person.request('GET', `/v1/sessions/${person.sessionId}/receipt`),
    await person.request('GET', `/v1/plans/${person.planId}`),
  ].map(({ status, body }) => ({ status, body }))
  const restarted = await person.start({ countdownSeconds: 60 })
  const again = [restarted, await person.end()]
  return shapeOf({ shown, errors, answers, again })
}

test.for([
  { while: 'counting', untilMs: 20_000 },
  { while: 'prompting', untilMs: 80_000 },
])('after quiet help while $while the device is told what it would be told after an end', async ({ untilMs }) => {
  const ending = await preparePerson(stack, { ownPhone: true })
  const duress = await preparePerson(stack, { ownPhone: true })
  for (const { person, ownPhone } of [ending, duress]) {
    await person.start({ countdownSeconds: 60 })
    await ownPhone.expectText("Reply 0 = I'm OK")
  }
  await stack.advance(untilMs)

  const ended = await ending.person.end()
  const quiet = await duress.person.help({ quiet: true })

  expect(shapeOf(quiet)).toEqual(shapeOf(ended))
  const { match } = await duress.rescuer.expectText(
    /SAFETY ALERT (\d{4})\. The person who chose you has asked for help/,
  )
  await duress.rescuer.expectText('What to do now')
  expect(await allAnswersOf(duress.person)).toEqual(await allAnswersOf(ending.person))
  for (const { ownPhone } of [ending, duress]) await ownPhone.expectText("Reply 0 = I'm OK")

  // The ladder goes on all the same, and nothing of it reaches the own phone.
  await stack.advance(60_000)
  await duress.rescuer.expectText(`${match[1]} AGAIN`)
  await duress.rescuer.reply('1')
  await duress.rescuer.expectText('You are going')
  await duress.rescuer.reply('4')
  await duress.rescuer.expectText('You are there')
  await duress.rescuer.reply('5')
  await duress.rescuer.expectText('ALL CLEAR')
  expect(await allAnswersOf(duress.person)).toEqual(await allAnswersOf(ending.person))
  for (const { ownPhone } of [ending, duress]) await ownPhone.expectText("Reply 0 = I'm OK")
})

test('quiet help shows on a live socket as one end, and nothing that follows', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { id } = await person.start({ countdownSeconds: 60 })
  const asking = await person.connectLive()
  const watching = await person.connectLive()
  const [before] = await Promise.all([watching.next('session'), asking.next('session')])

  const ack = await asking.help(id, { quiet: true })

  expect(ack).toMatchObject({ outcome: 'ended', session: { state: 'closed', outcome: 'ended-safe' } })
  const { session } = await watching.next('session')
  expect(session).toMatchObject({ state: 'closed', outcome: 'ended-safe', version: before.session.version + 1 })
  expect(session.alert).toBeUndefined()
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  await rescuer.expectText('What to do now')
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  await rescuer.reply('2')
  await rescuer.expectText('Thank you for telling us')
  await stack.settle()
  // Whatever the alert did, a socket that asks anew sees the same.
  const later = await person.connectLive()
  expect((await later.next('session')).session).toEqual(session)
  expect(watching.frames.filter(({ type }) => type === 'session')).toHaveLength(2)
  expect(JSON.stringify([asking.frames, watching.frames])).not.toContain(match[1] ?? 'no code')
  for (const live of [asking, watching, later]) await live.close()
})

test('under duress the own phone is as silent, and as deaf, as after an end', async () => {
  const ending = await preparePerson(stack, { ownPhone: true })
  const duress = await preparePerson(stack, { ownPhone: true })
  for (const { person, ownPhone } of [ending, duress]) {
    await person.start({ countdownSeconds: 60 })
    await ownPhone.expectText("Reply 0 = I'm OK")
  }
  await ending.person.end()
  await duress.person.help({ quiet: true })
  await duress.rescuer.expectText('SAFETY ALERT')
  await duress.rescuer.expectText('What to do now')

  for (const body of ['0', '7', '3', '3 123', 'are you there', '1']) {
    await ending.ownPhone.reply(body)
    await duress.ownPhone.reply(body)
  }
  await stack.settle()

  const heard = async (phone: typeof duress.ownPhone) =>
    (await phone.texts())
      .filter(({ direction }) => direction !== 'inbound')
      .map(({ body }) => body.replace(/\d+/g, '#'))
  expect(await heard(duress.ownPhone)).toEqual(await heard(ending.ownPhone))
  expect(
    await stack.db.query('SELECT FROM app.alerts WHERE session_id = $1 AND state = $2', [
      duress.person.sessionId,
      'open',
    ]),
  ).toHaveLength(1)
})
