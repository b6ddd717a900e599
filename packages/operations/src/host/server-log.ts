import { findTalkativeLogSettings } from '@stillhere/persistence'
import { withDatabase } from './with-database.ts'

/** Settings of Postgres under which its own log would hold rows of people; none is well. */
export const readTalkativeLogSettings = (databaseUrl: string): Promise<string[]> =>
  withDatabase(databaseUrl, findTalkativeLogSettings)
