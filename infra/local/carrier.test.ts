import { expect, test } from 'vitest'
import { completeCarrier, readCarrier } from './carrier.ts'

const keys = {
  disclosureKeys: '',
  numberHashKey: '',
  linkKey: '',
  twilioAccountSid: 'ACmade-here',
  twilioAuthToken: 'made-here',
}
const account = { TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'secret', TWILIO_NUMBER: '+447700900050' }
const simulator = 'http://127.0.0.1:1'

test('texts go to the simulator when the environment names nobody', () => {
  expect(completeCarrier(readCarrier({}), keys, simulator)).toMatchObject({
    kind: 'simulator',
    accountSid: 'ACmade-here',
    authToken: 'made-here',
    number: '+447700900000',
    baseUrl: simulator,
  })
})

test('a number alone replaces the number alone', () => {
  const carrier = completeCarrier(readCarrier({ TWILIO_NUMBER: '+447700900050' }), keys, simulator)
  expect(carrier).toMatchObject({ kind: 'simulator', accountSid: 'ACmade-here', number: '+447700900050' })
})

test('an account of Twilio’s is Twilio and never the simulator', () => {
  const carrier = completeCarrier(readCarrier(account), keys, simulator)
  expect(carrier).toMatchObject({ kind: 'twilio', accountSid: 'AC1', authToken: 'secret', number: '+447700900050' })
  expect(carrier.baseUrl).toBeUndefined()
})

test('another address is another carrier', () => {
  const carrier = completeCarrier(readCarrier({ TWILIO_BASE_URL: 'http://127.0.0.1:2' }), keys, simulator)
  expect(carrier).toMatchObject({ kind: 'twilio', baseUrl: 'http://127.0.0.1:2', accountSid: 'ACmade-here' })
})

test.each(Object.keys(account))('half an account is refused, naming %s', (missing) => {
  const half = { ...account, [missing]: missing === 'TWILIO_NUMBER' ? '' : undefined }
  expect(() => readCarrier(half)).toThrow(missing)
})
