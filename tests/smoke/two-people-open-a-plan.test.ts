import { randomUUID } from 'node:crypto'
import { type OpeningStatement, openingAad, openingInfo, openingStatement } from '@stillhere/contracts'
import { generateOpeningKey, openSealed, writePublicKey } from '@stillhere/sealing/open'
import {
  Authenticator,
  ask,
  type Bent,
  type Console,
  preparePerson,
  startStack,
  type TestOrganisation,
} from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

/*
 * Two operators open the plan of a closed alert (infra/decisions/0016): the most dangerous thing the service can be asked
 * to do. Each test but the first is a way in that must stay shut.
 */

const pagerNumber = '+447700900050'
const stack = await startStack({ deterministic: true, pagerNumber })
afterAll(() => stack.close())
stack.phones.allow(/./)
stack.phones.allowCalls()

const origin = 'http://localhost:8080'
const hourMs = 3_600_000

/** Somebody with a browser and a passkey that was made long enough ago. */
async function someone(home: TestOrganisation, role: 'operator' | 'auditor' | 'supervisor', name: string) {
  const console = await home.signIn(role, name)
  const pair = await generateOpeningKey('browser', { extractable: false })
  const publicKey = await writePublicKey(pair)
  const brief = await console.request('PUT', '/v1/brief-key', { publicKey })
  const passkey = new Authenticator(origin)
  const { body: options } = await console.request('POST', '/v1/passkeys/options')
  expect((await console.request('POST', '/v1/passkeys/verify', passkey.register(options))).status).toBe(200)
  const { me } = (await console.request('GET', '/v1/me')).body
  return { console, passkey, publicKey, pair, keyId: String(brief.body.keyId ?? 'none'), id: String(me.id) }
}
type Someone = Awaited<ReturnType<typeof someone>>

let ann: Someone
let ben: Someone
let alertId = ''
let sessionId = ''
let address: unknown
let person: Awaited<ReturnType<typeof preparePerson>>['person']

beforeAll(async () => {
  const home = await stack.organisation('demo')
  ann = await someone(home, 'operator', 'Ann')
  ben = await someone(home, 'operator', 'Ben')
  await stack.advance(25 * hourMs)
  // A console of an invitation lasts a day; they come back as people do.
  for (const one of [ann, ben]) one.console = await comeBack(one)
  ;({ person } = await preparePerson(stack))
  await ann.console.setShift(true)
  await person.start({ countdownSeconds: 7_200, company: 'supporter' })
  await person.help()
  alertId = (await person.session()).alert?.id ?? ''
  sessionId = person.sessionId
})

async function comeBack({ passkey, console }: Someone): Promise<Console> {
  const { body: options } = await ask('POST', `${stack.api}/v1/sign-in/passkey/options`)
  const { body } = await ask('POST', `${stack.api}/v1/sign-in/passkey/verify`, passkey.signIn(options))
  const request: Console['request'] = (method, path, sent) =>
    ask(method, stack.api + path, sent, { authorization: `Bearer ${body.token}` })
  return {
    ...console,
    token: body.token,
    request,
    setShift: async (onShift) => {
      expect((await request('PUT', '/v1/shift', { commandId: randomUUID(), onShift, fit: true })).status).toBe(200)
    },
    command: async (id, what, fields = {}) =>
      (await request('POST', `/v1/alerts/${id}/${what}`, { commandId: randomUUID(), ...fields })).body,
  }
}

const listed = async (by: Someone) => (await by.console.request('GET', '/v1/operate/plan-openings')).body
const nowOf = async (by: Someone): Promise<string> => (await listed(by)).serverNow

interface Bending {
  bent?: Bent
  statement?: Partial<OpeningStatement>
  body?: object
  passkey?: Authenticator
}

async function signed(by: Someone, statement: OpeningStatement, { bent, statement: other, passkey }: Bending) {
  const challenge = Buffer.from(openingStatement({ ...statement, ...other })).toString('base64url')
  return (passkey ?? by.passkey).signIn({ challenge, rpId: 'localhost' }, bent)
}

async function askFor(by: Someone, bending: Bending = {}) {
  const fields = {
    openingId: randomUUID(),
    alertId,
    reason: 'safeguarding' as const,
    keyId: by.keyId,
    publicKey: by.publicKey,
    at: (await nowOf(by)) ?? new Date(await stack.now()).toISOString(),
  }
  const passkey = await signed(by, { does: 'asks', supporterId: by.id, ...fields }, bending)
  const body = { commandId: randomUUID(), ...fields, passkey, ...bending.body }
  return { ...fields, answer: await by.console.request('POST', '/v1/operate/plan-openings', body) }
}

