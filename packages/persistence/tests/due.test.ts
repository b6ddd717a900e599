import { describe, expect, test } from 'vitest'
import {
  backOffSteps,
  claimDueChecks,
  claimMessages,
  correctClock,
  findDueSteps,
  findHeldCodes,
  finishInbound,
  insertInbound,
  insertRescuer,
  insertSteps,
  isSomeAlertSilent,
  loadDueInboundForUpdate,
  loadDueSessionsForUpdate,
  loadFreeAlertsForUpdate,
  loadFreeSessionsForUpdate,
  loadPlansToCheckForUpdate,
  loadRescuersToCheckForUpdate,
  newId,
  newStep,
  readRawClock,
  recordPlanCheck,
  releaseCodes,
  type Transaction,
} from '../src/index.ts'
import { addAlert, addMessage, addPerson, addRecipient, addSession, hash, sealed, signal, useHouse } from './house.ts'

const house = useHouse()

/** Two workers ask at the same time, each holding what it got until the other has its own. */
async function bySides<T>(ask: (tx: Transaction) => Promise<T[]>): Promise<[T[], T[]]> {
  const both = signal()
  let holding = 0
  const side = () =>
    house.another().transaction(async (tx) => {
      const rows = await ask(tx)
      if (++holding === 2) both.give()
      await both.promise
      return rows
    })
  return Promise.all([side(), side()])
}
const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id)

describe('two workers at one time get different rows, and none is left', () => {
  test('sessions that are due', async () => {
    const due = await Promise.all(Array.from({ length: 20 }, (_, n) => addSession(house, -1_000 * (n + 1))))
    const later = await addSession(house, 60_000)
    const [one, other] = await bySides((tx) => loadDueSessionsForUpdate(tx, 10))
    expect([one.length, other.length]).toEqual([10, 10])
    expect([...ids(one), ...ids(other)].sort()).toEqual(ids(due).sort())
    // The oldest first: whoever waited longest is served before a row that has only just come due.
    const oldest = [...due].sort((a, b) => a.deadlineAt - b.deadlineAt)[0]?.id
    expect([one[0]?.id, other[0]?.id]).toContain(oldest)
    expect([...ids(one), ...ids(other)]).not.toContain(later.id)
  })

  test('messages to send', async () => {
    const queued = await Promise.all(Array.from({ length: 12 }, () => addMessage(house)))
    const [one, other] = await bySides((tx) =>
      claimMessages(tx, { urgent: 0, following: 0, ordinary: 6, push: 0 }, hash),
    )
    expect([one.length, other.length]).toEqual([6, 6])
    expect([...ids(one), ...ids(other)].sort()).toEqual(queued.sort())
  })

  test('messages to look after', async () => {
    await house.db.query(`UPDATE app.messages SET due_at = app.clock() - interval '1 second' WHERE status = 'sending'`)
    const [one, other] = await bySides((tx) => claimDueChecks(tx, 6))
    expect(new Set([...ids(one), ...ids(other)]).size).toBe(12)
  })

  test('texts that came in', async () => {
    for (const carrierSid of ['SM1', 'SM2'])
      await insertInbound(house.db, { carrierSid, organisationId: house.organisationId, sealed })
    const [one, other] = await bySides(async (tx) => [await loadDueInboundForUpdate(tx)])
    expect([one[0]?.carrierSid, other[0]?.carrierSid].sort()).toEqual(['SM1', 'SM2'])
  })
})

test('H31: a rescuer’s number waits for the check of the plan’s own number, and for whoever is making it', async () => {
  const { planId } = await addPerson(house)
  const id = newId()
  await house.db.transaction((tx) =>
    insertRescuer(tx, { id, organisationId: house.organisationId, planId, position: 1, sealedNumber: sealed }),
  )
  const toCheck = () => house.another().transaction(async (tx) => ids(await loadRescuersToCheckForUpdate(tx, 10)))
  const checked = { id: planId, check: 'ok' as const, missing: [], textAddress: false }

  expect(await toCheck()).toEqual([])
  await house.db.transaction(async (tx) => {
    expect(ids(await loadPlansToCheckForUpdate(tx, 1000))).toContain(planId)
    await recordPlanCheck(tx, checked)
    expect(await toCheck()).toEqual([])
  })
  expect(await toCheck()).toEqual([id])

  // The plan is looked at again, while a worker already has the rescuer.
  await house.db.transaction(async (tx) => {
    expect(ids(await loadRescuersToCheckForUpdate(tx, 10))).toEqual([id])
    expect(
      await house.another().query('SELECT id FROM app.rescue_plans WHERE id = $1 FOR UPDATE SKIP LOCKED', [planId]),
    ).toEqual([])
  })
})

