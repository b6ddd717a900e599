import type { Queryable, Transaction } from '../database.ts'

/** The first answer to a command. */
export interface RecordedCommand {
  callerId: string
  commandId: string
  payloadHash: Buffer
  status: number
  body: object
}

interface Columns {
  caller_id: string
  command_id: string
  payload_hash: Buffer
  status: number
  body: object
}

export async function findCommands(
  db: Queryable,
  keys: readonly { callerId: string; commandId: string }[],
): Promise<RecordedCommand[]> {
  const rows = await db.query<Columns>(
    `SELECT c.* FROM app.commands c
     JOIN unnest($1::uuid[], $2::uuid[]) AS k(caller_id, command_id) USING (caller_id, command_id)`,
    [keys.map((k) => k.callerId), keys.map((k) => k.commandId)],
  )
  return rows.map((c) => ({
    callerId: c.caller_id,
    commandId: c.command_id,
    payloadHash: c.payload_hash,
    status: c.status,
    body: c.body,
  }))
}

/** @returns how many were new; fewer than given means the same command is being answered beside us */
export async function insertCommands(tx: Transaction, commands: readonly RecordedCommand[]): Promise<number> {
  if (commands.length === 0) return 0
  const rows = await tx.query(
    `INSERT INTO app.commands (caller_id, command_id, payload_hash, status, body)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::smallint[], $5::jsonb[])
     ON CONFLICT DO NOTHING RETURNING 1`,
    [
      commands.map((c) => c.callerId),
      commands.map((c) => c.commandId),
      commands.map((c) => c.payloadHash),
      commands.map((c) => c.status),
      commands.map((c) => JSON.stringify(c.body)),
    ],
  )
  return rows.length
}
