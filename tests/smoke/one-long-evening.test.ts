import { randomUUID } from 'node:crypto'
import { CARRIER_START_WORDS, CARRIER_STOP_WORDS, countSegments, isGsm7, NEVER_SENT } from '@stillhere/domain'
import { type Person, type Phone, preparePerson, type Stack, startStack } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let stack: Stack
/** What the carrier was given to send in the whole evening. */
let sent: { to: string; body: string }[]

beforeAll(async () => {
  stack = await startStack({ deterministic: true, pagerNumber: '+447700900001' })
  // What came is looked at below, all of it.
  stack.phones.allow(/./)
  stack.phones.allowCalls()
  await liveThroughOneEvening()
  sent = stack.carrier
    .requests()
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/Messages.json'))
    .map(({ fields }) => ({ to: String(fields.To), body: String(fields.Body) }))
}, 60_000)
afterAll(() => stack.close())

/** Everybody, and as much of what the service can say as one evening brings about. */
async function liveThroughOneEvening() {
  const supporter = stack.newPhone()
  const seeded = await stack.seedSupporter({ phone: supporter, name: 'Sam Woodhouse-Featherstonehaugh' })
  const { person, rescuers, ownPhone } = await preparePerson(stack, {
    rescuers: 3,
    ownPhone: true,
    alertOrder: 'both',
    plan: {
      label: 'Nan’s “little” flat 🏠',
      address: `Flat 12B – “The Old Chapel” Buildings, ${'Featherstonehaugh Crescent, '.repeat(12)}Leeds LS9 1AA`,
      entry: `Ring bell № 3 … then ‘push hard’ ${'and wait a little '.repeat(12)}`,
      area: 'Burley',
      textAddress: true,
    },
  })
  await person.addRescuer({ number: stack.newPhone().number, position: 4, word: 'abcdefghijk lmnopqrstuvw' })
  const [first, second, third] = rescuers as [Phone, Phone, Phone]
  await rehearse(person)
  await first.reply('1')
  await first.reply('what?')

  // Answered by the own phone, and ended by it with a wrong code and then the right one.
  await person.start({ countdownSeconds: 60 })
  await stack.advance(61_000)
  await ownPhone.reply('0')
  await ownPhone.reply('3 000')
  await stack.settle()
  const start = (await ownPhone.texts()).find(({ body }) => /3 and \d{3} = finish/.test(body))
  await ownPhone.reply(`3 ${/3 and (\d{3})/.exec(start?.body ?? '')?.[1]}`)
  await person.sessionUntil('has ended', ({ state }) => state === 'closed')

  // Silence; a supporter and three rescuers, each in their own way.
  await person.start({ countdownSeconds: 60 })
  await stack.advance(60_000 + 60_000 + 65_000)
  const code =
    /\d{4}/.exec((await first.texts()).find(({ body }) => body.startsWith('SAFETY ALERT'))?.body ?? '')?.[0] ?? ''
  for (const [phone, reply] of [
    [first, '1'],
    [second, `${code} 1`],
    [third, '2'],
    [supporter, '1'],
    [first, '4'],
    [second, '5'],
  ] as const) {
    await phone.reply(reply)
    await stack.settle()
  }
  await ownPhone.reply('0')
  await stack.advance(130_000)
  await supporter.reply(`5 ${code}`)
  await stack.settle()
  await first.reply('1')
  expect((await person.session()).state).toBe('closed')

  // Help by text, and an owner who says nothing more.
  await seeded.setShift(false)
  await person.start({ countdownSeconds: 60 })
  await ownPhone.reply('7')
  await stack.settle()
  await first.reply('1')
  await stack.advance(310_000)
  await second.reply('4')
  await stack.settle()
  await third.reply('STOP')
  await stack.settle()
  await second.reply('5')
  await stack.settle()
  await second.reply('9')
  await stack.settle()
  await person.sessionUntil('is over', ({ state }) => state === 'closed')
}

async function rehearse(person: Person) {
  const [named] = (await person.plan()).rescuers
  await person.request('POST', `/v1/plans/${person.planId}/rescuers/${named?.id}/rehearsal`, {
    commandId: randomUUID(),
  })
  await stack.settle()
}

const withFreeText = (body: string) => / Address: /.test(body)
const aboutAnAlert = (body: string) => /^(?:SAFETY ALERT \d{4}|\d{4} )/.test(body)

test('the evening was long enough', () => {
  const openings = new Set(sent.map(({ body }) => body.replaceAll(/\d/g, '0').slice(0, 24)))
  expect(openings.size).toBeGreaterThan(20)
  expect(sent.filter(({ body }) => withFreeText(body)).length).toBeGreaterThan(0)
})

test('C69: every text is GSM-7 and one segment, but for an address, of which only free text is cut', () => {
  for (const { body } of sent) {
    expect([body, isGsm7(body)]).toEqual([body, true])
    expect([body, countSegments(body)]).toEqual([body, withFreeText(body) ? expect.toSatisfy((n) => n <= 3) : 1])
    if (!withFreeText(body)) continue
    // The code, what to do and the link survive.
    expect(body).toMatch(/^\d{4} Address: Flat 12B - "The Old Chapel" Buildings/)
    expect(body).toMatch(/Reply 1 = .*ring 999.*https?:\/\/\S+\/r\/\w+#\w{40,}$/s)
  }
})

test('C68: no text asks for a word that the carrier keeps for itself', () => {
  const kept = new RegExp(`\\b(?:${[...CARRIER_STOP_WORDS, ...CARRIER_START_WORDS].join('|')})\\b`, 'i')
  for (const { body } of sent) expect(body.replace(/Address: .*?(?=Reply)/s, '')).not.toMatch(kept)
})

test('H14, H16: no text names drugs, the service or a promise', () => {
  for (const { body } of sent)
    for (const never of NEVER_SENT) expect(body.replace(/Address: .*?(?=Reply)/s, '')).not.toMatch(never)
})

test('four digits in a row are an alert’s code and nothing else; TEST is a rehearsal', () => {
  const codes = new Set(sent.flatMap(({ body }) => (/^SAFETY ALERT (\d{4})/.exec(body) ?? []).slice(1)))
  expect(codes.size).toBe(2)
  for (const { to, body } of sent) {
    if (to === '+447700900001') continue
    const [four] = /\d{4}/.exec(body.replace(/https?:\S+/, '')) ?? []
    expect([body, aboutAnAlert(body)]).toEqual([body, four !== undefined])
    if (four !== undefined) expect(codes).toContain(four)
    expect([body, body.startsWith('TEST')]).toEqual([body, /TEST/.test(body)])
  }
})

test('C78, P11, T9: nothing of it stands in a log, in Redis, in an unsealed column or in a callback’s address', async () => {
  expect(stack.canaries.size).toBeGreaterThanOrEqual(15)
  expect(stack.logs.lines.length).toBeGreaterThan(100)
  const callbacks = stack.carrier
    .requests()
    .flatMap(({ fields }) => [fields.StatusCallback, fields.Url].filter(Boolean))
  expect(callbacks.length).toBeGreaterThan(sent.length / 2)
  for (const address of callbacks) {
    // A secret of the attempt, and nothing else.
    expect(String(address)).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/v1\/carriers\/twilio\/(?:receipts|calls)\?n=[\w-]{43}$/,
    )
  }
  // What a rendered text says is nowhere kept: templates and ids are.
  const kept = await stack.db.query<{ row: string }>('SELECT m::text AS row FROM app.messages m')
  for (const { row } of kept) expect(row).not.toMatch(/SAFETY ALERT|Reply 1|http/)
  // The close looks through everything for every canary.
  await stack.close()
})
