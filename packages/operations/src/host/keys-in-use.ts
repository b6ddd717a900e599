import { findKeyUses, type KeyUse } from '@stillhere/persistence'
import { keyUseHoldsMs } from '../keys-in-use.ts'
import { withDatabase } from './with-database.ts'

/** Which keys the processes have in use that run now, or did a minute ago. */
export const readKeysInUse = (databaseUrl: string): Promise<KeyUse[]> =>
  withDatabase(databaseUrl, (db) => findKeyUses(db, keyUseHoldsMs))
