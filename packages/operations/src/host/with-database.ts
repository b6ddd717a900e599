import { Database } from '@stillhere/persistence'

/**
 * A connection for one thing that an operator does at the host's command line, closed whatever happens.
 * @throws DatabaseUnavailableError when Postgres does not answer
 */
export async function withDatabase<T>(databaseUrl: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = new Database({ url: databaseUrl, size: 2, applicationName: 'still-here-command-line' })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}
