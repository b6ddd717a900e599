import { randomBytes, randomUUID } from 'node:crypto'
import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import type { OperationContext } from '@stillhere/operations'
import {
  Database,
  insertAlerts,
  insertCredential,
  insertPasskey,
  newId,
  type Role,
  type SealedValue,
} from '@stillhere/persistence'
import { type Console, type Person, preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bindOperations } from '../../services/api/src/bind-operations.ts'
import { buildApi } from '../../services/api/src/build-api.ts'
import { fakeParts } from '../../services/api/src/fake-parts.ts'
import { hashToken } from './hash-token.ts'

/*
 * Every route of the api × every credential × one's own and another organisation's things, on the real operations and a
 * real Postgres with two organisations (ASVS 8.2, 8.3). Routes are those of the published document, which names every
 * one: a route without a row here fails, and so does a row without a route.
 */

const roles = ['supporter', 'duty-lead', 'supervisor', 'operator', 'auditor'] as const satisfies Role[]
const answering = ['supporter', 'duty-lead', 'supervisor', 'operator'] as const
const staff = ['duty-lead', 'supervisor', 'operator'] as const
const settings = ['operator', 'auditor'] as const
const operators = ['operator'] as const
const board = ['duty-lead', 'supervisor', 'operator', 'auditor'] as const
const reporters = ['supervisor', 'operator', 'auditor'] as const
const keepers = ['duty-lead', 'operator'] as const

/** Ids of one organisation's things, or of one device's. */
interface Things {
  planId: string
  rescuerId: string
  sessionId: string
  alertId: string
  supporterId: string
  siteId: string
  ladderId: string
  rhythmId: string
  passkeyId: string
  patternId: string
  exceptionId: string
  swapId: string
  code: string
  language: string
  textId: string
  linkId: string
  incidentId: string
  document: string
  openingId: string
}
type Who =
  /** Nobody's credential changes the answer. */
  | 'anyone'
  /** A signature of the carrier. */
  | 'carrier'
  /** A person's device; what is not the device's is not there. */
  | 'device'
  /** Those roles. */
  | readonly Role[]
  /** Those roles, and an invitation's token in live as well. */
  | { enrolling: readonly Role[] }

interface Row {
  who: Who
  /** A body that is right, so that only whose thing it is can refuse it. `commandId` is added. */
  body?: object | ((things: Things) => object)
  /** It changes nothing and takes no `commandId`. */
  bare?: true
  /** Why a thing of one's own may be answered 404 here. */
  own404?: string
}
const sealed: SealedValue = { keyId: 'k', enc: `BA${'A'.repeat(85)}`, ciphertext: 'A'.repeat(40) }
const plan = { planVersion: 2, sealed, alertOrder: 'both' }
const steps = [{ afterSeconds: 0, to: 'everyone', channel: 'text' }]
const passkey = {
  id: 'k',
  rawId: 'k',
  type: 'public-key',
  response: { clientDataJSON: 'e30' },
  clientExtensionResults: {},
}
const site = { label: 'Harbour House', address: '1 Quay' }
const log = { outcome: 'safe', wanted: 'yes', difficulty: 1, energy: 5, followUp: false }

