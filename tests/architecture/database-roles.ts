import { type Database, grants, groupOf, serviceRoles, type TableGrant } from '@stillhere/persistence'

/** Tables whose rows belong to the installation, not to an organisation: no policy keeps them apart. */
const OF_THE_INSTALLATION = [
  'clock_correction',
  'deployment',
  'going_live',
  'heartbeats',
  'key_uses',
  'restores',
  'retention_rounds',
  'sweep_minutes',
]

/**
 * Functions that look past the policies, and what each of them must be asked with. A new one is a hole until somebody has
 * written down here why it is none.
 */
const PAST_THE_POLICIES: Readonly<Record<string, string>> = {
  credential_by_token: 'the hash of a token',
  device_by_token: 'the hash of a token',
  look_at_rota: 'nothing; a trigger, which makes its own row’s organisation due to be looked at',
  organisation_called: 'a public name; gives id and slug',
  organisation_of_attempt: 'the hash of a nonce',
  organisation_of_challenge: 'a challenge of WebAuthn',
  organisation_of_forget_code: 'the hash of a code',
  organisation_of_invitation: 'the hash of a token',
  organisation_of_link: 'the id of a link; the proof is asked for afterwards',
  plan_id_taken: 'an id; gives yes or no',
  rescuer_id_taken: 'an id; gives yes or no',
  revoke_token: 'the hash of a token; gives nothing',
  running_sessions: 'ids of devices; gives ids',
  session_versions: 'ids of sessions; gives counts',
  some_alert_is_silent: 'nothing; gives yes or no',
  valid_credentials: 'ids of credentials; gives roles',
}

/** What is wrong with the roles of this database; nothing, when Postgres holds everybody to the table of grants. */
export async function wrongWithRoles(db: Database): Promise<string[]> {
  return (await Promise.all([wrongTables(db), wrongGrants(db), wrongFunctions(db), wrongRoles(db)])).flat()
}

async function wrongTables(db: Database): Promise<string[]> {
  const tables = await db.query<{ name: string; secured: boolean; policies: string[] }>(
    `SELECT c.relname AS name, c.relrowsecurity AS secured, ARRAY(SELECT p.polname || CASE WHEN p.polpermissive THEN ''
         ELSE '!' END FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY 1) AS policies
     FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
  )
  if (tables.length < 30) return [`only ${tables.length} tables were looked at`]
  return tables.flatMap(({ name, secured, policies }) => [
    ...(serviceRoles.some((role) => grants[role][name]) ? [] : [`${name} has no line in the table of grants`]),
    ...(OF_THE_INSTALLATION.includes(name) || (secured && policies.join() === 'of_organisation,of_worker')
      ? []
      : [`${name} is not kept apart by organisation`]),
  ])
}

/** Every privilege there is against every privilege that is written down, in both directions. */
async function wrongGrants(db: Database): Promise<string[]> {
  const there = await db.query<{ held: string }>(
    `SELECT coalesce(r.rolname, 'PUBLIC') || ' ' || lower(a.privilege_type) || ' ' || a.thing AS held FROM (
       SELECT x.grantee, x.privilege_type, c.relname AS thing FROM pg_class c, aclexplode(c.relacl) x
         WHERE c.relnamespace = 'app'::regnamespace AND x.grantee <> c.relowner
       UNION ALL
       SELECT x.grantee, x.privilege_type, c.relname || '.' || t.attname FROM pg_class c
         JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) x WHERE c.relnamespace = 'app'::regnamespace
       UNION ALL
       SELECT x.grantee, x.privilege_type, 'schema ' || n.nspname FROM pg_namespace n, aclexplode(n.nspacl) x
         WHERE n.nspname IN ('app', 'public') AND x.grantee <> n.nspowner
     ) a LEFT JOIN pg_roles r ON r.oid = a.grantee`,
  )
  const verbs = (role: (typeof serviceRoles)[number], table: string, grant: TableGrant) =>
    Object.entries(grant).flatMap(([verb, what]: [string, true | readonly string[]]) =>
      (what === true ? [table] : what.map((column) => `${table}.${column}`)).map(
        (thing) => `${groupOf(role)} ${verb} ${thing}`,
      ),
    )
  const written = new Set([
    'PUBLIC usage schema public',
    ...serviceRoles.flatMap((role) => [
      `${groupOf(role)} usage schema app`,
      ...Object.entries(grants[role]).flatMap(([table, grant]) => verbs(role, table, grant)),
    ]),
  ])
  const held = new Set(there.map((row) => row.held))
  return [
    ...[...held].filter((one) => !written.has(one)).map((one) => `${one}: is held and not written down`),
    ...[...written].filter((one) => !held.has(one)).map((one) => `${one}: is written down and not held`),
  ]
}

async function wrongFunctions(db: Database): Promise<string[]> {
  const functions = await db.query<{ name: string; definer: boolean; path: string | null; everybody: boolean }>(
    `SELECT p.proname AS name, p.prosecdef AS definer, array_to_string(p.proconfig, ';') AS path,
       has_function_privilege('public', p.oid, 'EXECUTE') AS everybody
     FROM pg_proc p WHERE p.pronamespace = 'app'::regnamespace`,
  )
  const definers = functions.filter(({ definer }) => definer)
  return [
    ...functions.filter(({ everybody }) => everybody).map(({ name }) => `anybody may call ${name}`),
    ...definers
      .filter(({ name }) => !(name in PAST_THE_POLICIES))
      .map(({ name }) => `${name} looks past the policies, and nobody has said why`),
    ...definers
      .filter(({ path }) => path !== 'search_path=pg_catalog, pg_temp')
      .map(({ name }) => `${name} could be given tables of the caller's own`),
    ...Object.keys(PAST_THE_POLICIES)
      .filter((name) => !definers.some((one) => one.name === name))
      .map((name) => `${name} is gone`),
  ]
}

async function wrongRoles(db: Database): Promise<string[]> {
  const roles = await db.query<{ name: string; rights: string; of: string[] }>(
    `SELECT r.rolname AS name, concat_ws(',', CASE WHEN r.rolsuper THEN 'superuser' END, CASE WHEN r.rolbypassrls THEN 'bypassrls' END,
         CASE WHEN r.rolcreaterole THEN 'createrole' END, CASE WHEN r.rolcreatedb THEN 'createdb' END,
         CASE WHEN r.rolreplication THEN 'replication' END,
         CASE WHEN EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) THEN 'owner' END) AS rights,
       ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS of
     FROM pg_roles r WHERE r.rolname ~ '^stillhere_(api|gateway|worker)(_login)?$'`,
  )
  return roles.flatMap(({ name, rights, of }) => [
    ...(rights === '' ? [] : [`${name} is ${rights}`]),
    ...(of.join() === (name.endsWith('_login') ? name.replace('_login', '') : '')
      ? []
      : [`${name} is also ${of.join()}`]),
  ])
}
