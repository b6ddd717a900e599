import { preparePerson, type Stack, startStack } from '@stillhere/testkit'
import { afterAll, expect, test, vi } from 'vitest'

// Chance that always falls on the same code: whatever differs, differs on purpose.
vi.mock('node:crypto', async (load) => {
  const crypto = await load<typeof import('node:crypto')>()
  const randomInt = (most: number) => (most === 1_000_000 ? 482_100 : crypto.randomInt(most))
  return { ...crypto, randomInt }
})

const stack: Stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
const hour = 3_600_000

/** Two people who named the same phone. */
async function twoPeopleOneRescuer() {
  const { person: one, rescuer } = await preparePerson(stack)
  const other = await stack.newPerson()
  await other.savePlan()
  await other.addRescuer({ number: rescuer.number })
  await rescuer.expectText(/Reply 1/)
  await rescuer.reply('1')
  await rescuer.expectText('You are on the list')
  return { people: [one, other] as const, rescuer }
}

async function alertOf(person: { start(): Promise<{ alertAt: string }> }) {
  const { alertAt } = await person.start()
  await stack.advanceTo(alertAt)
}

test('C32, C40: codes open on one phone differ, a bare digit asks which, and none is used again for 24 h', async () => {
  const { people, rescuer } = await twoPeopleOneRescuer()
  const [one, other] = people
  await Promise.all(people.map((person) => person.start()))
  await stack.advance(180_000)
  const codes: string[] = []
  for (const _ of people) {
    const { match } = await rescuer.expectText(/^SAFETY ALERT (\d{4})/)
    await rescuer.expectText('What to do now')
    codes.push(match[1] ?? '')
  }
  expect([...codes].sort()).toEqual(['4821', '4822'])

  await rescuer.reply('1')
  const { body } = await rescuer.expectText('which alert?')
  for (const code of codes) expect(body).toContain(code)
  expect((await one.session()).alert?.state).toBe('open')

  for (const code of codes) {
    await rescuer.reply(`${code} 4`)
    await rescuer.expectText(`${code} Thank you. You are there`)
    await rescuer.reply(`5 ${code}`)
    await rescuer.expectText(`${code} ALL CLEAR`)
  }
  expect((await other.session()).state).toBe('closed')

  await alertOf(one)
  await rescuer.expectText(/^SAFETY ALERT 4823/)
  await rescuer.expectText('What to do now')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')

  await stack.advance(25 * hour)
  // The workers give codes back when they next look, once a minute of their own.
  await stack.db.query(
    `UPDATE app.alert_recipients r SET code_held = false FROM app.alerts a
     WHERE r.alert_id = a.id AND a.closed_at < app.clock() - interval '24 hours'`,
  )
  await alertOf(one)
  await rescuer.expectText(/^SAFETY ALERT 4821/)
  await rescuer.expectText('What to do now')
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
})

test('C32: a supporter who answers one of two alerts with a bare digit is asked which', async () => {
  const supporter = stack.newPhone()
  const seeded = await stack.seedSupporter({ phone: supporter })
  const prepared = await Promise.all([1, 2].map(() => preparePerson(stack, { alertOrder: 'supporters-first' })))
  await Promise.all(prepared.map(({ person }) => person.start()))
  await stack.advance(180_000)
  const codes: string[] = []
  for (const _ of prepared) codes.push((await supporter.expectText(/^SAFETY ALERT (\d{4})/)).match[1] ?? '')

  await supporter.reply('1')

  await supporter.expectText('which alert?')
  for (const code of codes) {
    await supporter.reply(`${code} 1`)
    await supporter.expectText('You have this alert')
    await supporter.reply(`${code} 5`)
    await supporter.expectText('ALL CLEAR')
  }
  await seeded.setShift(false)
})
