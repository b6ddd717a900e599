import { randomUUID } from 'node:crypto'
import {
  ask,
  type Console,
  makeSubscription,
  type Person,
  type Phone,
  signInToConsole,
  startStack,
} from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

/*
 * C80: every change of state of a session, an alert, consent, a shift or a plan has who, what, when and why in the journal,
 * and so has a supporter's look at an alert or its brief. One long evening, a row a change; the last test holds the rows
 * against the api's own list of routes. Every command goes out three times at once, as from a phone that hears no answer:
 * it is done once, and each copy is told the same.
 */

const copies = 3
const send = globalThis.fetch
vi.stubGlobal('fetch', async (...[url, options]: Parameters<typeof fetch>) => {
  if (!/"commandId"/.test(String(options?.body ?? ''))) return send(url, options)
  const answers = await Promise.all(Array.from({ length: copies }, () => send(url, options)))
  const said = await Promise.all(
    answers.map(async (one) => ({ status: one.status, body: withoutTime(await one.clone().text()) })),
  )
  expect(said, `${options?.method} ${url}`).toEqual(said.map(() => said[0]))
  return answers[0]
})
/** When it was said, and to which request, is another for each. */
const withoutTime = (body: string) => ({ ...JSON.parse(body), serverNow: undefined, requestId: undefined })

const stack = await startStack({ deterministic: true, demoPhones: true })
afterAll(() => stack.close())
stack.phones.allowCalls()
stack.phones.allow(/./)

let person: Person
let rescuer: Phone
let second: Phone
let own: Phone
let supporter: Console
let lead: Console
let alertId = ''
let rescuerId = ''
let code = ''
let shiftId = ''
let swapId = ''

beforeAll(async () => {
  person = await stack.newPerson()
  rescuer = stack.newPhone()
  second = stack.newPhone()
  own = stack.newPhone()
  supporter = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
  lead = await signInToConsole({ api: stack.api, invitation: stack.invitations.dutyLead })
  // The demo's people have had their numbers checked before the first row.
  await stack.settle()
})

/** Who looked, checked or cleared up beside what the row is about comes when it comes. */
const beside = new Set(['alert-viewed', 'disclosed'])
let last = 0
async function newLines(): Promise<string[]> {
  await stack.settle()
  const rows = await stack.db.query<{ id: number; line: string; kind: string }>(
    `SELECT id, kind, kind || ' by ' || actor_kind AS line FROM app.journal WHERE id > $1 ORDER BY id`,
    [last],
  )
  last = rows.at(-1)?.id ?? last
  return rows.filter(({ kind }) => !beside.has(kind)).map(({ line }) => line)
}

const firstAlert = async () => {
  const [alert] = (await supporter.alerts()).filter(({ state }) => state !== 'closed')
  alertId = alert.id
  code = alert.code
}
const command = (what: string, fields: object = {}) => supporter.command(alertId, what, fields)
const start = () => person.start({ countdownSeconds: 60, company: 'supporter' })
const untilAlert = async () => {
  await stack.advanceTo((await person.session()).alertAt)
  await firstAlert()
}
const planRequest = (method: string, path = '', body: object = {}) =>
  person.request(method, `/v1/plans/${person.planId}${path}`, { commandId: randomUUID(), ...body })

const swap = (by: Console, method: string, path: string, body: object = {}) =>
  by.request(method, `/v1/rota/swaps${path}`, { commandId: randomUUID(), ...body })

