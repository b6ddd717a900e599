import { expect, test } from 'vitest'
import { newId, recordJournal } from '../src/index.ts'
import { useHouse } from './house.ts'

const house = useHouse()

/** Tables whose rows belong to the whole stack, or to somebody through the row they hang on; each says why. */
const withoutOrganisation: Record<string, string> = {
  deployment: 'the stack itself',
  clock_correction: 'the clock of all',
  heartbeats: 'processes of the stack',
  key_uses: 'processes of the stack',
  organisations: 'is one',
  retention_rounds: 'what the clearing away of all did',
  attempts: 'of a message, which has one',
  sweep_minutes: 'counted by the workers of the stack',
  going_live: 'the stack itself, on its way to live',
  restores: 'the database itself, when it came from a backup',
}

test('every row belongs to an organisation, but for the named exceptions', async () => {
  const tables = await house.db.query<{ name: string; organisation: string | null }>(
    `SELECT t.table_name AS name, c.is_nullable AS organisation FROM information_schema.tables t
     LEFT JOIN information_schema.columns c
       ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.column_name = 'organisation_id'
     WHERE t.table_schema = 'app' ORDER BY t.table_name`,
  )
  expect(tables.length).toBeGreaterThan(15)
  const without = tables.filter(({ organisation }) => organisation === null).map(({ name }) => name)
  expect(without).toEqual(Object.keys(withoutOrganisation).sort())
  // Only the answers that the release before has stored lack theirs.
  expect(tables.flatMap(({ name, organisation }) => (organisation === 'YES' ? [name] : []))).toEqual(['commands'])
})

test('every instant knows its zone', async () => {
  const columns = await house.db.query(
    `SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'app' AND data_type IN ('timestamp without time zone', 'date', 'time without time zone')`,
  )
  expect(columns).toEqual([])
})

test('nothing is made to hold a number, a name or a text of a person in the clear', async () => {
  const columns = await house.db.query<{ name: string }>(
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'app'
       AND column_name ~ '(^|_)(number|phone|name|address|body|text|email|ip|destination|area|word)(_|$)' ORDER BY 1`,
  )
  // Keyed hashes and sealed values, words of checks, instants and flags.
  const harmless =
    /\.(number_hash|own_number_hash|sealed_\w+|number_check\w*|number_answer\w*|number_asked_at|last_text_at|text_address)$/
  const known = {
    'alert_recipients.destination': "under the worker's own key",
    'commands.body': 'the answer that was given: ids, states, instants',
    'ladders.name': 'its own',
    'messages.destination': "under the worker's own key",
    'organisations.name': 'its own',
    'organisations.pager_number': 'its own',
    'organisations.sms_number': 'its own',
    'rescue_plans.own_destination': "under the worker's own key",
    'rescuers.destination': "under the worker's own key",
    'rhythms.name': 'its own',
    'supporters.destination': "under the worker's own key",
    'supporters.name': 'staff',
  }
  expect(columns.map(({ name }) => name).filter((name) => !harmless.test(name))).toEqual(Object.keys(known))
})

test('a line takes its place in the chain once, and nothing else of it changes with that', async () => {
  const { db, organisationId } = house
  const alertId = newId()
  const at = Date.now()
  await db.transaction((tx) =>
    recordJournal(tx, [{ organisationId, at, kind: 'alert-claimed', alertId, actor: { kind: 'service' } }]),
  )
  const place = (change: string) => db.query(`UPDATE app.journal SET ${change} WHERE alert_id = $1`, [alertId])
  await expect(place(`chain_position = 1, chain_hash = sha256('a'), kind = 'other'`)).rejects.toThrow('append-only')
  await expect(place('chain_position = 1')).rejects.toThrow('append-only')
  await place(`chain_position = 1, chain_hash = sha256('a')`)
  await expect(place(`chain_position = 2, chain_hash = sha256('b')`)).rejects.toThrow('append-only')
  await expect(place('chain_position = NULL, chain_hash = NULL')).rejects.toThrow('append-only')
  // Without a tombstone its lines stay, however old they are.
  await db.query(`UPDATE app.clock_correction SET correction = correction + interval '400 days'`)
  await expect(db.query('DELETE FROM app.journal WHERE alert_id = $1', [alertId])).rejects.toThrow('append-only')
  await db.query(`UPDATE app.clock_correction SET correction = correction - interval '400 days'`)
})

test('the journal is append-only: a line is neither changed nor removed by anybody', async () => {
  const { db, organisationId } = house
  await db.transaction((tx) =>
    recordJournal(tx, [{ organisationId, at: Date.now(), kind: 'alert-raised', actor: { kind: 'service' } }]),
  )
  await expect(db.query(`UPDATE app.journal SET kind = 'nothing-happened'`)).rejects.toThrow('append-only')
  await expect(db.query(`UPDATE app.journal SET at = at`)).rejects.toThrow('append-only')
  await expect(db.query('DELETE FROM app.journal')).rejects.toThrow('append-only')
  await expect(db.query('TRUNCATE app.journal')).rejects.toThrow('append-only')
  expect(await db.query('SELECT kind FROM app.journal WHERE alert_id IS NULL')).toEqual([{ kind: 'alert-raised' }])
})
