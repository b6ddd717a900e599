import { readMigrateConfig, SettingsError } from '@stillhere/config'
import { createLogger } from '@stillhere/observability'
import { Database, migrate, readDeployment, saveDeployment } from '@stillhere/persistence'

/*
 * The one-shot that brings the database to this release before any process of it starts. Safe to run again and beside
 * running processes: migrations only add, and two that start at once go one after the other. Exits 0 when it is done,
 * 78 on a wrong setting, 1 on anything else; whoever started it tries again.
 */

/** EX_CONFIG: no restart will help before a person changes a setting. */
const badSettings = 78

const logger = createLogger({ service: 'migrate' })
try {
  const url = readMigrateConfig(process.env).databaseUrl.reveal()
  const { applied } = await migrate(url)
  const db = new Database({ url, size: 1, applicationName: 'still-here-migrate' })
  try {
    // Processes wait for this row. A deployment is never faster than life: only `npm start` divides intervals.
    if ((await readDeployment(db)) === undefined) await saveDeployment(db, 1)
  } finally {
    await db.close()
  }
  logger.info('migrated', { count: applied.length })
  await logger.flush()
} catch (error) {
  const refused = error instanceof SettingsError
  if (refused) process.stderr.write(`${JSON.stringify({ level: 'fatal', code: error.code, message: error.message })}\n`)
  else logger.fatal('migration failed', { error })
  await logger.flush()
  process.exit(refused ? badSettings : 1)
}