/** In the order in which one's own things are acted on: what ends them comes last. */
const matrix: Record<string, Row> = {
  'GET /v1/openapi.json': { who: 'anyone' },
  'GET /v1/status': { who: 'anyone' },
  'GET /v1/service': { who: 'anyone' },
  'POST /v1/devices': { who: 'anyone' },
  'GET /v1/rescue/{linkId}': { who: 'anyone' },
  'POST /v1/rescue/{linkId}/replies': { who: 'anyone' },
  'POST /v1/rescue/{linkId}/progress': { who: 'anyone' },
  'POST /v1/forget': { who: 'anyone' },
  'POST /v1/sign-in': { who: 'anyone' },
  'GET /v1/me': { who: roles },
  'POST /v1/sign-in/passkey/options': { who: 'anyone' },
  'POST /v1/sign-in/passkey/verify': { who: 'anyone' },
  'POST /v1/carriers/twilio/messages': { who: 'carrier' },
  'POST /v1/carriers/twilio/receipts': { who: 'carrier' },
  'POST /v1/carriers/twilio/calls': { who: 'carrier' },
  'POST /v1/carriers/twilio/digits': { who: 'carrier' },

  'POST /v1/plans': { who: 'device' },
  'GET /v1/plans': { who: 'device' },
  'POST /v1/feedback': { who: 'device' },
  'GET /v1/plan-templates/{code}': { who: 'device' },
  'GET /v1/plans/{planId}': { who: 'device' },
  'POST /v1/plans/{planId}/rescuers/{rescuerId}/rehearsal': { who: 'device', body: {} },
  'POST /v1/plans/{planId}/own-phone/rehearsal': { who: 'device', body: {} },
  'POST /v1/plans/{planId}/rescuers': {
    who: 'device',
    body: () => ({ rescuerId: randomUUID(), position: 2, sealedNumber: sealed }),
  },
  'PUT /v1/plans/{planId}/rescuers/order': {
    who: 'device',
    body: ({ rescuerId }) => ({ rescuerIds: [rescuerId] }),
  },
  'DELETE /v1/plans/{planId}/rescuers/{rescuerId}': { who: 'device', body: {} },
  'PUT /v1/plans/{planId}': { who: 'device', body: plan },
  'POST /v1/sessions': {
    who: 'device',
    body: ({ planId }) => ({ planId, countdownSeconds: 120, company: 'timer-only' }),
  },
  'GET /v1/sessions/{sessionId}': { who: 'device' },
  'GET /v1/sessions/{sessionId}/receipt': { who: 'device' },
  'POST /v1/sessions/{sessionId}/check-ins': { who: 'device', body: {} },
  'POST /v1/sessions/{sessionId}/extend': { who: 'device', body: { seconds: 60 } },
  'PUT /v1/sessions/{sessionId}/push': { who: 'device', body: { sealed: null } },
  'POST /v1/sessions/{sessionId}/help': { who: 'device', body: {} },
  'POST /v1/sessions/{sessionId}/end': { who: 'device', body: {} },
  'POST /v1/sessions/{sessionId}/why': { who: 'device', body: { reason: 'forgot' } },
  'DELETE /v1/plans/{planId}': { who: 'device', body: {} },

  'PUT /v1/brief-key': { who: { enrolling: answering } },
  'POST /v1/passkeys/options': { who: { enrolling: roles } },
  'POST /v1/passkeys/verify': { who: { enrolling: roles } },
  'DELETE /v1/passkeys/{passkeyId}': { who: roles, body: {} },
  // The body says nothing, so that nobody is signed out here.
  'POST /v1/sign-out': { who: { enrolling: roles } },
  'GET /v1/shift': { who: answering },
  'PUT /v1/shift': { who: answering },
  'GET /v1/session-cards': { who: answering },
  'GET /v1/alerts': { who: answering },
  'GET /v1/alerts/{alertId}': { who: answering },
  'POST /v1/sessions/{sessionId}/raise': { who: answering, body: {} },
  'POST /v1/alerts/{alertId}/claim': { who: answering, body: {} },
  'POST /v1/alerts/{alertId}/take-over': { who: answering, body: {} },
  'GET /v1/alerts/{alertId}/brief': { who: answering, own404: 'it is not sealed yet' },
  'POST /v1/alerts/{alertId}/progress': { who: answering, body: { kind: 'breathing' } },
  'POST /v1/alerts/{alertId}/escalate': { who: answering, body: {} },
  'POST /v1/alerts/{alertId}/stand-down': { who: answering, body: {} },
  'POST /v1/alerts/{alertId}/hand-over': { who: answering, body: ({ supporterId }) => ({ to: supporterId }) },
  'POST /v1/alerts/{alertId}/all-clear': { who: answering, body: { outcome: 'safe', naloxone: false } },
  'POST /v1/alerts/{alertId}/log': { who: answering, body: log },

  'GET /v1/operate/organisation': { who: settings },
  'PUT /v1/operate/organisation': { who: operators },
  'GET /v1/operate/ladders': { who: settings },
  'POST /v1/operate/ladders': { who: operators },
  'PUT /v1/operate/ladders/{ladderId}': { who: operators, body: { steps } },
  'POST /v1/operate/ladders/dry-run': {
    who: settings,
    bare: true,
    body: ({ siteId }) => ({ steps, siteId, at: '2026-01-04T03:00:00Z' }),
  },
  'GET /v1/operate/ladders/{ladderId}/versions': { who: settings },
  'GET /v1/operate/rhythms': { who: settings },
  'POST /v1/operate/rhythms': { who: operators },
  'PUT /v1/operate/rhythms/{rhythmId}': { who: operators, body: { name: 'slow', intervalsSeconds: [600] } },
  'DELETE /v1/operate/rhythms/{rhythmId}': { who: operators, body: {} },
  'GET /v1/operate/prompts': { who: settings },
  'PUT /v1/operate/prompts': { who: operators },
  'GET /v1/operate/texts': { who: settings },
  'PUT /v1/operate/texts/{language}/{textId}': { who: operators, body: { text: null } },
  'POST /v1/operate/texts/{language}/{textId}/preview': { who: operators },
  'GET /v1/operate/audit': { who: settings },
  'GET /v1/operate/alerts': { who: board },
  'GET /v1/operate/alerts/{alertId}/timeline': { who: settings },
  'GET /v1/operate/alerts/{alertId}/export': { who: settings },
  'GET /v1/operate/board': { who: board },
  'GET /v1/operate/board/history': { who: board },
  'GET /v1/operate/synthetic-alerts': { who: board },
  'PUT /v1/operate/synthetic-alerts': { who: operators },
  'POST /v1/operate/synthetic-alerts': { who: ['duty-lead', 'operator'] },
  'GET /v1/operate/incidents': { who: board },
  'POST /v1/operate/incidents': { who: operators },
  'POST /v1/operate/incidents/{incidentId}/updates': { who: operators, body: { text: 'Still late.' } },
  'POST /v1/operate/incidents/{incidentId}/close': { who: operators, body: { text: 'Over.' } },
  'GET /v1/operate/logs': { who: ['supervisor', 'operator'] },
  'GET /v1/operate/feedback': { who: ['supervisor', 'operator'] },
  'GET /v1/operate/sites': { who: operators },
  'POST /v1/operate/sites': { who: operators },
  'PUT /v1/operate/sites/{siteId}': { who: operators, body: site },
  'POST /v1/operate/sites/{siteId}/join-code': { who: operators, body: {} },
  'DELETE /v1/operate/sites/{siteId}': { who: operators, body: {} },
  'GET /v1/operate/supporters': { who: staff },
  'POST /v1/operate/supporters': { who: operators },
  'PUT /v1/operate/supporters/{supporterId}': {
    who: operators,
    body: { name: 'Alex', role: 'supporter', language: 'en' },
  },
  'POST /v1/operate/supporters/{supporterId}/invitation': { who: operators, body: {} },
  'POST /v1/operate/supporters/{supporterId}/ask-number': { who: operators, body: {} },
  'POST /v1/operate/supporters/{supporterId}/revoke-passkeys': { who: operators, body: {} },
  'GET /v1/operate/shifts': { who: staff },
  'POST /v1/operate/shifts/{supporterId}/end': { who: ['duty-lead', 'operator'], body: {} },
  'GET /v1/operate/reports/false-alarms': { who: reporters },
  'GET /v1/operate/reports/times': { who: reporters },
  'GET /v1/operate/retention': { who: reporters },
  'GET /v1/operate/guidance': { who: settings },
  'PUT /v1/operate/guidance/{document}': { who: operators },
  'DELETE /v1/operate/guidance/{document}': { who: operators, body: {} },
  'GET /v1/operate/plan-openings': { who: operators },
  'POST /v1/operate/plan-openings': {
    who: operators,
    body: ({ alertId }) => ({
      openingId: randomUUID(),
      alertId,
      reason: 'safeguarding',
      keyId: 'k',
      publicKey: sealed.enc,
      at: '2026-01-01T00:00:00Z',
      passkey,
    }),
  },
  'POST /v1/operate/plan-openings/{openingId}/confirm': {
    who: operators,
    body: { at: '2026-01-01T00:00:00Z', passkey },
    own404: 'nobody has asked for one: two-people-open-a-plan.test.ts walks them',
  },
  'GET /v1/operate/staffing': { who: board },
  'PUT /v1/operate/staffing': { who: operators },
  'POST /v1/operate/closing': { who: operators },
  'DELETE /v1/operate/closing': { who: operators },
  'POST /v1/operate/closing/confirm': { who: operators },
  'GET /v1/rota': { who: answering },
  'POST /v1/rota/swaps': {
    who: answering,
    own404: 'one offers a shift of one’s own',
    body: ({ patternId }) => ({ shiftId: patternId }),
  },
  'POST /v1/rota/swaps/{swapId}/take': { who: answering, body: {} },
  'DELETE /v1/rota/swaps/{swapId}': { who: answering, own404: 'another’s offer is not there', body: {} },
  'GET /v1/operate/rota': { who: staff },
  'POST /v1/operate/rota/patterns': {
    who: keepers,
    body: ({ supporterId }) => ({ supporterId, role: 'supporter', weekday: 1, starts: '09:00', ends: '17:00' }),
  },
  'POST /v1/operate/rota/exceptions': {
    who: keepers,
    body: ({ patternId }) => ({ kind: 'off', patternId, onDay: '2099-01-05' }),
  },
  'DELETE /v1/operate/rota/exceptions/{exceptionId}': { who: keepers, body: {} },
  'POST /v1/operate/rota/swaps/{swapId}/seen': { who: keepers, body: {} },
  'DELETE /v1/operate/rota/patterns/{patternId}': { who: keepers, body: {} },
  'DELETE /v1/operate/supporters/{supporterId}': { who: operators, body: {} },
}

