import { randomUUID } from 'node:crypto'
import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import {
  claimChecks,
  claimForSending,
  nextDueInMs,
  openStore,
  reachDeadlines,
  recordAcceptedApart,
  removeCarrierCopies,
  sweepDeadlines,
  workOffInbound,
} from '@stillhere/operations'
import { giveAllClear, preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test, vi } from 'vitest'

/**
 * Something of one person's that can never be worked off, whatever it is: here a row that Postgres takes no change of. It
 * stays due, and nobody behind it hears less, or later, because of it.
 */
const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allowCalls()
stack.phones.allow(/^OPERATOR: /)
stack.allowErrors(/"trouble":"poisonRow"/)

/** Postgres refuses every change of such rows from here on. @returns takes it back */
async function poison(table: string, unless: string): Promise<() => Promise<unknown>> {
  const name = `poison_${randomUUID().slice(0, 8)}`
  await stack.db.query(`ALTER TABLE app.${table} ADD CONSTRAINT ${name} CHECK (${unless}) NOT VALID`)
  return () => stack.db.query(`ALTER TABLE app.${table} DROP CONSTRAINT ${name}`)
}
/** Not by waiting for rest: there is none while such a row is due. */
const jumpTo = (at: string) =>
  stack.db.query(
    'UPDATE app.clock_correction SET version = version + 1, correction = correction + ($1::timestamptz - app.clock())',
    [at],
  )
/** A look that a worker takes, as this test asks it to. */
async function lookAsAWorker() {
  const events = createEvents({ logger: silentLogger(), metrics: createMetrics() })
  const store = openStore({ url: stack.serviceUrls.worker, size: 2, applicationName: 'a look', events })
  const ctx = await store.context({ sessions() {}, prod() {}, changed() {} })
  return { ctx, close: () => store.close() }
}
/** However slow this machine is: in between, no time passes for whoever leaves a row alone for seconds. */
async function atOneInstant<T>(look: () => Promise<T>): Promise<T> {
  const still = vi.spyOn(performance, 'now').mockReturnValue(performance.now())
  try {
    return await look()
  } finally {
    still.mockRestore()
  }
}

test('a plan whose check can never be written down: the plans behind it are checked, and it is when it can be', async () => {
  const poisoned = await stack.newPerson()
  const heal = await poison('rescue_plans', `device_id <> '${poisoned.deviceId}' OR plan_check = 'pending'`)
  await poisoned.savePlan()
  const other = await stack.newPerson()
  await other.savePlan()

  await other.planUntil('is checked', ({ check }) => check === 'ok')

  expect((await poisoned.plan()).check).toBe('pending')
  await heal()
  await stack.advance(5_000)
  expect((await poisoned.plan()).check).toBe('ok')
})

test('a supporter’s number whose check can never be written down: the next supporter’s is checked', async () => {
  const seed = (name: string) => stack.seedSupporter({ phone: stack.newPhone(), name, onShift: false })
  const [poisoned, other] = [await seed('Pat'), await seed('Oli')]
  const heal = await poison('supporters', `id <> '${poisoned.id}' OR number_check = 'pending'`)
  // As when an operator gives each of them a number anew.
  for (const { id } of [poisoned, other])
    await stack.db.query(
      `UPDATE app.supporters SET number_check = 'pending', check_due_at = app.clock() WHERE id = $1`,
      [id],
    )
  const checkOf = async ({ id }: { id: string }) =>
    (await stack.db.query<{ check: string }>('SELECT number_check AS check FROM app.supporters WHERE id = $1', [id]))[0]
      ?.check

  await until('the other is checked', async () => (await checkOf(other)) !== 'pending')

  expect(await checkOf(poisoned)).toBe('pending')
  await heal()
  await stack.advance(5_000)
  expect(await checkOf(poisoned)).not.toBe('pending')
})

