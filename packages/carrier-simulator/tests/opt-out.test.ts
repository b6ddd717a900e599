import { expect, test } from 'vitest'
import { newPhone, ourNumber, useCarrier } from './carrier-under-test.ts'

const parts = useCarrier()

const send = (to: string) => parts.client.messages.create({ from: ourNumber, to, body: 'x' })

test.each(['STOP', 'stop', ' Stop ', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'])(
  'after %s the carrier confirms and refuses every text to that phone',
  async (word) => {
    const phone = newPhone()
    await send(phone)
    await parts.carrier.sendText({ from: phone, body: word })
    await expect(send(phone)).rejects.toMatchObject({ status: 400, code: 21610 })
    expect(parts.carrier.texts(phone)).toMatchObject([
      { direction: 'outbound-api', body: 'x' },
      { direction: 'inbound', body: word },
      {
        direction: 'outbound-api',
        from: ourNumber,
        to: phone,
        body: expect.stringContaining('unsubscribed'),
        automatic: true,
      },
    ])
  },
)

test.each(['STOP please', 'please stop', 'stopp', 'cancelled', '3'])('"%s" is a text like any other', async (body) => {
  const phone = newPhone()
  await parts.carrier.sendText({ from: phone, body })
  await expect(send(phone)).resolves.toMatchObject({ status: 'queued' })
})

test.each(['START', 'yes', 'Unstop'])('%s lets texts through again, with a confirmation', async (word) => {
  const phone = newPhone()
  await parts.carrier.sendText({ from: phone, body: 'STOP' })
  await parts.carrier.sendText({ from: phone, body: word })
  expect(parts.carrier.texts(phone).at(-1)).toMatchObject({
    automatic: true,
    body: expect.stringContaining('re-subscribed'),
  })
  await expect(send(phone)).resolves.toMatchObject({ status: 'queued' })
})

test('the service hears of it, and which word Twilio took it for', async () => {
  const phone = newPhone()
  await parts.carrier.sendText({ from: phone, body: 'quit' })
  await parts.carrier.sendText({ from: phone, body: 'yes' })
  const words = parts.service.callbacks.filter(({ fields }) => fields.From === phone)
  expect(words.map(({ fields }) => [fields.Body, fields.OptOutType])).toEqual([
    ['quit', 'STOP'],
    ['yes', 'START'],
  ])
})

test('a second STOP, and a START from a phone that never stopped, are not confirmed', async () => {
  const [stopped, started] = [newPhone(), newPhone()]
  await parts.carrier.sendText({ from: stopped, body: 'STOP' })
  await parts.carrier.sendText({ from: stopped, body: 'STOP' })
  await parts.carrier.sendText({ from: started, body: 'START' })
  expect(parts.carrier.texts(stopped).filter(({ automatic }) => automatic)).toHaveLength(1)
  expect(parts.carrier.texts(started)).toHaveLength(1)
})

test('a STOP delivered once more after a START stops nothing', async () => {
  const phone = newPhone()
  const sid = `SM${'b2'.repeat(16)}`
  await parts.carrier.sendText({ from: phone, body: 'STOP', sid })
  await parts.carrier.sendText({ from: phone, body: 'START' })
  await parts.carrier.sendText({ from: phone, body: 'STOP', sid })
  await expect(send(phone)).resolves.toMatchObject({ status: 'queued' })
})

test('one phone that stopped stops no other', async () => {
  await parts.carrier.sendText({ from: newPhone(), body: 'STOP' })
  await expect(send(newPhone())).resolves.toMatchObject({ status: 'queued' })
})