/** Routes whose path names something that belongs to nobody in particular. */
const ofNobody = new Set(['{language}', '{textId}', '{linkId}', '{document}'])

const stack = await startStack()
// Two organisations are acted on in every way there is; what their phones are told has its own tests.
stack.phones.allow(/./)
stack.phones.allowCalls()
// As the api's own role: what it has no right to, no route can give.
const db = new Database({ url: stack.serviceUrls.api, size: 4, applicationName: 'still-here-routes' })
const context: OperationContext = {
  db,
  pace: 1,
  wake: { sessions() {}, prod() {}, changed() {} },
  events: createEvents({ logger: silentLogger(), metrics: createMetrics() }),
}
const apiIn = async (mode: 'trial' | 'live') =>
  buildApi(fakeParts({}, { operations: bindOperations(context, mode === 'trial') }))
const [trial, live] = [await apiIn('trial'), await apiIn('live')]
afterAll(async () => {
  await Promise.all([trial.close(), live.close()])
  await db.close()
  await stack.close()
})

const person: { own?: Person; neighbour?: Person; other?: Person } = {}
const tokens = new Map<string, string>()
const consoles = new Map<Role, Console>()
let own: Things
let neighbours: Things
let others: Things

beforeAll(async () => {
  const [home, away] = [await stack.organisation('demo'), await stack.organisation('away')]
  for (const role of roles) {
    const console = await home.signIn(role)
    consoles.set(role, console)
    tokens.set(role, console.token)
  }
  const revoked = await home.signIn('operator')
  await stack.db.query('UPDATE app.credentials SET revoked_at = app.clock() WHERE token_hash = $1', [
    hashToken(revoked.token),
  ])
  tokens.set('revoked', revoked.token)
  // In live an invitation's token only enrols: the same operator by passkey may do what the role may.
  tokens.set('sign-in only', (await home.signIn('operator')).token)

  const asOperator = async (organisation: typeof home, operator: Console) => {
    const must = async (method: string, path: string, body: object) =>
      (await operator.request(method, path, { commandId: randomUUID(), ...body })).body
    const made = {
      site: (await must('POST', '/v1/operate/sites', site)).site,
      ladder: (await must('POST', '/v1/operate/ladders', { name: 'night', steps })).ladder,
      rhythm: (await must('POST', '/v1/operate/rhythms', { name: 'slow', intervalsSeconds: [300] })).rhythm,
      supporter: (await must('POST', '/v1/operate/supporters', { name: 'Alex', role: 'supporter' })).supporter,
      incident: (await must('POST', '/v1/operate/incidents', { severity: 'trouble', title: 'Late', text: 'Late.' }))
        .incident,
    }
    const shift = { role: 'supporter', starts: '09:00', ends: '17:00' }
    const { patternId } = await must('POST', '/v1/operate/rota/patterns', {
      ...shift,
      supporterId: made.supporter.id,
      weekday: 1,
    })
    const extra = async (supporterId: string) =>
      must('POST', '/v1/operate/rota/exceptions', {
        ...{ ...shift, starts: '18:00', ends: '20:00', kind: 'extra' },
        ...{ supporterId, onDay: inTwoDays },
      })
    const { exceptionId } = await extra(made.supporter.id)
    const offering = await organisation.signIn('supporter')
    const { swap } = (
      await offering.request('POST', '/v1/rota/swaps', {
        commandId: randomUUID(),
        shiftId: (await extra(offering.recipientId)).exceptionId,
      })
    ).body
    return {
      patternId,
      exceptionId,
      swapId: swap.id,
      siteId: made.site.id,
      ladderId: made.ladder.id,
      rhythmId: made.rhythm.id,
      supporterId: made.supporter.id,
      code: made.site.joinCode,
      passkeyId: await givePasskeys(organisation.id, operator.recipientId),
      language: 'en',
      textId: 'end-noted',
      linkId: 'A'.repeat(22),
      incidentId: made.incident.id,
      document: 'rescue.gb.en',
      openingId: randomUUID(),
    }
  }
  const inTwoDays = new Date((await stack.now()) + 2 * 86_400_000).toISOString().slice(0, 10)
  const operator = consoles.get('operator') as Console
  const theirs = await away.signIn('operator')
  const shared = await asOperator(home, operator)
  const away1 = await asOperator(away, theirs)

  // An alert is handed to who is on shift.
  await stack.db.query('UPDATE app.supporters SET on_shift = true WHERE id = $1', [shared.supporterId])

  const prepared = await preparePerson(stack)
  person.own = prepared.person
  tokens.set('device', prepared.person.token)
  await prepared.person.start({ countdownSeconds: 7_200, company: 'supporter' })
  await prepared.person.help()
  own = { ...shared, ...(await thingsOf(prepared.person)) }
  // Somebody else of the same organisation.
  const neighbour = await preparePerson(stack)
  await neighbour.person.start({ countdownSeconds: 7_200 })
  person.neighbour = neighbour.person
  neighbours = { ...shared, ...(await thingsOf(neighbour.person)) }
  // And of another: a supporter on shift is who could be told.
  const phone = stack.newPhone()
  const supporterId = newId()
  await stack.db.query(
    `INSERT INTO app.supporters (id, organisation_id, role, name, destination, number_hash, on_shift)
     VALUES ($1, $2, 'supporter', 'Alex', $3, $4, true)`,
    [supporterId, away.id, await stack.keys.keepNumber(supporterId, phone.number), stack.keys.hashNumber(phone.number)],
  )
  const stranger = await away.newPerson()
  await stranger.savePlan()
  await stranger.planUntil('is checked', ({ check }) => check === 'ok')
  await stranger.start({ countdownSeconds: 7_200, company: 'supporter' })
  person.other = stranger
  others = { ...away1, ...(await thingsOf(stranger)), alertId: await closedAlertOf(away.id, stranger) }
})

