import { randomUUID } from 'node:crypto'
import { preparePerson, raiseAlert, signInToConsole, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ demoPhones: true })
afterAll(() => stack.close())
stack.phones.allowCalls()
stack.phones.allow(/./)

const sam = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })

async function onThePage(rescuers = 1) {
  const raised = await raiseAlert(stack, { rescuers })
  const alertId = (await raised.person.session()).alert?.id ?? ''
  return { ...raised, alertId, page: await stack.openRescuePage(raised.linkText) }
}
const seenBySam = async (alertId: string) => (await sam.request('GET', `/v1/alerts/${alertId}`)).body.alert
const kindsOf = (alert: { progress: { kind: string }[] }) => alert.progress.map(({ kind }) => kind)
const close = (alertId: string) => sam.command(alertId, 'all-clear', { outcome: 'rescued', naloxone: false })

test('what a rescuer taps there is on the owner’s timeline as the rescuer’s, with when it was tapped', async () => {
  const { alertId, page } = await onThePage()
  await sam.command(alertId, 'claim')
  await page.reply('there')
  for (const kind of ['called-999', 'not-breathing', 'naloxone-given', 'breathing', 'crew-there'] as const)
    await page.progress({ kind })
  const alert = await seenBySam(alertId)
  expect(kindsOf(alert)).toEqual(['called-999', 'not-breathing', 'naloxone-given', 'breathing', 'crew-there'])
  for (const line of alert.progress) {
    expect(line.by).toBe('rescuer')
    expect(line).not.toHaveProperty('name')
  }
  const dose = alert.progress.find(({ kind }: { kind: string }) => kind === 'naloxone-given')
  expect(Date.parse(alert.nextDoseAt) - Date.parse(dose.at)).toBe(150_000)
  // It is the rescuer's word, and does not take the alert from who has it, nor renew their duty.
  expect(alert.owner).toMatchObject({ kind: 'supporter', name: 'Sam' })
  const journal = await stack.db.query<{ actor_kind: string; detail: { kind?: string } }>(
    'SELECT actor_kind, detail FROM app.journal WHERE alert_id = $1',
    [alertId],
  )
  expect(journal.filter(({ actor_kind, detail }) => actor_kind === 'rescuer' && detail.kind)).toHaveLength(5)
  await close(alertId)
})

test('what is tapped a moment apart keeps its order and its moment', async () => {
  const { alertId, page } = await onThePage()
  await sam.command(alertId, 'claim')
  await stack.advance(30_000)
  const now = await stack.now()
  await page.progress({ kind: 'not-breathing', secondsAgo: 10.6 })
  await page.progress({ kind: 'breathing', secondsAgo: 10.1 })
  const { progress } = await seenBySam(alertId)
  expect(kindsOf({ progress })).toEqual(['not-breathing', 'breathing'])
  const [first, second] = progress.map(({ at }: { at: string }) => Date.parse(at) - now)
  // Half a second lay between them; each has its own way to the service on top.
  expect(first).toBeLessThan(-5_000)
  expect(second - first).toBeGreaterThanOrEqual(500)
  await close(alertId)
})

