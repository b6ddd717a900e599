import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { migrate } from '@stillhere/persistence'
import { giveAllClear, raiseAlert, startStack, until } from '@stillhere/testkit'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'

/* C20: a migration while alerts are open keeps them escalating. */

const stack = await startStack({ deterministic: true })
const folder = mkdtempSync(join(tmpdir(), 'migrations-'))
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await stack.close()
})
stack.phones.allowCalls()

const ours = join(dirname(createRequire(import.meta.url).resolve('@stillhere/persistence')), '..', 'migrations')
cpSync(ours, folder, { recursive: true })
const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql)

test('C20: columns and indexes are added under an open alert, and its texts go out at their instants', async () => {
  const { person, rescuer, code } = await raiseAlert(stack)
  write(
    '900.do.columns.sql',
    `ALTER TABLE app.alerts ADD COLUMN tested text NOT NULL DEFAULT 'x' CHECK (tested <> '');
     ALTER TABLE app.steps ADD COLUMN tested integer;
     ALTER TABLE app.messages ADD COLUMN tested integer;`,
  )
  write(
    '901.do.indexes.sql',
    `-- outside a transaction
     DROP INDEX IF EXISTS app.steps_tested;
     CREATE INDEX CONCURRENTLY steps_tested ON app.steps (tested);
     CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_tested ON app.messages (tested, due_at);`,
  )
  // Somebody reads the alerts for seconds, as a backup does: the migration cannot have its lock.
  const reader = new pg.Client({ connectionString: stack.databaseUrl })
  await reader.connect()
  await reader.query('BEGIN')
  await reader.query('SELECT count(*) FROM app.alerts')
  const migrating = migrate(stack.databaseUrl, folder)
  let migrated = false
  void migrating.then(() => {
    migrated = true
  })
  await until('the migration waits for its lock', async () => {
    const rows = await stack.db.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%ALTER TABLE%'`,
    )
    return rows.length > 0
  })
  // Behind a migration that waits, the ladder would wait as well; it gives way, so nobody does for long.
  const from = performance.now()
  await stack.advance(60_000)
  await rescuer.expectText(`${code} AGAIN`)
  expect(performance.now() - from).toBeLessThan(2_000)
  expect(migrated).toBe(false)
  await reader.query('ROLLBACK')
  await reader.end()

  expect((await migrating).applied).toEqual(['900.do.columns.sql', '901.do.indexes.sql'])
  await stack.advance(60_000)
  await rescuer.expectText(`${code} AGAIN`)
  const [late] = await stack.db.query<{ ms: number }>(
    `SELECT max(extract(epoch FROM done_at - due_at) * 1000)::float8 AS ms FROM app.steps WHERE status = 'done'`,
  )
  expect(late?.ms).toBeLessThanOrEqual(0.5)
  await giveAllClear(person, rescuer)
})
