import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import { openStore } from '@stillhere/operations'
import { giveAllClear, preparePerson, signInToConsole, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'
import { raiseForPoisoned } from '../../packages/operations/src/poisoned-session.ts'

const pagerNumber = '+447700900050'
const stack = await startStack({ pagerNumber, deterministic: true })
afterAll(() => stack.close())
stack.phones.allowCalls()
stack.phones.allow(/What to do now/)
const pager = stack.phones.phone(pagerNumber)
const owen = await signInToConsole({ api: stack.api, invitation: stack.invitations.operator })

test('C26: with nobody to tell, the pager hears it at once, the console shows it, and whoever is on shift there may take it', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await rescuer.reply('9')
  await rescuer.expectText('You have left the list')
  stack.allowErrors(/nobodyToNotify/)
  await owen.setShift(true)

  await stack.advanceTo(alertAt)

  const { match } = await pager.expectText(
    /^(\d{4}) OPERATOR: this alert has nobody to tell\. NOBODY has been told\. Act now\.$/,
  )
  const call = await pager.answerCall('human')
  await until('the pager is told by call, too', async () => (await call.said()).join(' ').includes('must act now'))
  const [alert] = await owen.alerts()
  expect(alert).toMatchObject({ code: match[1], state: 'open', nobodyNotified: true, told: [] })
  const { alert: taken } = await owen.command(alert.id, 'claim')
  expect(taken.nobodyNotified).toBeUndefined()
  await owen.command(alert.id, 'all-clear', { outcome: 'safe', naloxone: false })
  await owen.setShift(false)
  await rescuer.expectNothingMore()
})

test('an alert that somebody was told of is not marked so', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  const alert = (await owen.alerts()).find(({ state }: { state: string }) => state === 'open')
  expect(alert.nobodyNotified).toBeUndefined()
  await giveAllClear(person, rescuer)
  await pager.expectNothingMore()
})

test('the only rescuer said 2: with nobody else left they are asked again at every repeat, and may change their mind', async () => {
  stack.phones.allow(/^OPERATOR: /)
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await stack.advance(10_000)
  await rescuer.reply('2')
  await rescuer.expectText('If that changes, reply 1')
  await stack.advance(49_000)
  await rescuer.expectNothingMore()
  await stack.advance(1_000)
  await rescuer.expectText('AGAIN: no one has said they are going')
  await rescuer.reply('2')
  await rescuer.expectText('If that changes, reply 1')
  await stack.advance(60_000)
  await rescuer.expectText('AGAIN: no one has said they are going')
  await rescuer.reply('1')
  await rescuer.expectText('You are going')
  expect((await person.session()).alert).toMatchObject({ state: 'owned', owner: { kind: 'rescuer' } })
  await giveAllClear(person, rescuer)
})

test('while another may still answer, who said 2 is left in peace; who left with 9 is for ever', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const [first, second] = rescuers
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  await first?.expectText('SAFETY ALERT')
  await first?.reply('2')
  await first?.expectText('If that changes, reply 1')
  await second?.expectText('SAFETY ALERT')
  await stack.advance(120_000)
  await second?.expectText('AGAIN')
  await second?.expectText('AGAIN')
  await first?.expectNothingMore()
  await first?.reply('9')
  await first?.expectText('You have left the list')
  await second?.reply('2')
  await second?.expectText('If that changes, reply 1')
  await stack.advance(120_000)
  await second?.expectText('AGAIN')
  await first?.expectNothingMore()
  if (second) await giveAllClear(person, second)
  await first?.expectText('ALL CLEAR')
  await first?.expectNothingMore()
})

test('C30: a plan whose alert is open is not deleted (409 with the session), and an edit changes nothing of the alert', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  const remove = () => person.request('DELETE', `/v1/plans/${person.planId}`, { commandId: crypto.randomUUID() })
  expect(await remove()).toMatchObject({ status: 409, body: { session: { id: person.sessionId, state: 'counting' } } })
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  expect(await remove()).toMatchObject({
    status: 409,
    body: { code: 'session_running', session: { id: person.sessionId, state: 'alerting' } },
  })
  await person.savePlan({ planId: person.planId, planVersion: 2, address: 'Another house, another town' })
  const [alert] = await owen.alerts()
  await owen.command(alert.id, 'claim')
  await stack.settle()
  expect((await owen.brief(alert.id))?.address).not.toBe('Another house, another town')
  await owen.command(alert.id, 'all-clear', { outcome: 'safe', naloxone: false })
  await rescuer.expectText('ALL CLEAR')
  expect((await remove()).status).toBe(200)
})

