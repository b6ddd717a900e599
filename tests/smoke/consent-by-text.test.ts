import { type Person, type Phone, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

const days = 24 * 3_600_000
const invitation = /may we text.* if they need help.*Reply 1 = (?:I )?agree, 2 = no, 9 = leave/

/** A plan that names this phone; its invitation is taken where one is due. */
async function nameRescuer(phone: Phone, how: { word?: string; invited?: boolean } = {}): Promise<Person> {
  const person = await stack.newPerson()
  await person.savePlan()
  await person.addRescuer({ number: phone.number, ...(how.word && { word: how.word }) })
  await stack.settle()
  if (how.invited !== false) await phone.expectText(invitation)
  return person
}

async function consentOf(person: Person): Promise<string | undefined> {
  await stack.settle()
  return (await person.plan()).rescuers[0]?.consent
}

test('a rescuer waits, agrees with 1, leaves with 9, and the person sees each', async () => {
  const phone = stack.newPhone()
  const person = await nameRescuer(phone)
  expect(await consentOf(person)).toBe('waiting')

  await phone.reply('1')
  await phone.expectText('You are on the list')
  expect(await consentOf(person)).toBe('agreed')
  await phone.reply('9')
  await phone.expectText('You have left the list')
  expect(await consentOf(person)).toBe('left')
  await phone.expectNothingMore()
})

test('a rescuer declines with 2, and may think again', async () => {
  const phone = stack.newPhone()
  const person = await nameRescuer(phone)

  await phone.reply('2')
  await phone.expectText('We will not text you about this again')
  expect(await consentOf(person)).toBe('declined')
  await phone.reply('1')
  await phone.expectText('You are on the list')
  expect(await consentOf(person)).toBe('agreed')
})

test('STOP shows as stopped within 2 s and START gives back what was there', async () => {
  const [agreed, waiting] = [stack.newPhone(), stack.newPhone()]
  const [one, other] = [await nameRescuer(agreed), await nameRescuer(waiting)]
  await agreed.reply('1')
  await agreed.expectText('You are on the list')
  for (const phone of [agreed, waiting]) await phone.reply('STOP')
  expect([await consentOf(one), await consentOf(other)]).toEqual(['stopped', 'stopped'])

  for (const phone of [agreed, waiting]) await phone.reply('START')

  expect([await consentOf(one), await consentOf(other)]).toEqual(['agreed', 'waiting'])
  // The carrier alone confirms.
  for (const phone of [agreed, waiting]) await phone.expectNothingMore()
})

test('an invitation that STOP held back goes out when START lifts it', async () => {
  const phone = stack.newPhone()
  const first = await nameRescuer(phone)
  await phone.reply('1')
  await phone.expectText('You are on the list')
  await phone.reply('STOP')
  await stack.settle()
  const second = await nameRescuer(phone, { invited: false })
  expect(await consentOf(second)).toBe('stopped')
  await phone.expectNothingMore()

  await phone.reply('START')

  await phone.expectText(invitation)
  await phone.reply('1')
  await phone.expectText('You are on the list')
  expect([await consentOf(first), await consentOf(second)]).toEqual(['agreed', 'agreed'])
})

test.each(['3', '4', '5', 'ok', 'Yes please', '1?', '11', '👍'])(
  'B57: %s is no agreement, and nothing is sent again',
  async (body) => {
    const phone = stack.newPhone()
    const person = await nameRescuer(phone)
    await phone.reply(body)
    expect(await consentOf(person)).toBe('waiting')
    await phone.expectText('Sorry, we could not read that')
    await phone.expectNothingMore()
  },
)

test('B57: nobody agrees for another number', async () => {
  const [phone, stranger] = [stack.newPhone(), stack.newPhone()]
  const person = await nameRescuer(phone)
  await stranger.reply('1')
  expect(await consentOf(person)).toBe('waiting')
  for (const one of [phone, stranger]) await one.expectNothingMore()
})

test('X1: a phone has one unanswered invitation in seven days, whoever asks', async () => {
  const phone = stack.newPhone()
  const first = await nameRescuer(phone)
  const second = await nameRescuer(phone, { invited: false })
  await stack.advance(7 * days - 60_000)
  await phone.expectNothingMore()
  expect([await consentOf(first), await consentOf(second)]).toEqual(['waiting', 'waiting'])

  await stack.advance(60_000)

  await phone.expectText(invitation)
  await phone.expectNothingMore()
})

test('a phone that agreed for one plan is invited again for another', async () => {
  const phone = stack.newPhone()
  const first = await nameRescuer(phone)
  const second = await nameRescuer(phone, { invited: false })
  await phone.reply('1')
  await phone.expectText('You are on the list')

  await phone.expectText(invitation)

  expect([await consentOf(first), await consentOf(second)]).toEqual(['agreed', 'waiting'])
  await phone.reply('2')
  await phone.expectText('We will not text you about this again')
  expect([await consentOf(first), await consentOf(second)]).toEqual(['agreed', 'declined'])
})

test('the invitation carries the word the person told them, and none that the carrier keeps', async () => {
  const phone = stack.newPhone()
  const person = await nameRescuer(phone, { word: 'bluebird', invited: false })
  await phone.expectText(/Their word: bluebird\./)
  const refused = { status: 400, code: 'invalid' }
  for (const word of ['quit heron', 'heron 4821', 'heron-naloxone', 'heron'.repeat(5)])
    await expect(person.addRescuer({ number: phone.number, position: 2, word })).rejects.toMatchObject(refused)
})

test('a removal is silent, and an old reply does not undo it', async () => {
  const phone = stack.newPhone()
  const person = await nameRescuer(phone)
  await phone.reply('1')
  await phone.expectText('You are on the list')
  const [rescuer] = (await person.plan()).rescuers
  const removed = await person.request('DELETE', `/v1/plans/${person.planId}/rescuers/${rescuer?.id}`, {
    commandId: crypto.randomUUID(),
  })
  expect([removed.status, removed.body]).toEqual([200, {}])
  await phone.reply('1')
  await stack.settle()

  expect((await person.plan()).rescuers).toEqual([])
  await phone.expectNothingMore()
})
