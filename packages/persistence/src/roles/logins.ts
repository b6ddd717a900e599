import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { groupOf, type ServiceRole, serviceRoles } from './grants.ts'
import { madeBesideUs, mayNot, type Separation } from './secure-database.ts'

/** Where each service finds Postgres, with its own user and password. */
export type ServiceUrls = Record<ServiceRole, string>

/**
 * Addresses for services beside their owner's, with passwords that follow from the owner's: a second start, and another
 * stack on the same server, come to the same ones; from a service's password nobody comes back to the owner's.
 */
export function deriveServiceUrls(ownerUrl: string): ServiceUrls {
  const secret = decodeURIComponent(new URL(ownerUrl).password) || randomBytes(32)
  return everyService((role) => {
    const url = new URL(ownerUrl)
    url.username = `${groupOf(role)}_login`
    url.password = createHmac('sha256', secret).update(`stillhere/role/v1/${role}`).digest('base64url')
    return url.href
  })
}

/** The same address for all: where the owner may not make roles. */
export const oneUrlForAll = (ownerUrl: string): ServiceUrls => everyService(() => ownerUrl)

const everyService = (urlOf: (role: ServiceRole) => string): ServiceUrls => ({
  api: urlOf('api'),
  gateway: urlOf('gateway'),
  worker: urlOf('worker'),
})

/**
 * Makes the users of these addresses, or gives them these passwords; each is in its service's group and may connect to
 * this database, and nobody else may. An address that is absent, or the owner's own, is left alone.
 * @returns `one-role-for-all` when a service keeps the owner's rights: its address is not its own, or may not be made
 */
export async function giveLogins(ownerUrl: string, urls: Partial<ServiceUrls>): Promise<Separation> {
  const owner = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5_000, query_timeout: 10_000 })
  await owner.connect()
  try {
    let separation: Separation = 'role-per-service'
    for (const role of serviceRoles) {
      const url = urls[role]
      const login = url === undefined ? undefined : loginOf(url)
      if (url === undefined || login === undefined || login.name === loginOf(ownerUrl).name) {
        separation = 'one-role-for-all'
        continue
      }
      // One that is there and comes in is left as it is: other databases of the server may be seeing to it just now.
      const isThere = await isInGroup(owner, role, login.name)
      if (isThere) await takeBackSettings(owner, login.name)
      if (isThere) await letIn(owner, login.name)
      if (isThere && (await comesIn(url))) continue
      await makeLogin(owner, role, login)
      await letIn(owner, login.name)
    }
    return separation
  } catch (error) {
    if (mayNot(error)) return 'one-role-for-all'
    throw error
  } finally {
    await owner.end()
  }
}

interface Login {
  name: string
  password: string
}

function loginOf(url: string): Login {
  const { username, password } = new URL(url)
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) }
}

async function isInGroup(owner: pg.Client, role: ServiceRole, name: string): Promise<boolean> {
  const { rows } = await owner.query(
    `SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles l ON l.oid = m.member
     WHERE g.rolname = $1 AND l.rolname = $2 AND l.rolcanlogin`,
    [groupOf(role), name],
  )
  return rows.length > 0
}

/**
 * A login may change its own settings, for good: whoever had its password may have left `synchronous_commit = off` or a
 * time-out of a millisecond behind. A user of a service has none of its own, here and in every database.
 */
async function takeBackSettings(owner: pg.Client, name: string): Promise<void> {
  const { rows } = await owner.query<{ database: string | null }>(
    `SELECT d.datname AS database FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
       LEFT JOIN pg_database d ON d.oid = s.setdatabase WHERE r.rolname = $1`,
    [name],
  )
  for (const { database } of rows) {
    const where = database === null ? '' : ` IN DATABASE ${owner.escapeIdentifier(database)}`
    await owner.query(`ALTER ROLE ${owner.escapeIdentifier(name)}${where} RESET ALL`)
  }
}

const letIn = (owner: pg.Client, name: string) =>
  owner.query(
    `DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), ${owner.escapeLiteral(name)}); END $$`,
  )

/** Whether this user with this password is let in. */
async function comesIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    return true
  } catch (error) {
    // invalid_password, invalid_authorization_specification
    if (['28P01', '28000'].includes(String((error as { code?: unknown }).code))) return false
    throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function makeLogin(owner: pg.Client, role: ServiceRole, { name, password }: Login): Promise<void> {
  const user = owner.escapeIdentifier(name)
  for (let tried = 1; ; tried += 1) {
    try {
      const { rows } = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [name])
      // The verifier and not the password: a server may log statements.
      const rights = `LOGIN PASSWORD ${owner.escapeLiteral(scramVerifier(password))}`
      await owner.query(`${rows.length === 0 ? 'CREATE' : 'ALTER'} ROLE ${user} ${rights}`)
      await owner.query(`GRANT ${groupOf(role)} TO ${user}`)
      return
    } catch (error) {
      if (!madeBesideUs(error) || tried >= 5) throw error
      await pause(20 * tried)
    }
  }
}

const iterations = 4_096

/** What Postgres keeps of a password: https://www.postgresql.org/docs/current/catalog-pg-authid.html */
function scramVerifier(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`
}