type Asked = Awaited<ReturnType<typeof askFor>>
async function confirm(by: Someone, { answer: _, ...asked }: Asked, bending: Bending = {}) {
  const at = (await nowOf(by)) ?? asked.at
  const passkey = await signed(by, { ...asked, does: 'confirms', supporterId: by.id, at }, bending)
  const body = { commandId: randomUUID(), at, passkey, ...bending.body }
  return by.console.request('POST', `/v1/operate/plan-openings/${asked.openingId}/confirm`, body)
}

const stateOf = async (by: Someone, { openingId }: { openingId: string }) =>
  (await listed(by)).openings.find(({ id }: { id: string }) => id === openingId)

/** No plan was sealed to anybody for this opening. */
async function expectShut(openingId: string) {
  await stack.settle()
  const rows = await stack.db.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM app.plan_openings WHERE id = $1 AND (opened_at IS NOT NULL OR sealed IS NOT NULL)',
    [openingId],
  )
  expect(rows[0]?.n).toBe(0)
}

test('while the alert is open nobody can ask this way: the plan goes to who has it', async () => {
  const asked = await askFor(ann)
  expect(asked.answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
  await ann.console.command(alertId, 'claim')
  address = await openedBrief()
  await ann.console.command(alertId, 'all-clear', { outcome: 'safe', naloxone: false })
  expect((await person.session()).alert?.state).toBe('closed')
})

async function openedBrief() {
  await stack.settle()
  const { body } = await ann.console.request('GET', `/v1/alerts/${alertId}/brief`)
  const { recipientId, sealed } = body.brief
  const opened = await openSealed(
    [{ ...ann.pair, keyId: ann.keyId }],
    sealed,
    'stillhere/brief/v1',
    `${alertId}.${recipientId}.${ann.keyId}`,
  )
  if (opened.kind === 'refused') throw new Error(opened.reason)
  return JSON.parse(opened.text).address
}

test('two operators open it: the asking browser alone reads it, for a quarter of an hour; the person and the audit are told', async () => {
  const asked = await askFor(ann)
  expect(asked.answer).toMatchObject({ status: 201, body: { opening: { state: 'asked', reason: 'safeguarding' } } })
  await expectShut(asked.openingId)
  expect((await confirm(ben, asked)).status).toBe(200)
  await stack.settle()

  const mine = await stateOf(ann, asked)
  expect(mine).toMatchObject({ state: 'opened', askedBy: { name: 'Ann' }, confirmedBy: { name: 'Ben' } })
  const aad = openingAad({ openingId: asked.openingId, supporterId: ann.id, keyId: ann.keyId })
  const opened = await openSealed([{ ...ann.pair, keyId: ann.keyId }], mine.sealed, openingInfo, aad)
  const plan = opened.kind === 'opened' ? JSON.parse(opened.text) : {}
  expect(plan.address).toBe(address)
  expect(plan, 'no number is in it').not.toHaveProperty('ownNumber')
  expect((await stateOf(ben, asked)).sealed, 'who confirms reads nothing').toBeUndefined()

  const { body: receipt } = await person.request('GET', `/v1/sessions/${sessionId}/receipt`)
  expect(receipt.planOpened).toEqual([{ at: mine.openedAt, reason: 'safeguarding' }])
  const { body: audit } = await ann.console.request('GET', '/v1/operate/audit')
  const about = audit.changes.filter(({ thing }: { thing: string }) => thing === asked.openingId)
  expect(about.map(({ action }: { action: string }) => action)).toEqual([
    'plan-opened',
    'plan-opening-confirmed',
    'plan-opening-asked',
  ])
  const lines = await stack.db.query<{ kind: string }>(
    `SELECT kind FROM app.journal WHERE alert_id = $1 AND kind LIKE 'plan-open%' ORDER BY id`,
    [alertId],
  )
  expect(lines.map(({ kind }) => kind)).toEqual(['plan-opening-asked', 'plan-opening-confirmed', 'plan-opened'])

  await stack.advance(15 * 60_000)
  expect((await stateOf(ann, asked)).sealed).toBeUndefined()
  const left = await stack.db.query('SELECT 1 FROM app.plan_openings WHERE sealed IS NOT NULL')
  expect(left, 'gone, not only hidden').toEqual([])
})

test('the pager hears that a plan was opened, once, and nothing of the person', async () => {
  const pager = stack.phones.phone(pagerNumber)
  const { body } = await pager.expectText(/^OPERATOR: two operators opened a plan/)
  expect(body).toBe(
    'OPERATOR: two operators opened a plan outside an alert. If that was not meant to be, open the console and act now.',
  )
  const pages = (await pager.texts()).filter((text) => text.body.includes('opened a plan'))
  expect(pages).toHaveLength(1)
})

test('the same person twice is one person', async () => {
  const asked = await askFor(ann)
  expect(asked.answer.status).toBe(201)
  expect(await confirm(ann, asked)).toMatchObject({ status: 409 })
  expect((await confirm(ann, asked, { passkey: ben.passkey })).status).toBe(409)
  expect((await confirm(ben, asked, { passkey: ann.passkey })).status, 'the key of who asked').toBe(401)
  await expectShut(asked.openingId)
})

test.each<[string, Bending]>([
  ['nobody verified themselves', { bent: { userVerified: false } }],
  ['another page asked', { bent: { origin: 'http://evil.example' } }],
  ['it is for another party', { bent: { rpId: 'evil.example' } }],
  ['the signature is over something else', { bent: { honestSignature: false } }],
  ['another reason was signed', { statement: { reason: 'court-order' } }],
  ['another alert was signed', { statement: { alertId: randomUUID() } }],
  ['another browser’s key was signed', { statement: { publicKey: 'x' } }],
  ['the other half was signed', { statement: { does: 'confirms' } }],
  ['another opening was signed', { statement: { openingId: randomUUID() } }],
  ['it was signed as somebody else', { statement: { supporterId: randomUUID() } }],
  ['a passkey nobody knows signed', { passkey: new Authenticator(origin) }],
])('without re-authentication there is no asking: %s', async (_, bending) => {
  const asked = await askFor(ann, bending)
  expect(asked.answer.status).toBe(401)
  const rows = await stack.db.query('SELECT 1 FROM app.plan_openings WHERE id = $1', [asked.openingId])
  expect(rows).toEqual([])
})

test('without re-authentication there is no confirming', async () => {
  const asked = await askFor(ann)
  const bad: Bending[] = [
    { bent: { userVerified: false } },
    { bent: { honestSignature: false } },
    { statement: { does: 'asks' } },
    { statement: { reason: 'court-order' } },
    { statement: { keyId: 'other' } },
  ]
  for (const bending of bad) expect((await confirm(ben, asked, bending)).status, JSON.stringify(bending)).toBe(401)
  const late = new Date((await stack.now()) - 121_000).toISOString()
  expect((await confirm(ben, asked, { statement: { at: late }, body: { at: late } })).status, 'signed long ago').toBe(
    401,
  )
  expect((await confirm(ben, asked, { body: { passkey: undefined } })).status).toBe(400)
  await expectShut(asked.openingId)
})

test('a key that is not this browser’s, and a passkey of today, are no way in', async () => {
  const stranger = { ...ann, publicKey: ben.publicKey }
  expect((await askFor(stranger)).answer.status, 'sealed to another browser').toBe(409)
  const fresh = new Authenticator(origin)
  const { body: options } = await ann.console.request('POST', '/v1/passkeys/options')
  expect((await ann.console.request('POST', '/v1/passkeys/verify', fresh.register(options))).status).toBe(200)
  expect((await askFor(ann, { passkey: fresh })).answer).toMatchObject({ status: 409, body: { problem: 'too-new' } })
})

test('ten minutes later nobody can confirm', async () => {
  const asked = await askFor(ann)
  await stack.advance(10 * 60_000)
  expect(await confirm(ben, asked)).toMatchObject({ status: 410 })
  expect(await stateOf(ann, asked)).toMatchObject({ state: 'expired' })
  await expectShut(asked.openingId)
})

test('what is confirmed while no worker looks is not opened to an empty chair later', async () => {
  const asked = await askFor(ann)
  const [worker] = stack.workers
  if (worker) await stack.stopWorker(worker)
  expect((await confirm(ben, asked)).status).toBe(200)
  await stack.passUnseen(121_000)
  await stack.startWorker()
  stack.allowErrors(/poisonRow/)
  await expectShut(asked.openingId)
  expect(await stateOf(ann, asked)).toMatchObject({ state: 'refused', refused: 'expired' })
})

test('auditors and supervisors may not, and another organisation’s operators find nothing', async () => {
  const home = await stack.organisation('demo')
  const asked = await askFor(ann)
  for (const role of ['auditor', 'supervisor'] as const) {
    const other = await home.signIn(role, role)
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['POST', `/${asked.openingId}/confirm`],
    ] as const)
      expect(
        (await other.request(method, `/v1/operate/plan-openings${path}`, method === 'GET' ? undefined : {})).status,
      ).toBe(401)
  }
  const away = await someone(await stack.organisation('away'), 'operator', 'Ada')
  await stack.db.query(`UPDATE app.passkeys SET created_at = created_at - interval '2 days' WHERE supporter_id = $1`, [
    away.id,
  ])
  expect((await listed(away)).openings).toEqual([])
  expect((await askFor(away)).answer.status, 'their alert').toBe(404)
  expect((await confirm(away, asked)).status, 'their opening').toBe(404)
  await expectShut(asked.openingId)
})

