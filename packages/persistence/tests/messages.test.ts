import { beforeEach, describe, expect, test } from 'vitest'
import {
  cancelQueued,
  claimDueChecks,
  claimMessages,
  findAttempt,
  findHeard,
  findMessage,
  insertMessages,
  leaseMs,
  type MessageRow,
  newId,
  placeOf,
  priorities,
  type Room,
  readAlertFacts,
  readClock,
  recordAccepted,
  recordReceiptRank,
  storePhone,
  type Transaction,
} from '../src/index.ts'
import { addAlert, addMessage, addRecipient, hash, useHouse } from './house.ts'

const house = useHouse()
const inside = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => house.db.transaction(work)
/** So many of each kind. */
const room = (count: number): Room => ({ urgent: count, following: count, ordinary: count, push: count })
const claim = (places = room(10)) => inside((tx) => claimMessages(tx, places, hash))
const seconds = async (n: number) => (await readClock(house.db)) + n * 1_000

beforeEach(async () => {
  await house.db.query('DELETE FROM app.attempts')
  await house.db.query('DELETE FROM app.messages')
})

describe('claiming what is to be sent', () => {
  test('the first message of every alert goes before the second of any, however long that has waited (C34)', async () => {
    const again = await addMessage(house, { priority: priorities.repeat, dueAt: await seconds(-60) })
    const second = await addMessage(house, { priority: priorities.alert, dueAt: await seconds(-50) })
    const invitation = await addMessage(house, { priority: priorities.ordinary, dueAt: await seconds(-500) })
    const first = await addMessage(house, { priority: priorities.firstOfAlert, dueAt: await seconds(-1) })
    const order: (string | undefined)[] = []
    for (let n = 0; n < 4; n++) order.push(...(await claim(room(1))).map(({ id }) => id))
    expect(order).toEqual([first, second, again, invitation])
  })

  test('nothing else takes the places of alerts, and alerts take no more than theirs (C73)', async () => {
    for (let n = 0; n < 3; n++) {
      await addMessage(house, { priority: priorities.ordinary, dueAt: await seconds(-60) })
      await addMessage(house, { priority: priorities.alert })
    }
    await addMessage(house, { priority: priorities.repeat })
    const places = async (some: Partial<Room>) => (await claim({ ...room(0), ...some })).map(placeOf)
    // One first message still waits: nothing else leaves, though it would have a place.
    expect(await places({ urgent: 2, following: 1, ordinary: 1 })).toEqual(['urgent', 'urgent'])
    expect(await places({ following: 1, ordinary: 1 })).toEqual([])
    expect(await places({ urgent: 2, ordinary: 1 })).toEqual(['urgent', 'ordinary'])
    // Where to go is not behind invitations, nor they behind it.
    expect(await places({ following: 10 })).toEqual(['following'])
    expect(await places({ following: 10, ordinary: 10 })).toEqual(['ordinary', 'ordinary'])
  })

  test('within one priority the longest due goes first', async () => {
    const younger = await addMessage(house, { dueAt: await seconds(-1) })
    const older = await addMessage(house, { dueAt: await seconds(-9) })
    expect([(await claim(room(1)))[0]?.id, (await claim(room(1)))[0]?.id]).toEqual([older, younger])
  })

  test('what is not due yet waits', async () => {
    await addMessage(house, { dueAt: await seconds(60) })
    expect(await claim()).toEqual([])
  })

  test('takes lease, fence and the row of the attempt in one transaction', async () => {
    const id = await addMessage(house)
    const nonceHash = hash()
    const [message] = await inside((tx) => claimMessages(tx, room(1), () => nonceHash))
    expect(message).toMatchObject({ id, status: 'sending', fence: 1, attempts: 1, resent: false })
    const leftMs = (message?.dueAt ?? 0) - (await readClock(house.db))
    expect(leftMs).toBeGreaterThan(leaseMs - 2_000)
    expect(leftMs).toBeLessThanOrEqual(leaseMs)
    expect(await findAttempt(house.db, nonceHash)).toEqual({ messageId: id })
    // Claimed is claimed: nobody gets it a second time.
    expect(await claim()).toEqual([])
  })

  test('an attempt that cannot be written leaves the message queued', async () => {
    const [one, other] = [await addMessage(house), await addMessage(house)]
    // One nonce for two attempts is refused by the table.
    const nonceHash = hash()
    await expect(inside((tx) => claimMessages(tx, room(2), () => nonceHash))).rejects.toMatchObject({ code: '23505' })
    for (const id of [one, other]) expect(await findMessage(house.db, id)).toMatchObject({ status: 'queued', fence: 0 })
  })

  test('a phone that said STOP since it was queued is marked, so that the carrier is not called (K6)', async () => {
    const [numberHash, free] = [hash(), hash()]
    const toStopped = await addMessage(house, { numberHash })
    const toFree = await addMessage(house, { numberHash: free })
    await inside((tx) => storePhone(tx, house.organisationId, numberHash, { stoppedAt: Date.now() }))
    await inside((tx) => storePhone(tx, house.organisationId, free, { badCode: '30006' }))
    const stopped = new Map((await claim()).map((message) => [message.id, message.stopped]))
    expect(stopped).toEqual(
      new Map([
        [toStopped, true],
        [toFree, false],
      ]),
    )
  })

  test('a message is put in the outbox once, whoever puts it there again', async () => {
    const id = await addMessage(house, { dedupeKey: 'step.recipient.text' })
    await addMessage(house, { dedupeKey: 'step.recipient.text', template: 'alert-repeat' })
    expect((await claim()).map((message) => [message.id, message.template])).toEqual([[id, 'alert-first']])
  })
})