test('C35: steps of a ladder, and duty, are kept to the second', async () => {
  const ladder = [
    { afterSeconds: 0, to: 'first', channel: 'text' },
    { afterSeconds: 7, to: 'rescuers', channel: 'text' },
    { afterSeconds: 11, to: 'everyone', channel: 'text' },
  ]
  const [before] = await stack.db.query<{ ladder: object }>('SELECT ladder FROM app.organisations')
  await stack.db.query('UPDATE app.organisations SET ladder = $1', [JSON.stringify(ladder)])
  const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
  const phone = stack.newPhone()
  const supporter = await stack.seedSupporter({ phone })
  const { alertAt } = await person.start({ countdownSeconds: 61 })
  await stack.advanceTo(alertAt)
  await rescuers[0]?.expectText('SAFETY ALERT')
  await stack.advance(6_999)
  await rescuers[1]?.expectNothingMore()
  await stack.advance(1)
  await rescuers[1]?.expectText('SAFETY ALERT')
  await stack.advance(3_999)
  await phone.expectNothingMore()
  await stack.advance(1)
  await phone.expectText('SAFETY ALERT')
  await phone.reply('5')
  for (const other of [phone, ...rescuers]) await other.expectText('ALL CLEAR')
  await supporter.setShift(false)
  await stack.db.query('UPDATE app.organisations SET ladder = $1', [JSON.stringify(before?.ladder)])
})

test('C54, B59: the right code from another phone claims nothing; it hears once what would count', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  await person.help()
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  const other = stack.newPhone()
  for (const body of [`${match[1]} 1`, `1 ${match[1]}`, `${match[1]} 5`]) await other.reply(body)
  await other.expectText(
    'We do not know this phone, so this counts for no alert. Please use the phone that got our text',
  )
  await other.expectNothingMore()
  expect((await person.session()).alert?.state).toBe('open')
  const stranger = stack.newPhone()
  for (const body of ['1', '5', 'hello', `${match[1] === '9998' ? '9997' : '9998'} 1`]) await stranger.reply(body)
  await stranger.expectNothingMore()
  await giveAllClear(person, rescuer)
})

test('C76, C77: no brief before the alert and the claim; a raise that a press stops in the last seconds opens nothing', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await person.start({ countdownSeconds: 600, company: 'supporter' })
  const { body } = await owen.request('POST', `/v1/sessions/${person.sessionId}/raise`, {
    commandId: crypto.randomUUID(),
  })
  await stack.advanceTo(Date.parse(body.opensAt) - 500)
  expect((await person.checkIn()).outcome).toBe('stoppedOpening')
  await stack.advance(60_000)
  const disclosed = () =>
    stack.db.query('SELECT FROM app.disclosures d JOIN app.alerts a ON a.id = d.alert_id WHERE a.session_id = $1', [
      person.sessionId,
    ])
  expect(await disclosed()).toHaveLength(0)
  expect((await person.session()).alert).toBeUndefined()
  expect((await owen.request('GET', `/v1/alerts/${person.sessionId}/brief`)).status).toBe(404)
  await rescuer.expectNothingMore()

  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  const alert = (await owen.alerts()).find(({ state }: { state: string }) => state === 'open')
  expect((await owen.request('GET', `/v1/alerts/${alert.id}/brief`)).status, 'not claimed').toBe(404)
  await owen.command(alert.id, 'claim')
  expect(await until('the brief', () => owen.brief(alert.id))).toMatchObject({ alertCode: alert.code })
  await owen.command(alert.id, 'all-clear', { outcome: 'safe', naloxone: false })
  await rescuer.expectText('ALL CLEAR')
  expect((await owen.request('GET', `/v1/alerts/${alert.id}/brief`)).status).toBe(410)
})

