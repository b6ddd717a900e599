export { type Connection, type ConnectionRole, createConnection, endConnection, watchConnection } from './connection.ts'
export { createSignals } from './signals.ts'
export type * from './types.ts'
