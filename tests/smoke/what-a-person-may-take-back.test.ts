import { randomUUID } from 'node:crypto'
import { ask, preparePerson, signInToConsole, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

const makeDevice = async () => (await ask('POST', `${stack.api}/v1/devices`)).body
const forget = (code: string) => ask('POST', `${stack.api}/v1/forget`, { code })

test('the code of a lost phone, however it was written down, ends its token and deletes its plans', async () => {
  const { person } = await preparePerson(stack, {})
  expect(person.forgetCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
  const badly = person.forgetCode.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
  expect((await forget(badly)).status).toBe(200)
  expect((await person.request('GET', '/v1/plans')).status).toBe(401)
  const [left] = await stack.db.query<{ sealed: object; numbers: number }>(
    `SELECT sealed, (SELECT count(*)::int FROM app.rescuers WHERE plan_id = p.id AND removed_at IS NULL) AS numbers
     FROM app.rescue_plans p WHERE id = $1`,
    [person.planId],
  )
  expect(left).toEqual({ sealed: {}, numbers: 0 })
  expect((await forget(badly)).status, 'used up').toBe(404)
})

test('a code takes no watch away: refused while a session runs, good once it has ended', async () => {
  const { person } = await preparePerson(stack, {})
  await person.start({})
  expect(await forget(person.forgetCode)).toMatchObject({ status: 409, body: { code: 'session_running' } })
  expect((await person.session()).state).toBe('counting')
  await person.end()
  expect((await forget(person.forgetCode)).status).toBe(200)
})

test('the code of a phone whose person called for help under duress is answered as always, and takes no help away', async () => {
  const { person, rescuer } = await preparePerson(stack, {})
  const other = await preparePerson(stack, {})
  for (const one of [person, other.person]) await one.start({})
  await person.help({ quiet: true })
  await other.person.end()
  const { match } = await rescuer.expectText(/SAFETY ALERT (\d{4})/)
  const text = await rescuer.expectText('/r/')

  const answers = await Promise.all([person, other.person].map(({ forgetCode }) => forget(forgetCode)))
  expect(answers.map(({ status, body }) => ({ status, body }))).toEqual([
    { status: 200, body: {} },
    { status: 200, body: {} },
  ])
  for (const one of [person, other.person]) expect((await one.request('GET', '/v1/plans')).status).toBe(401)
  expect((await forget(person.forgetCode)).status, 'used up, as always').toBe(404)

  // Help goes on with all it had: the way in, who is told, and the watch after a rescue.
  const page = await stack.openRescuePage(text.body)
  expect((await page.reply('going')).brief).toMatchObject({ address: expect.any(String) })
  const rows = () =>
    stack.db.query<{ deleted: boolean; rescuers: number }>(
      `SELECT deleted_at IS NOT NULL AS deleted,
         (SELECT count(*)::int FROM app.rescuers r WHERE r.plan_id = p.id AND removed_at IS NULL) AS rescuers
       FROM app.rescue_plans p WHERE id = $1`,
      [person.planId],
    )
  await stack.advance(61_000, { atOnce: true })
  expect(await rows()).toEqual([{ deleted: false, rescuers: 1 }])

  // Once it is over the plan goes, as it would have gone at once.
  await rescuer.reply(`${match[1]} 4`)
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
  await stack.advance(61_000, { atOnce: true })
  await until('the plan is gone', async () => (await rows())[0]?.deleted === true)
  expect(await rows()).toEqual([{ deleted: true, rescuers: 0 }])
})

test('a code that fits nothing is no such thing; one that is none is refused', async () => {
  expect((await forget('ABCD-EFGH-JKMN-PQRS')).status).toBe(404)
  expect((await forget('ABCD')).status).toBe(400)
  expect((await forget(`${'A'.repeat(15)}U`)).status, 'no U in this alphabet').toBe(400)
  expect((await makeDevice()).forgetCode).not.toBe((await makeDevice()).forgetCode)
})

test('one tap says why; another person cannot say it', async () => {
  const { person } = await preparePerson(stack, {})
  await person.start({})
  await person.end()
  const why = (reason: string) => ({ commandId: randomUUID(), reason })
  const path = `/v1/sessions/${person.sessionId}/why`
  expect((await person.request('POST', path, why('asleep'))).status).toBe(200)
  expect((await person.request('POST', path, why('drunk'))).status).toBe(400)
  expect((await (await stack.newPerson()).request('POST', path, why('forgot'))).status).toBe(404)
  const [row] = await stack.db.query('SELECT cause FROM app.sessions WHERE id = $1', [person.sessionId])
  expect(row).toEqual({ cause: 'asleep' })
})

test('feedback is kept sealed, once, and nothing says whose it is', async () => {
  const person = await stack.newPerson()
  const text = 'The second message frightened my neighbour at the Old Mill'
  stack.canaries.add('plan text', text)
  const body = { commandId: randomUUID(), kind: 'complaint', text }
  expect((await person.request('POST', '/v1/feedback', body)).status).toBe(201)
  expect((await person.request('POST', '/v1/feedback', body)).status).toBe(201)
  expect(await person.request('POST', '/v1/feedback', { ...body, text: 'Other' })).toMatchObject({
    status: 409,
    body: { code: 'command_mismatch' },
  })
  expect((await ask('POST', `${stack.api}/v1/feedback`, body)).status).toBe(401)
  expect((await person.request('POST', '/v1/feedback', { ...body, commandId: randomUUID(), text: ' ' })).status).toBe(
    400,
  )
  const rows = await stack.db.query('SELECT * FROM app.feedback')
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain(person.deviceId)
  const operator = await signInToConsole({ api: stack.api, invitation: stack.invitations.operator })
  expect(await until('the complaint', async () => (await operator.feedback())[0])).toEqual({ kind: 'complaint', text })
  const lead = await signInToConsole({ api: stack.api, invitation: stack.invitations.dutyLead })
  expect((await lead.request('GET', '/v1/operate/feedback')).status).toBe(401)
  await stack.advance(366 * 86_400_000, { atOnce: true })
  expect(await until('it is gone', async () => (await stack.db.query('SELECT FROM app.feedback')).length === 0)).toBe(
    true,
  )
})
