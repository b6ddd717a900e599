import { countSealedTo, type SealedTo } from '@stillhere/persistence'
import { withDatabase } from './with-database.ts'

/** How many rows only this or that disclosure key opens; a key of which there are any is not destroyed by mistake. */
export const countSealedRows = (databaseUrl: string): Promise<SealedTo[]> => withDatabase(databaseUrl, countSealedTo)
