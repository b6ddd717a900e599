import { randomUUID } from 'node:crypto'
import { Authenticator, ask, type Bent, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

const origin = 'http://localhost:8080'
const as = (token: string) => (method: string, path: string, body?: object) =>
  ask(method, stack.api + path, body, { authorization: `Bearer ${token}` })
const signInBy = async (passkey: Authenticator, bent?: Bent) => {
  const { body: options } = await ask('POST', `${stack.api}/v1/sign-in/passkey/options`)
  return ask('POST', `${stack.api}/v1/sign-in/passkey/verify`, passkey.signIn(options, bent))
}

const invited = await ask('POST', `${stack.api}/v1/sign-in`, { invitation: stack.invitations.supporter })
const sam = as(invited.body.token)
async function enrol(bent?: Bent) {
  const passkey = new Authenticator(origin)
  const { body: options } = await sam('POST', '/v1/passkeys/options')
  return { passkey, options, answer: await sam('POST', '/v1/passkeys/verify', passkey.register(options, bent)) }
}

test('a passkey is enrolled with an invitation and signs in; its token acts as the role', async () => {
  const { passkey, options, answer } = await enrol()
  expect(options).toMatchObject({
    rp: { id: 'localhost' },
    attestation: 'none',
    authenticatorSelection: { userVerification: 'required', residentKey: 'required' },
  })
  expect(answer).toMatchObject({ status: 200, body: { passkeyId: passkey.id.toString('base64url') } })
  const signedIn = await signInBy(passkey)
  expect(signedIn.status).toBe(200)
  expect((await as(signedIn.body.token)('GET', '/v1/session-cards')).status).toBe(200)
})

test.each<[string, Bent]>([
  ['nobody verified themselves', { userVerified: false }],
  ['another page asked', { origin: 'http://evil.example' }],
  ['it is for another party', { rpId: 'evil.example' }],
])('nothing is enrolled and nobody signed in when %s', async (_, bent) => {
  expect((await enrol(bent)).answer.status).toBe(401)
  const { passkey } = await enrol()
  expect((await signInBy(passkey, bent)).status).toBe(401)
  expect((await signInBy(passkey)).status, 'the same passkey, unbent').toBe(200)
})

test('a signature over something else, a copied authenticator and an answer given twice sign nobody in', async () => {
  const { passkey } = await enrol()
  expect((await signInBy(passkey, { honestSignature: false })).status).toBe(401)
  expect((await signInBy(passkey, { counter: 900 })).status).toBe(200)
  expect((await signInBy(passkey, { counter: 7 })).status, 'its counter went back').toBe(401)
  const { body: options } = await ask('POST', `${stack.api}/v1/sign-in/passkey/options`)
  const said = passkey.signIn(options, { counter: 1_000 })
  expect((await ask('POST', `${stack.api}/v1/sign-in/passkey/verify`, said)).status).toBe(200)
  expect((await ask('POST', `${stack.api}/v1/sign-in/passkey/verify`, said)).status, 'replayed').toBe(401)
})

test('a challenge is good for five minutes, and an enrolment only for whom it was made', async () => {
  const { passkey } = await enrol()
  const { body: late } = await ask('POST', `${stack.api}/v1/sign-in/passkey/options`)
  await stack.advance(301_000)
  expect((await ask('POST', `${stack.api}/v1/sign-in/passkey/verify`, passkey.signIn(late))).status).toBe(401)
  const lead = as((await ask('POST', `${stack.api}/v1/sign-in`, { invitation: stack.invitations.dutyLead })).body.token)
  const { body: mine } = await sam('POST', '/v1/passkeys/options')
  const other = new Authenticator(origin)
  expect((await lead('POST', '/v1/passkeys/verify', other.register(mine))).status).toBe(401)
  expect((await signInBy(other)).status, 'a passkey nobody knows').toBe(401)
})

test('a second passkey goes beside the first; a lost one is revoked with what it signed in; the last one stays', async () => {
  const lead = as((await ask('POST', `${stack.api}/v1/sign-in`, { invitation: stack.invitations.operator })).body.token)
  const passkeys = [new Authenticator(origin), new Authenticator(origin)] as const
  for (const passkey of passkeys) {
    const { body: options } = await lead('POST', '/v1/passkeys/options')
    expect((await lead('POST', '/v1/passkeys/verify', passkey.register(options))).status).toBe(200)
  }
  const [kept, lost] = passkeys
  const { body: again } = await lead('POST', '/v1/passkeys/options')
  expect(again.excludeCredentials).toHaveLength(2)
  const commandIds = new Map([...passkeys].map((passkey) => [passkey, randomUUID()]))
  const thief = as((await signInBy(lost)).body.token)
  const owner = as((await signInBy(kept)).body.token)
  const revoke = (passkey: Authenticator, commandId = commandIds.get(passkey)) =>
    owner('DELETE', `/v1/passkeys/${passkey.id.toString('base64url')}`, { commandId })
  expect((await revoke(lost)).status).toBe(200)
  expect((await revoke(lost)).status, 'the same command, the same answer').toBe(200)
  expect((await signInBy(lost)).status).toBe(401)
  expect((await thief('GET', '/v1/alerts')).status, 'what it had signed in is out').toBe(401)
  expect((await owner('GET', '/v1/alerts')).status).toBe(200)
  expect(await revoke(kept)).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect((await revoke(lost, randomUUID())).status, 'gone already').toBe(404)
})