/** What happens; the route it goes by, if by one; what it writes. In order: each row goes on where the one before ended. */
const changes: [what: string, route: string, act: () => Promise<unknown>, lines: string[]][] = [
  ['the evening begins', '', newLines, []],
  [
    'a plan is saved',
    'POST /v1/plans',
    () => person.savePlan({ alertOrder: 'both' }),
    ['plan-created by person', 'plan-checked by service'],
  ],
  [
    'it is changed',
    'PUT /v1/plans/{planId}',
    () => person.savePlan({ planId: person.planId, planVersion: 2, alertOrder: 'both', ownNumber: own.number }),
    ['plan-changed by person', 'plan-checked by service'],
  ],
  [
    'a rescuer is named',
    'POST /v1/plans/{planId}/rescuers',
    async () => {
      rescuerId = await person.addRescuer({ number: rescuer.number })
    },
    ['rescuer-added by person', 'rescuer-checked by service', 'rescuer-invited by service'],
  ],
  ['they agree', '', () => rescuer.reply('1'), ['consent-agreed by rescuer']],
  [
    'a rehearsal',
    'POST /v1/plans/{planId}/rescuers/{rescuerId}/rehearsal',
    () => planRequest('POST', `/rescuers/${rescuerId}/rehearsal`),
    ['rehearsal-asked by person'],
  ],
  [
    'the own phone is tried out',
    'POST /v1/plans/{planId}/own-phone/rehearsal',
    () => planRequest('POST', '/own-phone/rehearsal'),
    ['own-rehearsal-asked by person'],
  ],
  ['they say STOP', '', () => rescuer.reply('STOP'), ['consent-stopped by rescuer']],
  ['and START', '', () => rescuer.reply('START'), ['consent-started by rescuer']],
  [
    'a second is named',
    '',
    () => person.addRescuer({ number: second.number, position: 2 }),
    ['rescuer-added by person', 'rescuer-checked by service', 'rescuer-invited by service'],
  ],
  [
    'and is to be told first',
    'PUT /v1/plans/{planId}/rescuers/order',
    async () => {
      const ids = (await person.plan()).rescuers.map(({ id }) => id)
      await planRequest('PUT', '/rescuers/order', { rescuerIds: ids.reverse() })
    },
    ['rescuers-ordered by person'],
  ],
  ['who declines', '', () => second.reply('2'), ['consent-declined by rescuer']],
  ['thinks again', '', () => second.reply('1'), ['consent-agreed by rescuer']],
  ['and leaves', '', () => second.reply('9'), ['consent-left by rescuer']],
  ['a supporter comes on shift', 'PUT /v1/shift', () => supporter.setShift(true), ['shift-on by supporter']],
  ['another too', '', () => lead.setShift(true), ['shift-on by supporter']],
  ['a session starts', 'POST /v1/sessions', start, ['session-started by person']],
  [
    'it is told where the browser is',
    'PUT /v1/sessions/{sessionId}/push',
    () => person.keepPush(makeSubscription()),
    ['push-kept by person'],
  ],
  ['and that it is nowhere any more', '', () => person.keepPush(null), ['push-forgotten by person']],
  [
    'its deadline passes',
    '',
    async () => stack.advanceTo((await person.session()).deadlineAt),
    ['session-prompting by service'],
  ],
  [
    'the person answers',
    'POST /v1/sessions/{sessionId}/check-ins',
    () => person.checkIn(),
    ['session-answered by person'],
  ],
  [
    'it passes again',
    '',
    async () => stack.advanceTo((await person.session()).deadlineAt),
    ['session-prompting by service'],
  ],
  [
    'they want more time',
    'POST /v1/sessions/{sessionId}/extend',
    () => person.extend(300),
    ['session-answered by person'],
  ],
  ['they are done', 'POST /v1/sessions/{sessionId}/end', () => person.end(), ['session-ended by person']],
  ['another starts', '', start, ['session-started by person']],
  [
    'a supporter raises it',
    'POST /v1/sessions/{sessionId}/raise',
    () => supporter.request('POST', `/v1/sessions/${person.sessionId}/raise`, { commandId: randomUUID() }),
    ['session-opening by supporter'],
  ],
  ['ten seconds later', '', untilAlert, ['alert-raised by service']],
  ['it is claimed', 'POST /v1/alerts/{alertId}/claim', () => command('claim'), ['alert-claimed by supporter']],
  [
    'something is recorded',
    'POST /v1/alerts/{alertId}/progress',
    () => command('progress', { kind: 'called-999' }),
    ['alert-renewed by supporter'],
  ],
  [
    'more people are wanted',
    'POST /v1/alerts/{alertId}/escalate',
    () => command('escalate'),
    ['alert-escalated by supporter'],
  ],
  ['a rescuer goes', '', () => rescuer.reply(`${code} 1`), ['alert-recorded by rescuer']],
  [
    'and is sent home',
    'POST /v1/alerts/{alertId}/stand-down',
    () => command('stand-down'),
    ['alert-stoodDown by supporter'],
  ],
  [
    'the duty lead takes it over',
    'POST /v1/alerts/{alertId}/take-over',
    () => lead.command(alertId, 'take-over'),
    ['alert-takenOver by supporter'],
  ],
  [
    'it is handed over',
    'POST /v1/alerts/{alertId}/hand-over',
    () => lead.command(alertId, 'hand-over', { to: supporter.recipientId }),
    ['alert-handedOver by supporter'],
  ],
  ['who has it falls silent', '', () => stack.advance(120_000), ['alert-lapsed by service']],
  ['the person gives a sign of life', '', () => person.checkIn(), ['alert-requestedAllClear by person']],
  ['nobody confirms it', '', () => stack.advance(120_000), ['alert-lapsed by service']],
  [
    'it is over',
    'POST /v1/alerts/{alertId}/all-clear',
    () => command('all-clear', { outcome: 'rescued', naloxone: true }),
    ['alert-closed by supporter', 'shift-off by service', 'post-rescue-started by service'],
  ],
  ['a reply comes late', '', () => rescuer.reply(`${code} 2`), ['alert-tooLate by rescuer']],
  [
    'the log, of a hard one',
    'POST /v1/alerts/{alertId}/log',
    () => command('log', { outcome: 'rescued', wanted: 'yes', difficulty: 5, energy: 1, followUp: true }),
    // They rest since the rescue.
    ['alert-logged by supporter'],
  ],
  [
    'the watch after the rescue is ended',
    '',
    async () => {
      const { body } = await person.request('POST', '/v1/sessions', {
        commandId: randomUUID(),
        planId: person.planId,
        countdownSeconds: 60,
        company: 'timer-only',
      })
      await person.request('POST', `/v1/sessions/${body.session.id}/end`, { commandId: randomUUID() })
    },
    ['session-ended by person'],
  ],
  ['a third starts', '', start, ['session-started by person']],
  [
    'help',
    'POST /v1/sessions/{sessionId}/help',
    async () => {
      await person.help()
      await firstAlert()
    },
    ['alert-raised by person'],
  ],
  [
    'a rescuer answers on the page',
    'POST /v1/rescue/{linkId}/replies',
    async () => {
      const texts = await rescuer.texts()
      const page = await stack.openRescuePage(texts.findLast(({ body }) => body.includes('/r/'))?.body ?? '')
      await page.reply('going')
    },
    ['alert-recorded by rescuer', 'brief-opened by rescuer'],
  ],
  [
    'and what happens there',
    'POST /v1/rescue/{linkId}/progress',
    async () => {
      const texts = await rescuer.texts()
      const page = await stack.openRescuePage(texts.findLast(({ body }) => body.includes('/r/'))?.body ?? '')
      await page.progress({ kind: 'naloxone-given' })
    },
    ['alert-recorded by rescuer'],
  ],
  [
    'and is there and says all is well',
    '',
    async () => {
      await rescuer.reply(`${code} 4`)
      await rescuer.reply(`${code} 5`)
    },
    ['alert-recorded by rescuer', 'alert-closed by rescuer'],
  ],
  [
    'the person says why',
    'POST /v1/sessions/{sessionId}/why',
    () =>
      person.request('POST', `/v1/sessions/${person.sessionId}/why`, {
        commandId: randomUUID(),
        reason: 'silent-phone',
      }),
    ['cause-said by person'],
  ],
  ['a supporter goes home', '', () => lead.setShift(false), ['shift-off by supporter']],
  [
    'a rescuer is taken out',
    'DELETE /v1/plans/{planId}/rescuers/{rescuerId}',
    () => planRequest('DELETE', `/rescuers/${rescuerId}`),
    ['rescuer-removed by person'],
  ],
  ['the plan is deleted', 'DELETE /v1/plans/{planId}', () => planRequest('DELETE'), ['plan-deleted by person']],
  [
    'a supporter offers a shift to the others',
    'POST /v1/rota/swaps',
    async () => {
      const operator = await signInToConsole({ api: stack.api, invitation: stack.invitations.operator })
      const soon = (await stack.now()) + 48 * 3_600_000
      const made = await operator.request('POST', '/v1/operate/rota/exceptions', {
        commandId: randomUUID(),
        kind: 'extra',
        supporterId: supporter.recipientId,
        role: 'supporter',
        onDay: new Date(soon).toISOString().slice(0, 10),
        starts: '12:00',
        ends: '14:00',
      })
      shiftId = made.body.exceptionId
      swapId = (await swap(supporter, 'POST', '', { shiftId })).body.swap.id
    },
    ['invitation-taken by supporter', 'rota-offered by supporter'],
  ],
  [
    'one of them takes it',
    'POST /v1/rota/swaps/{swapId}/take',
    () => swap(lead, 'POST', `/${swapId}/take`),
    ['rota-taken by supporter'],
  ],
  [
    'offers it anew, and takes the offer back',
    'DELETE /v1/rota/swaps/{swapId}',
    async () => {
      const { body } = await swap(lead, 'POST', '', { shiftId })
      await swap(lead, 'DELETE', `/${body.swap.id}`)
    },
    ['rota-offered by supporter', 'rota-withdrawn by supporter'],
  ],
  [
    'a lost phone is forgotten',
    'POST /v1/forget',
    async () => {
      const { body } = await ask('POST', `${stack.api}/v1/devices`)
      await ask('POST', `${stack.api}/v1/forget`, { code: body.forgetCode })
    },
    ['device-forgotten by person'],
  ],
]

