import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { functionsFor, grants, groupOf, type ServiceRole, serviceRoles, type TableGrant } from './grants.ts'

/**
 * Whether services have roles of their own, or share the owner's because the one who migrates may not make roles. Then
 * neither grants nor row-level security hold anybody back, and whoever starts the service must say so.
 */
export type Separation = 'role-per-service' | 'one-role-for-all'

/**
 * Brings every table of the schema `app` under the table of grants and under row-level security. Runs after each
 * migration, so that a table that is new is closed from its first moment: without a line in the table of grants no
 * service may touch it, and with an `organisation_id` it is seen by its organisation only.
 * @param client the owner's connection, not in a transaction
 */
export async function secureDatabase(client: pg.Client, inTurn: InTurn): Promise<Separation> {
  const separation = await seeGroups(client)
  const { rows: tables } = await client.query<TableFacts>(tablesOf)
  for (const table of tables) {
    const statements = policiesFor(table, separation)
    // The one step that waits for a lock on the table: a file of its own, as it were, and only where it is missing.
    if (statements.length > 0) await inTurn(() => oneTransaction(client, statements))
  }
  await inTurn(() => oneTransaction(client, grantStatements(tables, separation)))
  return separation
}

/** Runs a piece of work and runs it again while others hold what it needs. */
export type InTurn = (work: () => Promise<unknown>) => Promise<void>

interface TableFacts {
  name: string
  secured: boolean
  policies: string[]
  organisation: boolean
}

const tablesOf = `SELECT c.relname AS name, c.relrowsecurity AS secured,
    ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
    EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped)
      AS organisation
  FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname`

/** Once a statement and not once a row: the sub-select is computed before the first row is looked at. */
const acting = '(SELECT app.acting_for())::uuid[]'

/** Tables whose rows belong to nobody in particular, or to somebody by another way than their own `organisation_id`. */
const otherwise: Readonly<Record<string, { using: string; check?: string } | 'of the stack'>> = {
  deployment: 'of the stack',
  clock_correction: 'of the stack',
  heartbeats: 'of the stack',
  key_uses: 'of the stack',
  sweep_minutes: 'of the stack',
  going_live: 'of the stack',
  restores: 'of the stack',
  retention_rounds: 'of the stack',
  organisations: { using: `id = ANY (${acting})` },
  // A message is seen by its organisation only, and so is an attempt to send it.
  attempts: { using: 'EXISTS (SELECT FROM app.messages m WHERE m.id = message_id)' },
  // Answers of the release before have no organisation yet; whoever has the command's two ids gave it.
  commands: {
    using: `organisation_id = ANY (${acting}) OR (organisation_id IS NULL AND ${acting} IS NOT NULL)`,
    check: `organisation_id = ANY (${acting})`,
  },
}

function policiesFor(table: TableFacts, separation: Separation): string[] {
  const rule =
    otherwise[table.name] ?? (table.organisation ? { using: `organisation_id = ANY (${acting})` } : undefined)
  if (rule === 'of the stack') return []
  const on = `app.${quoted(table.name)}`
  const lacks = (policy: string) => !table.policies.includes(policy)
  return [
    ...(table.secured ? [] : [`ALTER TABLE ${on} ENABLE ROW LEVEL SECURITY`]),
    // A table of no known owner has no policy at all: nobody but the worker sees a row of it, and a test says so.
    ...(rule && lacks('of_organisation')
      ? [`CREATE POLICY of_organisation ON ${on} USING (${rule.using}) WITH CHECK (${rule.check ?? rule.using})`]
      : []),
    ...(separation === 'role-per-service' && lacks('of_worker')
      ? [`CREATE POLICY of_worker ON ${on} TO ${groupOf('worker')} USING (true) WITH CHECK (true)`]
      : []),
  ]
}

function grantStatements(tables: readonly TableFacts[], separation: Separation): string[] {
  const closed = [
    'REVOKE ALL ON SCHEMA app FROM PUBLIC',
    'REVOKE ALL ON ALL TABLES IN SCHEMA app FROM PUBLIC',
    'REVOKE ALL ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC',
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
    // Whoever may connect may not bring a table of their own, not even one for the moment.
    "DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); END $$",
  ]
  if (separation === 'one-role-for-all') return closed
  const known = new Set(tables.map((table) => table.name))
  return [...closed, ...serviceRoles.flatMap((role) => grantsOf(role, known))]
}

function grantsOf(role: ServiceRole, known: ReadonlySet<string>): string[] {
  const group = groupOf(role)
  const functions = functionsFor(role)
  return [
    `REVOKE ALL ON ALL TABLES IN SCHEMA app FROM ${group}`,
    `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA app FROM ${group}`,
    `GRANT USAGE ON SCHEMA app TO ${group}`,
    `GRANT EXECUTE ON FUNCTION ${functions.map((name) => `app.${quoted(name)}`).join(', ')} TO ${group}`,
    ...Object.entries(grants[role]).flatMap(([table, grant]) =>
      // A test migrates with fewer files than there are.
      known.has(table) ? verbs(grant).map((verb) => `GRANT ${verb} ON app.${quoted(table)} TO ${group}`) : [],
    ),
  ]
}

function verbs({ select, insert, update, delete: remove }: TableGrant): string[] {
  const of = (verb: string, what: true | readonly string[] | undefined) =>
    what === undefined ? [] : [what === true ? verb : `${verb} (${what.map(quoted).join(', ')})`]
  return [...of('SELECT', select), ...of('INSERT', insert), ...of('UPDATE', update), ...of('DELETE', remove)]
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** The groups are the cluster's: databases beside this one share them, and each lets in the logins it was given. */
async function seeGroups(client: pg.Client): Promise<Separation> {
  const missing = async () => {
    const { rows } = await client.query<{ name: string }>(
      'SELECT rolname AS name FROM pg_roles WHERE rolname = ANY($1)',
      [serviceRoles.map(groupOf)],
    )
    return serviceRoles.map(groupOf).filter((name) => !rows.some((row) => row.name === name))
  }
  for (let tried = 1; ; tried += 1) {
    try {
      for (const name of await missing()) await client.query(`CREATE ROLE ${name} NOLOGIN`)
      return 'role-per-service'
    } catch (error) {
      if (mayNot(error)) return 'one-role-for-all'
      if (!madeBesideUs(error) || tried >= 5) throw error
      await pause(20 * tried)
    }
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? '')
/** insufficient_privilege */
export const mayNot = (error: unknown): boolean => codeOf(error) === '42501'
/** duplicate_object, unique_violation, "tuple concurrently updated": another database of the cluster does the same now. */
export const madeBesideUs = (error: unknown): boolean => ['42710', '23505', 'XX000'].includes(codeOf(error))

async function oneTransaction(client: pg.Client, statements: readonly string[]): Promise<void> {
  try {
    await client.query(['BEGIN', "SET LOCAL lock_timeout = '200ms'", ...statements, 'COMMIT'].join(';\n'))
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}
