import { randomUUID } from 'node:crypto'
import { giveAllClear, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

const operator = await (await stack.organisation('demo')).signIn('operator')
const put = (id: string, text: string | null, more: object = {}) =>
  operator.request('PUT', `/v1/operate/texts/en/${id}`, { commandId: randomUUID(), text, ...more })

test('a text is sent in the organisation’s own words from the next one on, and in ours again when they end', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const own = 'SAFETY ALERT {code}. Somebody who trusts you asks for help NOW.'
  const changed = await put('alert-first.help', own, { version: 0 })
  expect(changed.body.text).toMatchObject({ id: 'alert-first.help', version: 1, text: own, segments: 1 })
  expect(changed.body.text.preview[0].text).toContain('Somebody who trusts you')
  await person.start({ countdownSeconds: 60 })
  await person.help()
  await rescuer.expectText(/^SAFETY ALERT \d{4}\. Somebody who trusts you asks for help NOW\./)
  await rescuer.expectText('What to do now')
  await giveAllClear(person, rescuer)

  expect((await put('alert-first.help', own, { version: 0 })).body.code).toBe('stale_version')
  expect((await put('alert-first.help', null)).body.text).not.toHaveProperty('text')
  await person.start({ countdownSeconds: 60 })
  await person.help()
  await rescuer.expectText(/^SAFETY ALERT \d{4}\. The person who chose you/)
  await rescuer.expectText('What to do now')
  await giveAllClear(person, rescuer)
})

test('what carries meaning stays, and what may never be sent is refused', async () => {
  for (const [id, text, problem] of [
    ['alert-first.help', 'SAFETY ALERT. Help NOW.', 'values-changed'],
    ['alert-first.help', 'Alert {code}: help NOW.', 'head-changed'],
    ['repeat.no-one', '{code} still: nobody goes.', 'head-changed'],
    ['rehearsal', 'Only a trial. Reply 1 to show it. Reply 1.', 'digits'],
    ['reply-going-full', 'Reply 1 = I cannot, 2 = I am going.', 'digits'],
    ['declined-noted', 'Thank you. Reply STOP to leave.', 'carrier-word'],
    ['declined-noted', 'Thank you. Carry naloxone.', 'forbidden-word'],
    ['declined-noted', 'Thank you. No police will come.', 'forbidden-word'],
    ['declined-noted', 'Thank you from Sam.', 'name'],
    ['declined-noted', 'Thank you. Quote 1234.', 'digits-changed'],
    ['declined-noted', 'Thank you \u2705', 'not-gsm7'],
    ['alert-first.help', `SAFETY ALERT {code}. ${'Please come now. '.repeat(12).trim()}`, 'segments'],
  ]) {
    const { status, body } = await put(id as string, text as string)
    expect([status, body.code, body.problem], text as string).toEqual([400, 'text_refused', problem])
    expect(body.message).not.toContain(text)
  }
  expect((await put('no-such', 'x')).status).toBe(404)
  expect((await put('call.no-digit', 'x')).status).toBe(404)
})

test('every sentence is listed with its default, segments and how it reads; a preview changes nothing', async () => {
  const { body } = await operator.request('GET', '/v1/operate/texts?language=cy')
  expect(body.texts.length).toBeGreaterThan(70)
  expect(new Set(body.texts.map(({ language }: { language: string }) => language))).toEqual(new Set(['cy']))
  const preview = await operator.request('POST', '/v1/operate/texts/en/end-noted/preview', { text: 'Done. Take care.' })
  expect(preview.body).toEqual({
    segments: 1,
    preview: [{ template: 'end-noted', text: 'Done. Take care.', segments: 1 }],
  })
  const wrong = await operator.request('POST', '/v1/operate/texts/en/end-noted/preview', { text: 'The end.' })
  expect(wrong.body).toMatchObject({ problem: 'carrier-word' })
  const after = (await operator.request('GET', '/v1/operate/texts?language=en')).body.texts
  expect(after.find(({ id }: { id: string }) => id === 'end-noted')).toMatchObject({ version: 0 })
})