test('a prompt that can never be shown: the others are prompted, and their own phones are rung', async () => {
  const poisoned = await preparePerson(stack)
  const started = await poisoned.person.start({ countdownSeconds: 120 })
  const heal = await poison('sessions', `id <> '${poisoned.person.sessionId}' OR prompt_kind IS NULL`)
  const other = await preparePerson(stack, { ownPhone: true })
  await other.person.start({ countdownSeconds: 120 })
  await other.ownPhone.expectText(/3 and \d+ = finish/)

  const shown = () => other.person.session()
  await jumpTo(started.deadlineAt)
  await poisoned.person.sessionUntil('prompts', ({ state }) => state === 'prompting')
  await jumpTo((await shown()).alertAt)

  await other.ownPhone.expectText(/^Are you OK\?/)
  await other.rescuer.expectText('SAFETY ALERT')
  await poisoned.rescuer.expectText('SAFETY ALERT')
  await heal()
  stack.phones.allow(/We are telling the people|What to do now/)
  await stack.advance(5_000)
  await giveAllClear(other.person, other.rescuer)
  await giveAllClear(poisoned.person, poisoned.rescuer)
})

test('texts that can never be read: the ones behind them are read in the same round', async () => {
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)
  const sids = ['SMbad1', 'SMbad2', 'SMbad3', 'SMgood']
  for (const sid of sids)
    await stack.db.query(
      `INSERT INTO app.inbound (carrier_sid, organisation_id, sealed, due_at)
       SELECT $1, id, '{}', app.clock() FROM app.organisations LIMIT 1`,
      [sid],
    )
  const { ctx, close } = await lookAsAWorker()
  const open = async ({ carrierSid }: { carrierSid: string }) => {
    if (carrierSid.startsWith('SMbad')) throw new Error('unreadable, and not in a way that was foreseen')
    return undefined
  }

  for (const _ of sids) expect(await workOffInbound(ctx, open)).toEqual({ found: 1 })

  expect(await workOffInbound(ctx, open), 'what failed waits for seconds').toEqual({ found: 0 })
  const left = await stack.db.query<{ sid: string; failures: number }>(
    'SELECT carrier_sid AS sid, failures FROM app.inbound WHERE done_at IS NULL ORDER BY carrier_sid',
  )
  expect(left.map(({ sid, failures }) => `${sid} ${failures}`)).toEqual(['SMbad1 1', 'SMbad2 1', 'SMbad3 1'])
  await stack.db.query('DELETE FROM app.inbound WHERE carrier_sid = ANY($1)', [sids])
  await close()
  await stack.startWorker()
})

