import { randomUUID } from 'node:crypto'
import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import {
  auditAlerts,
  claimChecks,
  claimForSending,
  copyFeedback,
  keepMissedTexts,
  lengthenChains,
  nextDueInMs,
  type OperationContext,
  openPlans,
  openStore,
  reachDeadlines,
  recordAcceptedApart,
  removeCarrierCopies,
  sweepDeadlines,
  watchRotas,
  workOffInbound,
} from '@stillhere/operations'
import { giveAllClear, preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'

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
  const heal = () => stack.db.query(`ALTER TABLE app.${table} DROP CONSTRAINT IF EXISTS ${name}`)
  onTestFinished(async () => void (await heal()))
  return heal
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

  // Every prompt is due, and no alert yet.
  const alertAt = Date.parse((await other.person.session()).alertAt)
  await jumpTo(new Date(Math.min(alertAt, Date.parse(started.alertAt)) - 1_000).toISOString())

  await other.ownPhone.expectText(/^Are you OK\?/)
  await jumpTo(new Date(alertAt).toISOString())
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

/** Nobody else looks meanwhile. */
async function withoutWorkers(look: (ctx: OperationContext) => Promise<void>) {
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)
  const { ctx, close } = await lookAsAWorker()
  try {
    await look(ctx)
  } finally {
    await close()
    await stack.startWorker()
  }
}
/** Closed, with all that was said of them: their ids. */
async function twoAlertsThatAreOver(): Promise<string[]> {
  const ids: string[] = []
  for (let number = 1; number <= 2; number += 1) {
    const { person, rescuer } = await preparePerson(stack)
    await person.start()
    await person.help()
    await rescuer.expectText('SAFETY ALERT')
    ids.push((await person.session()).alert?.id ?? '')
    await giveAllClear(person, rescuer)
  }
  await stack.settle()
  return ids
}

test('an organisation whose rota cannot be looked at: the next one’s is', async () => {
  const [poisoned, other] = [await stack.organisation('poisoned'), await stack.organisation('other')]
  const heal = await poison('staffing_gaps', `organisation_id <> '${poisoned.id}'`)
  await withoutWorkers(async (ctx) => {
    // Nobody is on shift in either.
    for (const { id } of [poisoned, other])
      await stack.db.query('UPDATE app.organisations SET staffing_floor = 1 WHERE id = $1', [id])

    await watchRotas(ctx, 20)

    const found = await stack.db.query<{ id: string }>('SELECT organisation_id AS id FROM app.staffing_gaps')
    expect(found.map(({ id }) => id)).toContain(other.id)
    expect(await watchRotas(ctx, 20), 'it waits for a minute').toEqual({ found: 0 })
  })
  await heal()
  for (const { id } of [poisoned, other])
    await stack.db.query('UPDATE app.organisations SET staffing_floor = 0 WHERE id = $1', [id])
  await stack.settle()
})

test('what somebody said and nobody can open: what others said reaches its reader, round after round', async () => {
  const home = await stack.organisation('demo')
  await withoutWorkers(async (ctx) => {
    const reader = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Rae', onShift: false })
    await stack.db.query(
      `UPDATE app.supporters SET role = 'operator', brief_key_id = 'rae', brief_public_key = 'key' WHERE id = $1`,
      [reader.id],
    )
    const [unreadable, throwing, good] = [randomUUID(), randomUUID(), randomUUID()]
    for (const [id, day] of [
      [unreadable, 3],
      [throwing, 2],
      [good, 1],
    ])
      await stack.db.query(
        `INSERT INTO app.feedback (id, organisation_id, kind, language, sealed, on_day)
         VALUES ($1, $2, 'feedback', 'en', '{}', app.clock() - (4 - $3::int) * interval '1 day')`,
        [id, home.id, day],
      )
    const seal = async ({ id }: { id: string }) => {
      if (id === throwing) throw new Error('a sealer that throws')
      return id === unreadable ? undefined : { keyId: 'rae', enc: 'e', ciphertext: 'c' }
    }

    await atOneInstant(async () => {
      for (let round = 1; round <= 3; round += 1) await copyFeedback(ctx, seal, 1)
    })

    const copied = await stack.db.query<{ id: string }>('SELECT feedback_id AS id FROM app.feedback_copies')
    expect(copied.map(({ id }) => id)).toEqual([good])
    await stack.db.query('DELETE FROM app.feedback')
    await stack.db.query('DELETE FROM app.supporters WHERE id = $1', [reader.id])
  })
})

