import { randomBytes } from 'node:crypto'
import { defaultLadder, defaultPrompts } from '@stillhere/domain'
import { createTestDatabase } from '@stillhere/testkit/database'
import { afterAll, beforeAll } from 'vitest'
import {
  type AlertRow,
  Database,
  insertAlerts,
  insertDevice,
  insertMessages,
  insertRecipients,
  insertSession,
  type NewMessage,
  newId,
  type RecipientRow,
  readClock,
  type SessionRow,
  saveOrganisation,
  savePlan,
} from '../src/index.ts'

/** A database of this file's own, as a worker would open it. */
export interface House {
  db: Database
  url: string
  organisationId: string
  /** Another process on the same database. */
  another(options?: { size?: number; onError?: (error: Error) => void }): Database
}

/** Opens the house before the file's tests and takes it down after them, connections and all. */
export function useHouse(): House {
  const house = {} as House
  const opened: Database[] = []
  let drop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const database = await createTestDatabase()
    drop = database.drop
    house.url = database.url
    house.another = ({ size = 4, onError } = {}) => {
      const options = { url: database.url, size, applicationName: 'still-here-test' }
      const db = new Database(onError ? { ...options, onError } : options)
      opened.push(db)
      return db
    }
    house.db = house.another({ size: 10 })
    house.organisationId = newId()
    await saveOrganisation(
      house.db,
      {
        id: house.organisationId,
        slug: 'house',
        name: 'House',
        languages: ['en'],
        smsNumber: '+447700900000',
        pageHost: 'localhost',
        prompts: defaultPrompts,
        ladder: [...defaultLadder],
      },
      [{ id: newId(), name: 'steady', intervalsSeconds: [120] }],
    )
  })
  afterAll(async () => {
    await Promise.all(opened.map((db) => db.close()))
    await drop?.()
  })
  return house
}

export const hash = (): Buffer => randomBytes(32)
export const sealed = { keyId: 'k1', enc: 'AAAA', ciphertext: 'AAAA' }

/** A device with a plan. */
export async function addPerson(house: House): Promise<{ deviceId: string; planId: string }> {
  const { db, organisationId } = house
  const deviceId = newId()
  const planId = newId()
  await insertDevice(db, { id: deviceId, organisationId, tokenHash: hash(), forgetHash: hash() })
  await db.transaction((tx) =>
    savePlan(tx, { id: planId, organisationId, deviceId, planVersion: 1, sealed, alertOrder: 'both' }),
  )
  return { deviceId, planId }
}

/** A session of a new person, counting; its deadline is `inMs` from now. */
export async function addSession(house: House, inMs: number, change: Partial<SessionRow> = {}): Promise<SessionRow> {
  const { deviceId, planId } = await addPerson(house)
  const now = await readClock(house.db)
  const deadlineAt = now + inMs
  const session: SessionRow = {
    id: newId(),
    organisationId: house.organisationId,
    deviceId,
    planId,
    kind: 'ordinary',
    company: 'timer-only',
    state: 'counting',
    version: 1,
    rhythm: [120],
    prompts: defaultPrompts,
    startedAt: Math.min(now, deadlineAt) - 60_000,
    anchorAt: Math.min(now, deadlineAt) - 60_000,
    deadlineAt,
    alertAt: deadlineAt + 60_000,
    lastPressAt: Math.min(now, deadlineAt) - 60_000,
    raised: false,
    quiet: false,
    endCode: '042',
    ...change,
  }
  await house.db.transaction((tx) => insertSession(tx, session))
  return session
}

/** An open alert of a session that alerts. */
export async function addAlert(house: House, change: Partial<AlertRow> = {}): Promise<AlertRow> {
  const session = await addSession(house, -60_000, { state: 'alerting' })
  const now = await readClock(house.db)
  const alert: AlertRow = {
    id: newId(),
    organisationId: house.organisationId,
    sessionId: session.id,
    planId: session.planId,
    state: 'open',
    version: 1,
    code: '4821',
    reason: 'silence',
    sealedPlan: sealed,
    planVersion: 1,
    textAddress: false,
    alertOrder: 'both',
    ladder: [...defaultLadder],
    dueAt: session.alertAt,
    ladderFromAt: now,
    raisedAt: now,
    ...change,
  }
  await house.db.transaction((tx) => insertAlerts(tx, [alert]))
  return alert
}

export async function addRecipient(
  house: House,
  alert: AlertRow,
  change: Partial<RecipientRow> = {},
): Promise<RecipientRow & { numberHash: Buffer }> {
  const recipient = {
    alertId: alert.id,
    kind: 'rescuer' as const,
    id: newId(),
    organisationId: alert.organisationId,
    position: 1,
    destination: 'sealed',
    numberHash: hash(),
    language: 'en',
    code: alert.code,
    codeHeld: true,
    answer: 'none' as const,
    stopped: false,
    ...change,
  }
  await house.db.transaction((tx) => insertRecipients(tx, [recipient]))
  return recipient
}

/** Queues a text and gives its id. */
export async function addMessage(house: House, change: Partial<NewMessage> = {}): Promise<string> {
  const dedupeKey = newId()
  const dueAt = await readClock(house.db)
  await house.db.transaction((tx) =>
    insertMessages(tx, [
      {
        organisationId: house.organisationId,
        recipientKind: 'rescuer',
        recipientId: newId(),
        channel: 'text',
        template: 'alert-first',
        detail: {},
        language: 'en',
        destination: { rowId: newId(), sealed: 'sealed' },
        priority: 9,
        dedupeKey,
        dueAt,
        ...change,
      },
    ]),
  )
  const [row] = await house.db.query<{ id: string }>('SELECT id FROM app.messages WHERE dedupe_key = $1', [
    change.dedupeKey ?? dedupeKey,
  ])
  if (!row) throw new Error('the message was not queued')
  return row.id
}

/** Something that one side waits for and the other brings about. */
export function signal<T = void>(): { promise: Promise<T>; give: (value: T) => void } {
  let give!: (value: T) => void
  const promise = new Promise<T>((resolve) => {
    give = resolve
  })
  return { promise, give }
}
