import { giveAllClear, type PhoneCall, preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())
stack.phones.allow(/AGAIN/, /What to do now/)

const hears = (call: PhoneCall, wanted: string) =>
  until(`the call to say ${wanted}`, async () => (await call.said()).join(' ').includes(wanted))

/** An alert that nobody answered by text, 90 s old: everyone is rung. */
async function ringing(wanted: { rescuers?: number; supporter?: boolean } = {}) {
  const prepared = await preparePerson(stack, { rescuers: wanted.rescuers ?? 1, alertOrder: 'both' })
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone, onShift: wanted.supporter ?? false })
  const { alertAt } = await prepared.person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  const { match } = await prepared.rescuer.expectText(/^SAFETY ALERT (\d{4})/)
  if (wanted.supporter) await phone.expectText('SAFETY ALERT')
  await stack.advance(60_000)
  for (const other of prepared.rescuers.slice(1)) await other.expectText('SAFETY ALERT')
  // Time stands at +90 s while the phones ring.
  await stack.passUnseen(30_000)
  return { ...prepared, phone, supporter, code: match[1] ?? '' }
}

test('C49, B67: a rescuer claims with 1 on a call; a wrong key says the menu again, and silence claims nothing', async () => {
  const { person, rescuer, code } = await ringing()
  const call = await rescuer.answerCall('human')
  await hears(call, `Alert ${code.split('').join(', ')}`)
  await hears(call, 'If you are going, press 1')
  for (const key of ['7', '*', '5']) {
    const menus = (await call.said()).join(' ').split('press 1').length
    await call.press(key)
    await until('the menu again', async () => (await call.said()).join(' ').split('press 1').length > menus)
    expect((await person.session()).alert?.state, key).toBe('open')
  }
  await call.press('1')
  await hears(call, 'You are going')
  expect((await person.session()).alert).toMatchObject({ state: 'owned', owner: { kind: 'rescuer' } })
  await giveAllClear(person, rescuer)
})

test('C49: a supporter takes it with 1; a rescuer who cannot presses 2, and nobody is claimed for', async () => {
  const { person, rescuer, phone, supporter } = await ringing({ supporter: true })
  const [rescuers, supporters] = [await rescuer.answerCall('human'), await phone.answerCall('human')]
  await hears(rescuers, 'If you cannot, press 2')
  await rescuers.press('2')
  await hears(rescuers, 'Thank you for telling us')
  expect((await person.session()).alert?.state).toBe('open')
  await hears(supporters, 'If you take it, press 1')
  await supporters.press('1')
  await hears(supporters, 'You have this alert')
  expect((await person.session()).alert).toMatchObject({ state: 'owned', owner: { kind: 'supporter' } })
  const { told } = await person.receipt()
  expect(told.map(({ who, reply }) => `${who} ${reply}`).sort()).toEqual(['rescuer cannot', 'supporter going'])
  await person.checkIn()
  await phone.expectText('reply 5')
  await rescuer.expectText('reply 5')
  await phone.reply('5')
  for (const each of [phone, rescuer]) await each.expectText('ALL CLEAR')
  await supporter.setShift(false)
})

test('C49: nobody presses anything: the call is over, the alert is open and goes on', async () => {
  const { person, rescuer } = await ringing()
  const call = await rescuer.answerCall('human')
  await hears(call, 'press 1')
  await stack.settle()
  expect((await person.session()).alert?.state).toBe('open')
  await stack.advance(30_000)
  expect((await rescuer.texts()).filter(({ body }) => body.includes('AGAIN')).length).toBeGreaterThanOrEqual(2)
  await giveAllClear(person, rescuer)
})

test('C50, H16: a voicemail box is told nothing and claims nothing; they are rung once more, the ladder goes on', async () => {
  const { person, rescuers, rescuer } = await ringing({ rescuers: 2 })
  const [first, second] = [await rescuer.answerCall('machine'), await rescuers[1]?.answerCall('human')]
  if (!second) throw new Error('two rescuers are rung')
  await hears(second, 'press 1')
  await until('the box hung up on', async () =>
    (await stack.carrier.calls(rescuer.number)).some(({ status }) => status === 'completed'),
  )
  expect(await first.said()).toEqual([])
  await first.press('1').catch(() => undefined)
  expect((await person.session()).alert?.state).toBe('open')
  stack.phones.allowCalls()
  await stack.advance(30_000)
  expect((await stack.carrier.calls(rescuer.number)).length, 'rung once more').toBe(2)
  expect((await rescuer.texts()).filter(({ body }) => body.includes('AGAIN')).length).toBeGreaterThanOrEqual(2)
  await giveAllClear(person, rescuer)
  await rescuers[1]?.expectText('said they are OK')
  await rescuers[1]?.expectText('ALL CLEAR')
})
