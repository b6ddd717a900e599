import { iso, type Queryable, type Transaction } from '../database.ts'

export interface DeviceRow {
  id: string
  organisationId: string
}

export async function insertDevice(
  db: Queryable,
  device: DeviceRow & { tokenHash: Buffer; forgetHash: Buffer },
): Promise<void> {
  await db.query('INSERT INTO app.devices (id, organisation_id, token_hash, forget_hash) VALUES ($1, $2, $3, $4)', [
    device.id,
    device.organisationId,
    device.tokenHash,
    device.forgetHash,
  ])
}

export async function findDeviceByToken(db: Queryable, tokenHash: Buffer): Promise<DeviceRow | undefined> {
  const [row] = await db.query<DeviceRow>(
    'SELECT id, organisation_id AS "organisationId" FROM app.device_by_token($1)',
    [tokenHash],
  )
  return row
}

/** The token of a device or of staff ends. */
export async function revokeTokenHash(db: Queryable, tokenHash: Buffer): Promise<void> {
  await db.query('SELECT app.revoke_token($1)', [tokenHash])
}

/** The device that this code forgets, locked. */
export async function loadDeviceToForget(tx: Transaction, forgetHash: Buffer): Promise<DeviceRow | undefined> {
  const [row] = await tx.query<DeviceRow>(
    `SELECT id, organisation_id AS "organisationId" FROM app.devices
     WHERE forget_hash = $1 AND revoked_at IS NULL FOR UPDATE`,
    [forgetHash],
  )
  return row
}

/** Its credential ends here and for good. */
export async function forgetDevice(tx: Transaction, deviceId: string, now: number): Promise<void> {
  await tx.query('UPDATE app.devices SET revoked_at = $2 WHERE id = $1', [deviceId, iso(now)])
}