test('missed texts of which one cannot be kept: the others are, and it is asked for again', async () => {
  const home = await stack.organisation('demo')
  await withoutWorkers(async (ctx) => {
    const texts = ['SMone', 'SMtwo', 'SMthree'].map((sid) => ({ sid, from: '', to: '', body: '' }))
    const seal = async ({ sid }: { sid: string }) => {
      if (sid === 'SMone') throw new Error('a sealer that throws')
      return { keyId: 'k', enc: 'e', ciphertext: 'c' }
    }
    expect(await keepMissedTexts(ctx, home.id, texts, seal)).toEqual({ found: 2, failed: 1 })
    await stack.db.query(`DELETE FROM app.inbound WHERE carrier_sid IN ('SMtwo', 'SMthree')`)
  })
})

test('an alert whose journal cannot be chained, and one whose plan cannot be opened: the other’s are', async () => {
  const [poisoned = '', other = ''] = await twoAlertsThatAreOver()
  const home = await stack.organisation('demo')
  const ann = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Ann', onShift: false })
  const ben = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Ben', onShift: false })
  await withoutWorkers(async (ctx) => {
    while ((await lengthenChains(ctx, 500)).found > 0);
    for (const alertId of [poisoned, other])
      await stack.db.query(
        `INSERT INTO app.journal (organisation_id, at, kind, alert_id, actor_kind)
         VALUES ($1, app.clock(), 'a-late-line', $2, 'service')`,
        [home.id, alertId],
      )
    let heal = await poison('journal', `alert_id <> '${poisoned}' OR chain_position IS NULL`)
    await atOneInstant(async () => {
      expect(await lengthenChains(ctx, 500)).toEqual({ found: 1 })
      expect(await lengthenChains(ctx, 500)).toEqual({ found: 0 })
    })
    await heal()
    await stack.db.query('ALTER TABLE app.journal DISABLE TRIGGER USER')
    await stack.db.query(`DELETE FROM app.journal WHERE kind = 'a-late-line' AND chain_position IS NULL`)
    await stack.db.query('ALTER TABLE app.journal ENABLE TRIGGER USER')

    heal = await poison('plan_openings', `alert_id <> '${poisoned}' OR refused_code IS NULL`)
    for (const [id, alertId] of [
      [randomUUID(), poisoned],
      [randomUUID(), other],
    ])
      await stack.db.query(
        `INSERT INTO app.plan_openings (id, organisation_id, alert_id, reason, key_id, public_key, asked_by, asked_at,
           asked_with, confirmed_by, confirmed_at, confirmed_with, expires_at, due_at)
         VALUES ($1, $2, $3, 'safeguarding', 'k', 'p', $4, app.clock(), '{}', $5, app.clock(), '{}',
           app.clock() - interval '1 second', app.clock())`,
        [id, home.id, alertId, ann.id, ben.id],
      )
    const seal = async () => undefined
    await atOneInstant(async () => {
      expect(await openPlans(ctx, seal, { origin: 'http://localhost' }, 5)).toEqual({ found: 2 })
      expect(await openPlans(ctx, seal, { origin: 'http://localhost' }, 5)).toEqual({ found: 0 })
    })
    const rows = await stack.db.query<{ id: string; code: string | null }>(
      'SELECT alert_id AS id, refused_code AS code FROM app.plan_openings ORDER BY refused_code NULLS FIRST',
    )
    expect(rows).toEqual([
      { id: poisoned, code: null },
      { id: other, code: 'expired' },
    ])
    await heal()
    await stack.db.query('DELETE FROM app.plan_openings')
  })
})

test('alerts that stand still and of which one can be given no step: the auditor gives the other one', async () => {
  const both = [await preparePerson(stack), await preparePerson(stack)]
  const alertIds: string[] = []
  for (const { person, rescuer } of both) {
    await person.start()
    await person.help()
    await rescuer.expectText('SAFETY ALERT')
    alertIds.push((await person.session()).alert?.id ?? '')
  }
  await stack.settle()
  const [poisoned] = alertIds
  let heal: () => Promise<unknown> = async () => undefined
  await withoutWorkers(async (ctx) => {
    await stack.db.query(
      `UPDATE app.steps SET status = 'cancelled', done_at = app.clock() WHERE alert_id = ANY($1::uuid[])
         AND status = 'pending'`,
      [alertIds],
    )
    heal = await poison('steps', `alert_id <> '${poisoned}'`)
    expect(await auditAlerts(ctx)).toEqual({ found: 1 })
    const pending = await stack.db.query<{ id: string }>(
      `SELECT DISTINCT alert_id AS id FROM app.steps WHERE status = 'pending'`,
    )
    expect(pending.map(({ id }) => id)).toEqual([alertIds[1]])
    await heal()
    await auditAlerts(ctx)
  })
  stack.phones.allow(/AGAIN|OPERATOR/)
  stack.allowErrors(/ladderStalled/, /stalledAlert/)
  for (const { person, rescuer } of both) await giveAllClear(person, rescuer)
})
