import { randomUUID } from 'node:crypto'
import { ask, raiseAlert, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())

test('C51: previews and visits change nothing; the button does, once, and brings the brief', async () => {
  const { person, rescuer, code, linkText } = await raiseAlert(stack, { plan: { area: 'Burley' } })
  const page = await stack.openRescuePage(linkText)
  const before = await person.session()
  for (const method of ['GET', 'HEAD', 'GET']) expect((await page.request(method, '')).status).toBe(200)
  expect(await page.look()).toEqual({ state: 'open', minimum: { alertCode: code, area: 'Burley' }, othersGoing: 0 })
  expect(await person.session()).toEqual(before)
  expect((await person.receipt()).told[0]).not.toHaveProperty('openedAt')

  const commandId = randomUUID()
  const going = await page.reply('going', { commandId })

  expect(going).toMatchObject({
    state: 'owned',
    brief: { alertCode: code, address: expect.stringContaining('Marigold') },
  })
  expect(await page.reply('going', { commandId })).toEqual(going)
  expect((await person.receipt()).told[0]).toMatchObject({ reply: 'going', openedAt: expect.any(String) })
  expect(await page.request('POST', '/replies', { commandId, reply: 'cannot' })).toMatchObject({
    status: 409,
    body: { code: 'command_mismatch' },
  })
  await page.reply('there')
  await page.reply('safe')
  expect((await person.session()).state).toBe('closed')
  await rescuer.expectNothingMore()

  for (const answer of [
    await page.request('GET', ''),
    await page.request('POST', '/replies', { commandId: randomUUID(), reply: 'going' }),
  ])
    expect([answer.status, answer.body.code]).toEqual([410, 'gone'])
})

test('B55: without the proof there is no such link, and no telling which', async () => {
  const { rescuer, linkText } = await raiseAlert(stack)
  const page = await stack.openRescuePage(linkText)
  const wrong = Buffer.alloc(32, 7).toString('base64url')
  const reply = { commandId: randomUUID(), reply: 'going' }
  const answers = [
    await page.request('GET', '', undefined, wrong),
    await page.request('GET', '', undefined, 'x'),
    await page.request('POST', '/replies', reply, wrong),
    await ask('GET', `${stack.api}/v1/rescue/${page.linkId}`),
    await ask('POST', `${stack.api}/v1/rescue/${page.linkId}/replies`, reply),
    await ask('GET', `${stack.api}/v1/rescue/${'A'.repeat(22)}`, undefined, { 'x-link-proof': wrong }),
  ]
  const [first, ...rest] = answers.map(({ status, body: { requestId: _, ...body } }) => ({ status, body }))
  expect(first).toMatchObject({ status: 404, body: { code: 'not_found' } })
  for (const other of rest) expect(other).toEqual(first)

  // After 12 h the link is over, whatever the alert is.
  await stack.advance(12 * 3_600_000, { atOnce: true })
  stack.phones.allow(/AGAIN/)
  stack.phones.allowCalls()
  expect((await page.request('GET', '')).status).toBe(410)
  expect((await page.request('POST', '/replies', reply)).status).toBe(410)
  expect((await page.request('GET', '', undefined, wrong)).status).toBe(404)
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
})

test('the text holds the address where the plan says so, and a link all the same', async () => {
  const { rescuer, linkText } = await raiseAlert(stack, { plan: { textAddress: true } })
  expect(linkText).toMatch(/Address: Flat 9, Marigold-\w+ House, Leeds\. Way in: Buzzer nine/)
  const page = await stack.openRescuePage(linkText)
  await page.reply('there')
  await page.reply('safe')
  await rescuer.expectNothingMore()
})
