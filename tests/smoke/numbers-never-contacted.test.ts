import type { PlanView } from '@stillhere/contracts'
import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

/** Whom the carrier was asked to text or ring. */
const numbersAsked = () =>
  stack.carrier.requests().flatMap(({ method, fields }) => (method === 'POST' ? [String(fields.To)] : []))

/** A plan with this rescuer, once it has been checked. */
async function named(
  number: string,
  own?: string,
): Promise<{ plan: PlanView; person: Awaited<ReturnType<typeof stack.newPerson>> }> {
  const person = await stack.newPerson()
  await person.savePlan(own ? { ownNumber: own } : {})
  await person.addRescuer({ number })
  await stack.settle()
  return { person, plan: await person.plan() }
}

const refusals = [
  ...['999', '112', '101', '111', '116123', '+44999', '+44 112', '0044999', ' 999 ', '9-9-9', '105', '60777'].map(
    (number) => [number, 'not_allowed'],
  ),
  ...[
    '+449012345678',
    '09012345678',
    '+447012345678',
    '+883510000000',
    '+15005550006',
    '+33612345678',
    '+447600123456',
  ].map((number) => [number, 'region_not_allowed']),
  ...['+441414960123', '0141 496 0123', '02079460123'].map((number) => [number, 'landline']),
  ...[
    'hello',
    '+',
    '+44770090012345678',
    // A number with something beside it: which was meant, and what of the rest?
    '07700 900123 or 07700 900124',
    '07700900123 x45',
    'Sam 07700900123',
  ].map((number) => [number, 'not_a_number']),
] as const

test('B45–B47, C70, P13: emergency, short, premium, foreign and landline numbers are refused and never asked of the carrier', async () => {
  for (let first = 0; first < refusals.length; first += 5) {
    const five = refusals.slice(first, first + 5)
    const person = await stack.newPerson()
    await person.savePlan()
    for (const [index, [number = '']] of five.entries()) await person.addRescuer({ number, position: index + 1 })
    await stack.settle()
    const { rescuers } = await person.plan()
    for (const [index, [number, code]] of five.entries()) {
      const { check, checkCode } = rescuers.find(({ position }) => position === index + 1) ?? {}
      expect([number, check, checkCode]).toEqual([number, 'refused', code])
    }
  }
  expect(numbersAsked()).toEqual([])
})

test('B44: however a mobile number is written, it is the same phone', async () => {
  const phone = stack.newPhone()
  const national = `0${phone.number.slice(3)}`
  const spellings = [
    national,
    phone.number,
    `0044${phone.number.slice(3)}`,
    `${national.slice(0, 5)} ${national.slice(5)}`,
    [...national].map((digit) => '٠١٢٣٤٥٦٧٨٩'[Number(digit)]).join(''),
    `+44 (0)${phone.number.slice(3, 7)} ${phone.number.slice(7)}`,
  ]
  const plans = []
  for (const number of spellings) plans.push(await named(number))
  for (const { plan } of plans) expect(plan.rescuers[0]?.check).toBe('ok')
  // One unanswered invitation per phone: had two been different phones, there would be two.
  await phone.expectText(/Reply 1 = (?:I )?agree/)
  await phone.expectNothingMore()
})

test('B48, C72: our own number, and the person’s own, are no rescuers', async () => {
  const own = stack.newPhone()
  expect((await named(stack.account.number)).plan.rescuers[0]).toMatchObject({
    check: 'refused',
    checkCode: 'own_number',
  })
  expect((await named(own.number, own.number)).plan.rescuers[0]).toMatchObject({
    check: 'refused',
    checkCode: 'own_number',
  })
  const { plan } = await named(stack.newPhone().number, stack.account.number)
  expect(plan).toMatchObject({ check: 'ok', ownNumberCheck: 'refused' })
  expect(numbersAsked()).not.toContain(stack.account.number)
  stack.phones.allow(/Reply 1 = (?:I )?agree/)
})

test('H31: a rescuer’s phone does not become the person’s own: their 0 would be a sign of life', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await person.savePlan({ planId: person.planId, planVersion: 2, ownNumber: rescuer.number })
  await stack.settle()
  expect(await person.plan()).toMatchObject({ check: 'ok', ownNumberCheck: 'refused' })
  await person.start()
  await rescuer.expectNothingMore()
  await person.end()
})

test.each(['+44999', '999', '+449012345678', '+15005550006'])(
  'P13: even a forged row never sends to %s',
  async (number) => {
    const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
    const [forged] = await stack.db.query<{ id: string }>(
      'SELECT id FROM app.rescuers WHERE plan_id = $1 AND position = 1',
      [person.planId],
    )
    const id = forged?.id ?? ''
    await stack.db.query('UPDATE app.rescuers SET destination = $2, number_hash = $3 WHERE id = $1', [
      id,
      await stack.keys.keepNumber(id, number),
      stack.keys.hashNumber(number),
    ])
    const before = numbersAsked().length

    await stack.advanceTo((await person.start()).alertAt)

    // The ladder goes on without it.
    const [, second = rescuers[0]] = rescuers
    await second?.expectText('SAFETY ALERT')
    await second?.expectText('What to do now')
    await stack.advance(95_000)
    await second?.expectText('AGAIN')
    expect(
      numbersAsked()
        .slice(before)
        .filter((to) => to !== second?.number),
    ).toEqual([])
    stack.phones.allowCalls()
    await second?.reply('4')
    await second?.expectText('You are there')
    await second?.reply('5')
    await second?.expectText('This alert is closed')
  },
)