test.each(changes)('%s %s', async (what, _route, act, lines) => {
  await act()
  const written = await newLines()
  if (what !== 'the evening begins') expect(written).toEqual(lines)
})

test('no line speaks of nobody, and each one of staff or of a rescuer says who', async () => {
  const nameless = await stack.db.query(
    `SELECT kind FROM app.journal WHERE actor_kind IN ('supporter', 'rescuer') AND actor_id IS NULL`,
  )
  expect(nameless).toEqual([])
})

test('what was said, asked and recorded stands in the line', async () => {
  const why = await stack.db.query<{ kind: string; detail: object }>(
    `SELECT DISTINCT kind, detail - 'to' AS detail FROM app.journal
     WHERE kind IN ('alert-renewed', 'alert-closed', 'alert-tooLate', 'session-prompting') ORDER BY kind, detail`,
  )
  expect(why).toEqual([
    { kind: 'alert-closed', detail: { said: 'safe' } },
    { kind: 'alert-closed', detail: { outcome: 'rescued', naloxone: true } },
    { kind: 'alert-renewed', detail: { kind: 'called-999' } },
    { kind: 'alert-tooLate', detail: { said: 'cannot' } },
    { kind: 'session-prompting', detail: { reason: 'deadline' } },
  ])
})

test('a look at an alert is a line, once in ten minutes however often a console asks', async () => {
  const looks = async () =>
    (
      await stack.db.query<{ count: number }>(
        `SELECT count(*) AS count FROM app.journal WHERE kind = 'alert-viewed' AND alert_id = $1 AND actor_id = $2`,
        [alertId, lead.recipientId],
      )
    )[0]?.count
  const before = (await looks()) ?? 0
  for (let times = 0; times < 3; times += 1) await lead.request('GET', `/v1/alerts/${alertId}`)
  expect(await looks()).toBe(before + 1)
  await stack.advance(11 * 60_000)
  await lead.alerts()
  await lead.alerts()
  expect(await looks()).toBe(before + 2)
})

/** Routes that change no session, alert, consent, shift or plan; each says what it is. */
const others: [route: RegExp, why: string][] = [
  [/^POST \/v1\/devices$/, 'makes an anonymous credential'],
  [/^\w+ \/v1\/(sign-in|sign-out|passkeys|brief-key)/, 'a credential or a key of staff'],
  [/^POST \/v1\/carriers\//, 'what a text or key means is worked off by the worker: rows above'],
  [/^POST \/v1\/feedback$/, 'is nobody’s'],
  [/^\w+ \/v1\/operate\//, 'the configuration: tested with its operations'],
]

test('no route that changes something is without a row above', async () => {
  const { body } = await ask('GET', `${stack.api}/v1/openapi.json`)
  const routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'get')
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(routes.length).toBeGreaterThan(20)
  const walked = new Set(changes.map(([, route]) => route))
  expect(routes.filter((route) => !walked.has(route) && !others.some(([known]) => known.test(route)))).toEqual([])
})