test('what another worker holds is skipped and stays due', async () => {
  const alert = await addAlert(house)
  const held = signal()
  const done = signal()
  const holding = house.another().transaction(async (tx) => {
    await loadFreeSessionsForUpdate(tx, [alert.sessionId])
    await loadFreeAlertsForUpdate(tx, [alert.id])
    held.give()
    await done.promise
  })
  await held.promise
  const found = await house.db.transaction(async (tx) => [
    ...(await loadFreeSessionsForUpdate(tx, [alert.sessionId])),
    ...(await loadFreeAlertsForUpdate(tx, [alert.id])),
  ])
  done.give()
  await holding
  expect(found).toEqual([])
})

describe('steps', () => {
  const stepOf = (alert: { id: string; sessionId: string }, dueAt: number) =>
    newStep({
      organisationId: house.organisationId,
      sessionId: alert.sessionId,
      alertId: alert.id,
      kind: 'repeat',
      position: 0,
      dueAt,
    })

  test('one that cannot be worked off stays due and backs off by seconds, never for long', async () => {
    const alert = await addAlert(house)
    const step = stepOf(alert, alert.raisedAt - 1_000)
    await house.db.transaction((tx) => insertSteps(tx, [step]))
    const due = () => house.db.transaction((tx) => findDueSteps(tx, ['repeat'], 100))
    expect(ids(await due())).toContain(step.id)
    const waits: number[] = []
    for (let failure = 0; failure < 8; failure++) {
      await house.db.transaction((tx) => backOffSteps(tx, [step.id]))
      const [row] = await house.db.query<{ wait: number; status: string }>(
        `SELECT round(extract(epoch FROM due_at - app.clock()))::integer AS wait, status FROM app.steps WHERE id = $1`,
        [step.id],
      )
      expect(row?.status).toBe('pending')
      waits.push(row?.wait ?? Number.NaN)
    }
    expect(waits).toEqual([1, 2, 3, 4, 5, 5, 5, 5])
    expect(ids(await due())).not.toContain(step.id)
  })

  test('an alert that is not closed and has none is found at once', async () => {
    const { db } = house
    await db.query(
      `UPDATE app.alerts SET state = 'closed', closed_at = app.clock(), outcome = 'safe' WHERE state = 'open'`,
    )
    expect(await isSomeAlertSilent(db)).toBe(false)
    const alert = await addAlert(house)
    expect(await isSomeAlertSilent(db)).toBe(true)
    await db.transaction((tx) => insertSteps(tx, [stepOf(alert, alert.raisedAt)]))
    expect(await isSomeAlertSilent(db)).toBe(false)
  })
})

describe('texts that came in', () => {
  test('the same text is stored once, however often the carrier brings it', async () => {
    const row = { carrierSid: 'SM-again', organisationId: house.organisationId, sealed }
    expect([await insertInbound(house.db, row), await insertInbound(house.db, row)]).toEqual([true, false])
  })

  test('its words are gone when it is worked off', async () => {
    await house.db.transaction((tx) => finishInbound(tx, 'SM-again', 'claimed', Date.now()))
    const [row] = await house.db.query<{ sealed: object; outcome: string }>(
      `SELECT sealed, outcome FROM app.inbound WHERE carrier_sid = 'SM-again'`,
    )
    expect(row).toEqual({ sealed: {}, outcome: 'claimed' })
  })
})

describe('the code of an alert on a phone', () => {
  const heldBy = async (phone: Buffer) => (await findHeldCodes(house.db, [phone])).map(({ code }) => code)

  test('is held while the alert is open and for 24 h after its close, and free then (C40)', async () => {
    const alert = await addAlert(house, { code: '1357' })
    const { numberHash } = await addRecipient(house, alert)
    await house.db.query(
      `UPDATE app.alerts SET state = 'closed', outcome = 'safe', closed_at = app.clock() WHERE id = $1`,
      [alert.id],
    )
    const hours = async (count: number) => {
      const { version } = await readRawClock(house.db)
      await correctClock(house.db, count * 3_600_000, version)
      await releaseCodes(house.db)
    }
    await hours(23)
    expect(await heldBy(numberHash)).toEqual(['1357'])
    await hours(2)
    expect(await heldBy(numberHash)).toEqual([])
    const again = await addAlert(house, { code: '1357' })
    await addRecipient(house, again, { numberHash })
    expect(await heldBy(numberHash)).toEqual(['1357'])
    await hours(-25)
  })

  test('of an alert that stays open is held for as long', async () => {
    const alert = await addAlert(house, { code: '2468' })
    const { numberHash } = await addRecipient(house, alert)
    const { version } = await readRawClock(house.db)
    await correctClock(house.db, 72 * 3_600_000, version)
    await releaseCodes(house.db)
    expect(await heldBy(numberHash)).toEqual(['2468'])
    await correctClock(house.db, -72 * 3_600_000, version + 1)
  })

  test('is refused to a second alert on the same phone, and given to one on another', async () => {
    const first = await addAlert(house, { code: '7531' })
    const { numberHash } = await addRecipient(house, first)
    const second = await addAlert(house, { code: '7531' })
    await expect(addRecipient(house, second, { numberHash })).rejects.toMatchObject({
      constraint: 'alert_codes_on_phone',
    })
    await addRecipient(house, second)
  })
})