test('a message that nobody can claim, look after or write down: the others are claimed, looked after and written down', async () => {
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)
  const ids: string[] = [randomUUID(), randomUUID(), randomUUID()]
  const [poisoned = ''] = ids
  for (const id of ids)
    await stack.db.query(
      `INSERT INTO app.messages (id, organisation_id, recipient_kind, recipient_id, channel, template,
         destination, priority, dedupe_key, due_at)
       SELECT $1::uuid, o.id, 'rescuer', $1::uuid, 'text', 'rehearsal', $2, 9, $1::text, app.clock()
       FROM app.organisations o LIMIT 1`,
      [id, JSON.stringify({ rowId: id, sealed: 'of nobody' })],
    )
  const { ctx, close } = await lookAsAWorker()
  const room = { urgent: 5, following: 5, ordinary: 5, push: 5 }
  const claim = async () =>
    (await claimForSending(ctx, room, ({ id, fence }) => `${id}.${fence}`)).map(({ message }) => message)
  const namesOf = (messages: { id: string }[]) => messages.map(({ id }) => ids.indexOf(id)).sort()
  const rowOf = async (id: string) =>
    (await stack.db.query<{ status: string }>('SELECT status FROM app.messages WHERE id = $1', [id]))[0]?.status

  let heal = await poison('messages', `id <> '${poisoned}' OR status = 'queued'`)
  await atOneInstant(async () => {
    expect(namesOf(await claim())).toEqual([1, 2])
    expect(await claim(), 'it is not looked for at every round').toEqual([])
  })
  expect(await rowOf(poisoned)).toBe('queued')
  await heal()
  const [late] = await until(
    'it is claimed after all',
    async () => {
      const claimed = await claim()
      return claimed.length > 0 && claimed
    },
    15_000,
  )
  expect(late?.id).toBe(poisoned)

  heal = await poison('messages', `id <> '${poisoned}' OR fence = 1`)
  await stack.db.query('UPDATE app.messages SET due_at = app.clock() WHERE id = ANY($1::uuid[])', [ids.toReversed()])
  const looks = await atOneInstant(async () => {
    const found = (await claimChecks(ctx, 20)).map(({ claimed: { message } }) => message)
    expect(await claimChecks(ctx, 20)).toEqual([])
    return found
  })
  expect(namesOf(looks)).toEqual([1, 2])
  await heal()

  heal = await poison('messages', `id <> '${poisoned}' OR status <> 'accepted'`)
  const accepted = [late, ...looks].flatMap((message) => (message ? [{ message, sid: `SM${message.id}` }] : []))
  const unwritten = await recordAcceptedApart(ctx, accepted)
  expect([...unwritten.keys()]).toEqual([poisoned])
  expect(await Promise.all(ids.map(rowOf))).toEqual(['sending', 'accepted', 'accepted'])
  await heal()
  await stack.db.query('DELETE FROM app.attempts WHERE message_id = ANY($1::uuid[])', [ids])
  await stack.db.query('DELETE FROM app.messages WHERE id = ANY($1::uuid[])', [ids])
  await close()
  await stack.startWorker()
})

test('a session whose row cannot be moved is not looked for at every round', async () => {
  const { person } = await preparePerson(stack)
  const { deadlineAt } = await person.start({ countdownSeconds: 120 })
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)
  const heal = await poison('sessions', `id <> '${person.sessionId}' OR state = 'counting'`)
  await jumpTo(deadlineAt)
  const { ctx, close } = await lookAsAWorker()

  await atOneInstant(async () => {
    expect(await sweepDeadlines(ctx, 500)).toMatchObject({ found: 0, failed: [person.sessionId] })

    expect(await sweepDeadlines(ctx, 500)).toMatchObject({ found: 0, failed: [] })
    const woken = await reachDeadlines(ctx, [person.sessionId])
    expect(woken.get(person.sessionId)).toEqual({ outcome: 'notDueYet', nextInMs: 2_000 })
    expect((await nextDueInMs(ctx)) ?? 1, 'nor does its sweep go round and round for it').toBeGreaterThan(0)
  })
  await heal()
  await close()
  await stack.startWorker()
  await person.sessionUntil('prompts', ({ state }) => state === 'prompting')
  await person.end()
  await stack.settle()
})

test('a text that the carrier will not delete: those behind it are deleted', async () => {
  const { person, rescuer } = await preparePerson(stack)
  await person.start()
  await person.help()
  await rescuer.expectText('SAFETY ALERT')
  await giveAllClear(person, rescuer)
  await stack.settle()
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)
  const { ctx, close } = await lookAsAWorker()
  await stack.passUnseen(61_000)
  const refused = new Set<string>()
  const gone = new Set<string>()
  const removeAllButTheFirst = async (sid: string) => {
    if (refused.size === 0) refused.add(sid)
    if (!refused.has(sid)) gone.add(sid)
    return !refused.has(sid)
  }

  // One at a time: the one that stays is not the only one that is ever tried.
  for (let round = 1; round <= 30; round += 1) await removeCarrierCopies(ctx, removeAllButTheFirst, 1)

  expect(refused.size).toBe(1)
  expect(gone.size).toBeGreaterThan(0)
  expect(await removeCarrierCopies(ctx, removeAllButTheFirst, 1)).toEqual({ found: 0 })
  await close()
  await stack.startWorker()
})
