import { preparePerson, raiseAlert, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('a rescuer goes with 1, is there with 4, and 5 closes the alert', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  expect((await person.session()).alert).toMatchObject({ state: 'owned', owner: { kind: 'rescuer' } })
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')

  expect(await person.session()).toMatchObject({ state: 'closed', outcome: 'all-clear', alert: { state: 'closed' } })
  await stack.advance(600_000)
  await rescuer.expectNothingMore()
})

test('5 without 4 is a report: the alert stays with whoever has it', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  await rescuer.reply('5')
  await rescuer.expectText('We have passed on that they are safe')
  expect((await person.session()).alert?.state).toBe('owned')

  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})

test('5 closes when the person has asked for the all-clear', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  expect((await person.checkIn()).outcome).toBe('requestedAllClear')
  await rescuer.expectText('The person has said they are OK')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
  expect(await person.session()).toMatchObject({ state: 'closed', outcome: 'all-clear' })
})

test.each(['2', "can't"])('C47: %s tells the next rescuer at once', async (body) => {
  const { person, rescuer, rescuers } = await raiseAlert(stack, { rescuers: 2 })
  const [, second = stack.newPhone()] = rescuers

  await rescuer.reply(body)

  await rescuer.expectText('Thank you for telling us')
  await second.expectText('SAFETY ALERT')
  await second.expectText('What to do now')
  await second.reply('4')
  await second.expectText('You are there')
  await second.reply('5')
  await second.expectText('This alert is closed')
  await rescuer.expectText('ALL CLEAR')
  const { told } = await person.receipt()
  expect(told.map(({ reply }) => reply).sort()).toEqual(['cannot', 'safe'])
})

test('C52: several rescuers go, each hears of the others, and nobody is sent home before the all-clear', async () => {
  const { person, rescuers, rescuer } = await raiseAlert(stack, { rescuers: 3 })
  await stack.advance(60_000)
  const [, second = rescuer, third = rescuer] = rescuers
  for (const phone of [second, third]) {
    await phone.expectText('SAFETY ALERT')
    await phone.expectText('What to do now')
  }
  await rescuer.expectText('AGAIN: no one has said they are going')

  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  await second.reply('1')
  await second.expectText(/We have noted that you are going\..*Another rescuer took this at \d\d:\d\d/)
  await stack.advance(240_000)
  for (const phone of rescuers) await phone.expectNothingMore()
  const { told } = await person.receipt()
  expect(told.map(({ reply }) => reply ?? 'none').sort()).toEqual(['going', 'going', 'none'])

  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
  for (const phone of [second, third]) await phone.expectText('ALL CLEAR')
})

test('C42: the same rescuer who claims twice has claimed once, and is thanked twice', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  const { alert: first } = await person.session()
  await stack.advance(10_000)
  await rescuer.reply('1')
  await rescuer.expectText('You are going')

  const { alert: second } = await person.session()
  expect(second?.ownedAt).toBe(first?.ownedAt)
  const claims = await stack.db.query(`SELECT FROM app.journal WHERE kind = 'alert-claimed' AND alert_id = $1`, [
    first?.id,
  ])
  expect(claims).toHaveLength(1)
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})

test('C44: late replies are answered and recorded, and reopen nothing', async () => {
  const { person, rescuer, code } = await raiseAlert(stack)
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
  const closed = await person.session()

  for (const late of ['1', `${code} 1`, `4 ${code}`]) {
    await rescuer.reply(late)
    await rescuer.expectText(`${code} This alert is over`)
  }

  const { version: _before, ...before } = closed
  const { version: _after, ...after } = await person.session()
  expect(after).toEqual(before)
  expect((await person.receipt()).told).toMatchObject([{ reply: 'there' }])
  const late = await stack.db.query(`SELECT FROM app.journal WHERE kind = 'alert-tooLate' AND alert_id = $1`, [
    before.alert?.id,
  ])
  expect(late).toHaveLength(3)
  await stack.advance(25 * 3_600_000)
  await rescuer.expectNothingMore()
})

test('a late 1 agrees to nothing that was declined before', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const other = await stack.newPerson()
  await other.savePlan()
  await other.addRescuer({ number: rescuer.number })
  await rescuer.expectText(/Reply 1 = (?:I )?agree/)
  await rescuer.reply('2')
  await rescuer.expectText('We will not text you about this again')
  await stack.advanceTo((await person.start()).alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')

  await rescuer.reply('1')

  await rescuer.expectText('This alert is over')
  expect((await other.plan()).rescuers[0]?.consent).toBe('declined')
})

test('an open alert is answered before an invitation', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  const other = await stack.newPerson()
  await other.savePlan()
  await other.addRescuer({ number: rescuer.number })
  await rescuer.expectText(/Reply 1 = (?:I )?agree/)

  await rescuer.reply('1')

  await rescuer.expectText('You are going')
  expect((await other.plan()).rescuers[0]?.consent).toBe('waiting')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
  expect((await person.session()).state).toBe('closed')
})

test('a rescuer who was removed since is still answered by the alert that told them', async () => {
  const { person, rescuer } = await raiseAlert(stack)
  const [named] = (await person.plan()).rescuers
  const commandId = crypto.randomUUID()
  await person.request('DELETE', `/v1/plans/${person.planId}/rescuers/${named?.id}`, { commandId })
  await rescuer.reply('on my way')
  await rescuer.expectText('Sorry, we could not read that')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})

test('X6: a rescuer who never agreed is not told, whatever place they have', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const silent = stack.newPhone()
  await person.addRescuer({ number: silent.number, position: 2 })
  await silent.expectText(/Reply 1/)
  const { alertAt } = await person.start()
  await stack.advanceTo(Date.parse(alertAt) + 60_000)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('What to do now')
  await rescuer.expectText('AGAIN')
  await silent.expectNothingMore()
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})

test('a rescuer who reads Welsh is asked, told and thanked in Welsh', async () => {
  const person = await stack.newPerson()
  await person.savePlan({})
  const rescuer = stack.newPhone()
  await person.addRescuer({ number: rescuer.number, language: 'cy' })
  await rescuer.expectText('Atebwch 1 = cytuno')
  await rescuer.reply('1')
  await rescuer.expectText('Rydych ar y rhestr')
  await person.planUntil('all is checked', ({ check, rescuers: [one] }) => check === 'ok' && one?.consent === 'agreed')
  await person.start()
  await person.help()
  await rescuer.expectText("Mae'r person a'ch dewisodd wedi gofyn am help NAWR")
  await rescuer.expectText("Beth i'w wneud nawr")
  await rescuer.reply('1')
  await rescuer.expectText("Rydych chi'n mynd")
  await rescuer.reply('4')
  await rescuer.expectText('Rydych chi yno')
  await rescuer.reply('5')
  await rescuer.expectText("Mae'r rhybudd hwn ar gau")
})

test('a person whose app speaks Welsh is told in Welsh, outside a session, that a rescuer is no longer there', async () => {
  const person = await stack.newPerson()
  const [rescuer, ownPhone] = [stack.newPhone(), stack.newPhone()]
  await person.savePlan({ ownNumber: ownPhone.number, language: 'cy' })
  await person.addRescuer({ number: rescuer.number })
  await rescuer.expectText('Reply 1 = I agree')
  await rescuer.reply('1')
  await rescuer.expectText('You are on the list')
  await person.planUntil('has its own number', ({ ownNumberCheck }) => ownNumberCheck === 'ok')
  await rescuer.reply('9')
  await rescuer.expectText('You have left')
  await ownPhone.expectText('Nid yw rhywun ar eich rhestr yno mwyach')
})
