import { readMigrateConfig, SettingsError } from '@stillhere/config'
import { createLogger } from '@stillhere/observability'
import {
  Database,
  findTalkativeLogSettings,
  giveLogins,
  migrate,
  readDeployment,
  saveDeployment,
} from '@stillhere/persistence'

/*
 * The one-shot that brings the database to this release before any process of it starts. Safe to run again and beside
 * running processes: migrations only add, a later release's schema is left as it is, and two that start at once go one after the other. It also makes the user of
 * each service's address, so that no other process needs the owner's. Exits 0 when it is done,
 * 78 on a wrong setting, 1 on anything else; whoever started it tries again.
 */

/** EX_CONFIG: no restart will help before a person changes a setting. */
const badSettings = 78

const logger = createLogger({ service: 'migrate' })
try {
  const config = readMigrateConfig(process.env)
  const url = config.databaseUrl.reveal()
  const { applied, roles: groups } = await migrate(url)
  const { api, gateway, worker } = config.serviceUrls
  const logins = await giveLogins(url, {
    ...(api && { api: api.reveal() }),
    ...(gateway && { gateway: gateway.reveal() }),
    ...(worker && { worker: worker.reveal() }),
  })
  const roles = groups === 'one-role-for-all' ? groups : logins
  const db = new Database({ url, size: 1, applicationName: 'still-here-migrate' })
  let talkative: string[] = []
  try {
    talkative = await findTalkativeLogSettings(db)
    // Processes wait for this row. A deployment is never faster than life: only `npm start` divides intervals.
    if ((await readDeployment(db)) === undefined) await saveDeployment(db, 1)
  } finally {
    await db.close()
  }
  if (roles === 'one-role-for-all') logger.warn('one role for all services', { reason: roles })
  if (groups === 'of-a-later-release') logger.warn('the database is of a later release', { reason: groups })
  // Which, and what they must be: stillhere check.
  for (const reason of talkative) logger.warn('the log of the database would hold rows', { reason })
  logger.info('migrated', { count: applied.length, reason: roles })
  await logger.flush()
} catch (error) {
  const refused = error instanceof SettingsError
  if (refused) process.stderr.write(`${JSON.stringify({ level: 'fatal', code: error.code, message: error.message })}\n`)
  else logger.fatal('migration failed', { error })
  await logger.flush()
  process.exit(refused ? badSettings : 1)
}