async function thingsOf(whose: Person) {
  const [rescuer] = (await whose.plan()).rescuers
  return {
    planId: whose.planId,
    sessionId: whose.sessionId,
    rescuerId: rescuer?.id ?? randomUUID(),
    alertId: (await whose.session()).alert?.id ?? randomUUID(),
  }
}

/** Two, because the last one stays. */
async function givePasskeys(organisationId: string, supporterId: string): Promise<string> {
  const ids = [randomBytes(16).toString('base64url'), randomBytes(16).toString('base64url')]
  const keys = { supporterId, organisationId, publicKey: Buffer.alloc(1), counter: 0, transports: [] }
  await stack.db.transaction(async (tx) => {
    for (const id of ids) await insertPasskey(tx, { id, ...keys })
  })
  return ids[0] as string
}

/** Its session runs on: nobody is told of anything. */
async function closedAlertOf(organisationId: string, whose: Person): Promise<string> {
  const id = newId()
  const at = await stack.now()
  await stack.db.transaction((tx) =>
    insertAlerts(tx, [
      {
        id,
        organisationId,
        sessionId: whose.sessionId,
        planId: whose.planId,
        state: 'open',
        version: 1,
        code: '4821',
        reason: 'help',
        sealedPlan: sealed,
        planVersion: 1,
        textAddress: false,
        alertOrder: 'both',
        ladder: [],
        dueAt: at,
        ladderFromAt: at,
        raisedAt: at,
      },
    ]),
  )
  await stack.db.query(
    "UPDATE app.alerts SET state = 'closed', outcome = 'safe', closed_at = app.clock() WHERE id = $1",
    [id],
  )
  return id
}

