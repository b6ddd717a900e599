import { createHash } from 'node:crypto'

/** As a token lies in the database. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()