test('the same word that comes many times at once is one line, and each of them is told that it was heard', async () => {
  const { alertId, page } = await onThePage()
  const kinds = ['called-999', 'not-breathing', 'naloxone-given', 'breathing'] as const
  for (const kind of kinds) {
    const body = { commandId: randomUUID(), kind }
    const answers = await Promise.all(Array.from({ length: 6 }, () => page.request('POST', '/progress', body)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  }
  expect(kindsOf(await seenBySam(alertId))).toEqual([...kinds])
  await sam.command(alertId, 'claim')
  await close(alertId)
})

test('what waited for a network counts from when it was tapped, but never from before the alert; sent twice it is one', async () => {
  const { alertId, page } = await onThePage()
  await stack.advance(100_000)
  const raisedAt = Date.parse((await seenBySam(alertId)).raisedAt)
  const commandId = randomUUID()
  await page.progress({ kind: 'naloxone-given', secondsAgo: 60 }, { commandId })
  // The same word comes again, later: its age has grown, and it is the same word all the same.
  await page.progress({ kind: 'naloxone-given', secondsAgo: 63 }, { commandId })
  await page.progress({ kind: 'called-999', secondsAgo: 40_000 })
  const { progress, nextDoseAt } = await seenBySam(alertId)
  expect(progress.map(({ kind }: { kind: string }) => kind)).toEqual(['called-999', 'naloxone-given'])
  expect(Date.parse(progress[0].at)).toBe(raisedAt)
  const doseAt = Date.parse(progress[1].at)
  expect((await stack.now()) - doseAt).toBeGreaterThanOrEqual(60_000)
  expect((await stack.now()) - doseAt).toBeLessThan(75_000)
  expect(Date.parse(nextDoseAt) - doseAt).toBe(150_000)
  expect(await page.request('POST', '/progress', { commandId, kind: 'breathing' })).toMatchObject({
    status: 409,
    body: { code: 'command_mismatch' },
  })
  for (const wrong of [
    { kind: 'rescuer-going' },
    { kind: 'withdrawn' },
    { kind: 'breathing', takesBack: randomUUID() },
    { kind: 'breathing', secondsAgo: -1 },
    {},
  ])
    expect((await page.request('POST', '/progress', { commandId: randomUUID(), ...wrong })).status).toBe(400)
  await close(alertId)
})

test('a tap by mistake is taken back once: both stay on the timeline, and the dose clock forgets it', async () => {
  const { alertId, page, rescuer, person } = await onThePage()
  const commandId = randomUUID()
  await page.progress({ kind: 'naloxone-given' }, { commandId })
  const takingBack = randomUUID()
  await page.progress({ takesBack: commandId }, { commandId: takingBack })
  await page.progress({ takesBack: commandId }, { commandId: takingBack })
  await page.progress({ takesBack: commandId })
  await page.progress({ takesBack: randomUUID() })
  const alert = await seenBySam(alertId)
  expect(kindsOf(alert)).toEqual(['naloxone-given', 'withdrawn'])
  expect(alert.progress[0].withdrawn).toBe(true)
  expect(alert.progress[1].of).toBe(alert.progress[0].id)
  expect(alert).not.toHaveProperty('nextDoseAt')

  // Only one's own: another link's word has another's key.
  const other = await onThePage()
  await other.page.progress({ kind: 'naloxone-given' }, { commandId })
  await page.progress({ takesBack: commandId })
  expect(kindsOf(await seenBySam(other.alertId))).toEqual(['naloxone-given'])
  await close(other.alertId)

  await person.checkIn()
  await rescuer.reply('5')
  await person.sessionUntil('is closed', ({ state }) => state === 'closed')
  const late = await page.request('POST', '/progress', { commandId: randomUUID(), kind: 'breathing' })
  expect([late.status, late.body.code, late.body.reason]).toEqual([410, 'gone', 'closed'])
  const wrong = Buffer.alloc(32, 7).toString('base64url')
  const unproved = { commandId: randomUUID(), kind: 'breathing' }
  expect((await page.request('POST', '/progress', unproved, wrong)).status).toBe(404)
})

test('a rescuer who has the alert and is busy keeps it: what they tap renews their duty', async () => {
  const { alertId, page } = await onThePage()
  await page.reply('going')
  await stack.advance(240_000)
  await page.progress({ kind: 'not-breathing' })
  await stack.advance(120_000)
  expect((await seenBySam(alertId)).state).toBe('owned')
  await close(alertId)
})

test('each rescuer learns how many others are going, and nobody’s name', async () => {
  const { person, rescuers } = await preparePerson(stack, { rescuers: 3 })
  await person.start()
  await person.help()
  await stack.settle()
  await stack.advance(180_000)
  const pages = []
  for (const phone of rescuers) {
    const { body } = await phone.expectText(/\/r\//)
    pages.push(await stack.openRescuePage(body))
  }
  const [first, second, third] = pages
  if (!first || !second || !third) throw new Error('three were told')
  const othersOf = async () => Promise.all([first, second, third].map(async (page) => (await page.look()).othersGoing))
  expect(await othersOf()).toEqual([0, 0, 0])
  await first.reply('going')
  expect(await othersOf()).toEqual([0, 1, 1])
  await second.reply('there')
  expect(await othersOf()).toEqual([1, 1, 2])
  await first.reply('cannot')
  expect(await othersOf()).toEqual([1, 0, 1])
  await close((await person.session()).alert?.id ?? '')
})

test('a link that has run out and one whose alert was closed say which', async () => {
  const { alertId, page } = await onThePage()
  const expire = (in_: string) =>
    stack.db.query('UPDATE app.disclosures SET expires_at = app.clock() + $2::interval WHERE link_id = $1', [
      page.linkId,
      in_,
    ])
  const reason = async () => {
    const answers = [
      await page.request('GET', ''),
      await page.request('POST', '/replies', { commandId: randomUUID(), reply: 'going' }),
      await page.request('POST', '/progress', { commandId: randomUUID(), kind: 'breathing' }),
    ]
    for (const { status, body } of answers) expect([status, body.code]).toEqual([410, 'gone'])
    return new Set(answers.map(({ body }) => body.reason))
  }
  await expire('-1 second')
  expect(await reason()).toEqual(new Set(['expired']))
  await close(alertId)
  expect(await reason()).toEqual(new Set(['closed']))
})