const routes = Object.entries(
  (await trial.inject({ method: 'GET', url: '/v1/openapi.json' })).json().paths as Record<string, object>,
).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))

test('every route has its row, and every row its route', () => {
  expect(Object.keys(matrix).sort()).toEqual([...routes].sort())
})

const fill = (path: string, things: Things) =>
  path.replace(/\{(\w+)\}/g, (_, name: keyof Things) => encodeURIComponent(things[name]))

async function call(name: string, token: string | undefined, things: Things, body: object | undefined, app = trial) {
  const [method = '', path = ''] = name.split(' ')
  const response = await app.inject({
    method: method as 'GET',
    url: fill(path, things),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(method === 'GET' ? {} : { payload: body ?? {} }),
  })
  return response.statusCode
}
/** Whether a body that says nothing got past the door. */
const isLetIn = (status: number) => status !== 401 && status !== 403 && status < 500

describe.each(Object.entries(matrix))('%s', (name, { who }) => {
  const each = async (credential: string, app = trial) => call(name, tokens.get(credential), own, undefined, app)

  if (who === 'anyone' || who === 'carrier')
    test('asks for no bearer token, and none changes what it answers', async () => {
      const without = await each('nobody')
      if (who === 'carrier') expect([403, 415]).toContain(without)
      for (const credential of tokens.keys()) expect(await each(credential), credential).toBe(without)
    })
  else if (who === 'device')
    test('is a person’s: 401 without a credential, not there for anybody else', async () => {
      expect(await each('nobody')).toBe(401)
      expect(await each('revoked')).toBe(401)
      expect(isLetIn(await each('device'))).toBe(true)
      for (const role of roles) expect(await each(role), role).toBe(404)
      expect(await each('sign-in only', live)).toBe(404)
    })
  else
    test('lets in the roles it names, and nobody else', async () => {
      const allowed: readonly Role[] = 'enrolling' in who ? who.enrolling : who
      for (const credential of ['nobody', 'device', 'revoked']) expect(await each(credential), credential).toBe(401)
      for (const role of roles) {
        const status = await each(role)
        expect(allowed.includes(role) ? isLetIn(status) : status === 401, `${role} got ${status}`).toBe(true)
      }
      const enrolling = await each('sign-in only', live)
      expect('enrolling' in who ? isLetIn(enrolling) : enrolling === 401, `live got ${enrolling}`).toBe(true)
    })
})