test('a row that says "confirmed" opens nothing: the worker believes signatures alone', async () => {
  stack.allowErrors(/poisonRow/)
  const forged = async (fields: { by?: string; with?: object; publicKey?: string }) => {
    const asked = await askFor(ann)
    expect(asked.answer.status).toBe(201)
    // What a hijacked api could write, with its own rights.
    await stack.db.query(
      `UPDATE app.plan_openings SET confirmed_by = $2, confirmed_at = app.clock(), confirmed_with = $3, due_at = app.clock(),
         public_key = coalesce($4, public_key) WHERE id = $1`,
      [
        asked.openingId,
        fields.by ?? ben.id,
        JSON.stringify(fields.with ?? { at: asked.at, passkey: {} }),
        fields.publicKey ?? null,
      ],
    )
    await expectShut(asked.openingId)
    return (await stateOf(ann, asked)).refused
  }
  expect(await forged({})).toBe('not-signed')
  await stack.advance(25 * hourMs)
  ann.console = await comeBack(ann)
  ben.console = await comeBack(ben)
  const asked = await askFor(ann)
  const [row] = await stack.db.query<{ asked_with: object }>('SELECT asked_with FROM app.plan_openings WHERE id = $1', [
    asked.openingId,
  ])
  expect(await forged({ with: row?.asked_with as object }), 'the first one’s answer again').toBe('not-signed')

  // Both signed honestly; then the key is swapped for the thief's.
  const honest = await askFor(ann)
  const [worker] = stack.workers
  if (worker) await stack.stopWorker(worker)
  expect((await confirm(ben, honest)).status).toBe(200)
  await stack.db.query('UPDATE app.plan_openings SET public_key = $2 WHERE id = $1', [honest.openingId, ben.publicKey])
  await stack.startWorker()
  await expectShut(honest.openingId)
  expect((await stateOf(ann, honest)).refused).toBe('not-signed')

  // And one of the two is no operator any more when it comes to it.
  const [again] = stack.workers
  if (again) await stack.stopWorker(again)
  const demoted = await askFor(ann)
  expect((await confirm(ben, demoted)).status).toBe(200)
  await stack.db.query(`UPDATE app.supporters SET role = 'auditor' WHERE id = $1`, [ben.id])
  await stack.startWorker()
  await expectShut(demoted.openingId)
  expect((await stateOf(ann, demoted)).refused).toBe('not-two-operators')
  await stack.db.query(`UPDATE app.supporters SET role = 'operator' WHERE id = $1`, [ben.id])
})

test('five a day and no more, whatever is signed; ten are asked for', async () => {
  await stack.advance(25 * hourMs)
  ann.console = await comeBack(ann)
  ben.console = await comeBack(ben)
  stack.allowErrors(/poisonRow/)
  for (let times = 0; times < 6; times += 1) {
    const asked = await askFor(ann)
    expect((await confirm(ben, asked)).status).toBe(200)
    await stack.settle()
    expect((await stateOf(ann, asked)).state).toBe(times < 5 ? 'opened' : 'refused')
  }
  for (let times = 6; times < 10; times += 1) expect((await askFor(ann)).answer.status).toBe(201)
  expect((await askFor(ann)).answer.status).toBe(429)
})

test('a plan that its person deleted is not there any more', async () => {
  await stack.advance(25 * hourMs)
  ann.console = await comeBack(ann)
  const gone = await person.request('DELETE', `/v1/plans/${person.planId}`, { commandId: randomUUID() })
  expect(gone.status).toBe(200)
  expect((await askFor(ann)).answer).toMatchObject({ status: 410 })
})