test('C34: a first alert leaves before everything that was queued before it', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await person.start({ countdownSeconds: 60 })
  await stack.settle()
  const [worker] = stack.workers
  if (worker) await stack.stopWorker(worker)
  const ordinary = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const phone = stack.newPhone()
      const id = crypto.randomUUID()
      await stack.db.query(
        `INSERT INTO app.messages (id, organisation_id, recipient_kind, recipient_id, channel, template, destination,
           priority, dedupe_key, due_at)
         SELECT $1::uuid, o.id, 'rescuer', $1::uuid, 'text', 'rehearsal', $2, 9, $3, app.clock() FROM app.organisations o`,
        [id, JSON.stringify({ rowId: id, sealed: await stack.keys.keepNumber(id, phone.number) }), id],
      )
      return phone
    }),
  )
  await stack.passUnseen(1_000)
  await person.help()
  const before = stack.carrier.requests().length
  await stack.startWorker()
  await rescuer.expectText('SAFETY ALERT')
  for (const phone of ordinary) await phone.expectText('TEST only')
  const sent = stack.carrier
    .requests()
    .slice(before)
    .filter(({ method }) => method === 'POST')
  // What was queued has a lane of its own of at most twenty at once: the alert waits for none of it, and is among the first.
  expect(sent.findIndex(({ fields }) => fields.To === rescuer.number)).toBeLessThan(20)
  expect(sent.length).toBeGreaterThan(ordinary.length)
  await stack.settle()
  await giveAllClear(person, rescuer)
})

test('F24: a session that ended while its row was looked at is not alerted beside it', async () => {
  stack.phones.allow(/^OPERATOR: /)
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await person.end()
  await stack.advanceTo(alertAt)
  const events = createEvents({ logger: silentLogger(), metrics: createMetrics() })
  const store = openStore({ url: stack.serviceUrls.worker, size: 2, applicationName: 'a late look', events })
  const ctx = await store.context({ sessions() {}, prod() {}, changed() {} })

  expect(await raiseForPoisoned(ctx, person.sessionId)).toEqual([])

  expect(await stack.db.query('SELECT FROM app.alerts WHERE session_id = $1', [person.sessionId])).toEqual([])
  await store.close()
  await rescuer.expectNothingMore()
})

test('F24: a session whose row cannot be moved is alerted all the same, the operator is rung, and the next one is not late', async () => {
  stack.allowErrors(/poison/)
  stack.phones.allow(/AGAIN/)
  stack.phones.allow(/^OPERATOR: /)
  const poisoned = await preparePerson(stack)
  const { alertAt } = await poisoned.person.start({ countdownSeconds: 60 })
  const other = await preparePerson(stack)
  const { alertAt: otherAt } = await other.person.start({ countdownSeconds: 120 })
  await stack.db.query(
    `ALTER TABLE app.sessions ADD CONSTRAINT poison CHECK (id <> '${poisoned.person.sessionId}') NOT VALID`,
  )

  // Nothing comes to rest while it is there.
  const jumpTo = (at: string) =>
    stack.db.query(
      `UPDATE app.clock_correction SET version = version + 1, correction = correction + ($1::timestamptz - app.clock())`,
      [at],
    )
  await jumpTo(alertAt)
  await pager.expectText('OPERATOR: the engine does not answer')
  await poisoned.rescuer.expectText('SAFETY ALERT')
  await jumpTo(otherAt)
  await other.rescuer.expectText('SAFETY ALERT')

  // One alert and no second, however often the row is found again.
  const raised = await stack.db.query('SELECT FROM app.alerts WHERE session_id = $1', [poisoned.person.sessionId])
  expect(raised).toHaveLength(1)
  await stack.db.query('ALTER TABLE app.sessions DROP CONSTRAINT poison')
  await poisoned.person.sessionUntil('has joined its alert', ({ state }) => state === 'alerting')
  await giveAllClear(poisoned.person, poisoned.rescuer)
  await giveAllClear(other.person, other.rescuer)
})