test('a passkey’s token acts as its role in live', async () => {
  const { recipientId } = consoles.get('operator') as Console
  const token = randomBytes(32).toString('base64url')
  const home = await stack.organisation('demo')
  await stack.db.transaction(async (tx) =>
    insertCredential(tx, {
      id: newId(),
      organisationId: home.id,
      supporterId: recipientId,
      tokenHash: hashToken(token),
      passkeyId: own.passkeyId,
      expiresAt: (await stack.now()) + 60_000,
    }),
  )
  expect(await call('GET /v1/operate/audit', token, own, undefined, live)).toBe(200)
})

describe('whose thing it is', () => {
  const withThings = Object.entries(matrix).filter(
    ([name, { who, body }]) =>
      who !== 'anyone' &&
      who !== 'carrier' &&
      ([...name.matchAll(/\{\w+\}/g)].some(([part]) => !ofNobody.has(part)) || typeof body === 'function'),
  )
  const tokenFor = (who: Who) => tokens.get(who === 'device' ? 'device' : who === settings ? 'auditor' : 'operator')
  const ask = (name: string, { who, body, bare }: Row, things: Things) => {
    const given = typeof body === 'function' ? body(things) : body
    return call(name, tokenFor(who), things, given && { ...(bare ? {} : { commandId: randomUUID() }), ...given })
  }

  test.each(withThings)("another organisation's is not there: %s", async (name, row) => {
    expect(await ask(name, row, others)).toBe(404)
  })

  test.each(withThings.filter(([, { who }]) => who === 'device'))(
    "another person's is not there: %s",
    async (name, row) => {
      if (name.includes('{code}')) return expect(await ask(name, row, neighbours), 'a site is for everybody').toBe(200)
      expect(await ask(name, row, neighbours)).toBe(404)
    },
  )

  test('no list shows anything of another organisation', async () => {
    const theirs = Object.values(others).filter((id) => id.length === 36)
    const lists = routes.filter((name) => name.startsWith('GET /v1/') && !name.includes('{'))
    for (const name of lists) {
      const credential = matrix[name]?.who === 'device' ? 'device' : 'operator'
      const response = await trial.inject({
        method: 'GET',
        url: name.slice(4),
        headers: { authorization: `Bearer ${tokens.get(credential)}` },
      })
      expect(response.statusCode, name).toBe(200)
      for (const id of theirs) expect(response.body, name).not.toContain(id)
    }
    expect(lists.length).toBeGreaterThan(12)
  })

  // Last, because it ends things.
  test.each(withThings)("one's own is there: %s", async (name, row) => {
    const status = await ask(name, row, own)
    if (row.own404) expect([200, 404]).toContain(status)
    else expect([200, 201, 202, 409, 410]).toContain(status)
  })
})