describe('the fence', () => {
  const accept = (message: Pick<MessageRow, 'id' | 'fence'>, sid: string) =>
    inside((tx) => recordAccepted(tx, [{ id: message.id, fence: message.fence, sid }], Date.now()))
  const leaseIsOver = () => house.db.query(`UPDATE app.messages SET due_at = app.clock() WHERE status = 'sending'`)

  test('the one who holds it writes that the carrier accepted', async () => {
    const id = await addMessage(house)
    const [ours] = await claim()
    if (!ours) throw new Error('nothing was claimed')
    expect(await accept(ours, 'SM1')).toMatchObject([{ id, status: 'accepted', carrierSid: 'SM1' }])
  })

  test('a sender that slept through its lease cannot write over what another decided meanwhile', async () => {
    await addMessage(house)
    const [asleep] = await claim()
    await leaseIsOver()
    const [taken] = await inside((tx) => claimDueChecks(tx, 1))
    if (!asleep || !taken) throw new Error('nothing was claimed')
    expect(taken.fence).toBe(asleep.fence + 1)
    expect(await accept(asleep, 'SM-late')).toEqual([])
    expect(await findMessage(house.db, asleep.id)).toMatchObject({ status: 'sending' })
    expect((await findMessage(house.db, asleep.id))?.carrierSid).toBeUndefined()
    expect(await accept(taken, 'SM-found')).toMatchObject([{ carrierSid: 'SM-found' }])
  })

  test('what is delivered, failed or cancelled is not accepted again', async () => {
    for (const status of ['delivered', 'failed', 'cancelled', 'queued']) {
      const id = await addMessage(house)
      const [ours] = await claim()
      if (!ours) throw new Error('nothing was claimed')
      await house.db.query('UPDATE app.messages SET status = $2 WHERE id = $1', [id, status])
      expect(await accept(ours, 'SM1')).toEqual([])
    }
  })
})

describe('cancelling', () => {
  test('takes what has not left, and leaves what may have', async () => {
    const alert = await addAlert(house)
    const left = await addMessage(house, { alertId: alert.id })
    await claim()
    const queued = await addMessage(house, { alertId: alert.id })
    const elses = await addMessage(house)
    await inside((tx) => cancelQueued(tx, { alertId: alert.id }))
    const statuses = await Promise.all(
      [left, queued, elses].map(async (id) => (await findMessage(house.db, id))?.status),
    )
    expect(statuses).toEqual(['sending', 'cancelled', 'queued'])
  })
})

describe('what an alert knows of its texts', () => {
  test.each([
    ['queued', false],
    ['cancelled', false],
    ['failed', false],
    ['sending', true],
    ['unknown', true],
    ['accepted', true],
    ['delivered', true],
  ])('a text that is %s: was anything sent? %s', async (status, sent) => {
    const alert = await addAlert(house)
    const recipient = await addRecipient(house, alert)
    const id = await addMessage(house, { alertId: alert.id, recipientId: recipient.id })
    await house.db.query('UPDATE app.messages SET status = $2 WHERE id = $1', [id, status])
    expect((await readAlertFacts(house.db, alert.id)).anythingSent).toBe(sent)
    expect(await findHeard(house.db, alert.id)).toEqual(new Set(sent ? [recipient.id] : []))
  })

  test('one that was accepted and failed later was sent', async () => {
    const alert = await addAlert(house)
    const id = await addMessage(house, { alertId: alert.id })
    await house.db.query(`UPDATE app.messages SET status = 'failed', accepted_at = app.clock() WHERE id = $1`, [id])
    expect((await readAlertFacts(house.db, alert.id)).anythingSent).toBe(true)
  })

  test('a supporter was told once a text for them is queued, a rescuer does not count', async () => {
    const alert = await addAlert(house)
    const told = async () => (await readAlertFacts(house.db, alert.id)).supporterTold
    await addRecipient(house, alert, { lastTextAt: Date.now() })
    await addRecipient(house, alert, { kind: 'supporter', position: 0 })
    expect(await told()).toBe(false)
    await addRecipient(house, alert, { kind: 'supporter', position: 0, lastTextAt: Date.now() })
    expect(await told()).toBe(true)
  })
})

test("a receipt teaches the attempt its carrier's id once and never another", async () => {
  await addMessage(house)
  const nonceHash = hash()
  await inside((tx) => claimMessages(tx, room(1), () => nonceHash))
  for (const sid of ['SM1', 'SM2']) await inside((tx) => recordReceiptRank(tx, nonceHash, 3, sid))
  const [row] = await house.db.query<{ carrier_sid: string }>('SELECT carrier_sid FROM app.attempts')
  expect(row?.carrier_sid).toBe('SM1')
})

test('500 messages of a storm go into the outbox in one statement and out in priority', async () => {
  const now = await readClock(house.db)
  const storm = Array.from({ length: 500 }, (_, n) => ({
    organisationId: house.organisationId,
    recipientKind: 'rescuer' as const,
    recipientId: newId(),
    channel: 'text' as const,
    template: 'alert-first',
    detail: { code: '4821' },
    language: 'en',
    destination: { rowId: newId(), sealed: 'sealed' },
    numberHash: hash(),
    priority: n % 5 === 0 ? priorities.firstOfAlert : priorities.repeat,
    dedupeKey: `storm.${n}`,
    dueAt: now,
  }))
  await inside((tx) => insertMessages(tx, storm))
  const claimed = await claim(room(60))
  // Forty first messages still wait, so no second one leaves though it would have a place.
  expect(claimed.map(({ priority }) => priority)).toEqual(Array(60).fill(priorities.firstOfAlert))
})
