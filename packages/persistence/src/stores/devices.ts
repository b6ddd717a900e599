import type { Queryable } from '../database.ts'

export interface DeviceRow {
  id: string
  organisationId: string
}

export async function insertDevice(db: Queryable, device: DeviceRow & { tokenHash: Buffer }): Promise<void> {
  await db.query('INSERT INTO app.devices (id, organisation_id, token_hash) VALUES ($1, $2, $3)', [
    device.id,
    device.organisationId,
    device.tokenHash,
  ])
}

export async function findDeviceByToken(db: Queryable, tokenHash: Buffer): Promise<DeviceRow | undefined> {
  const [row] = await db.query<DeviceRow>(
    `SELECT id, organisation_id AS "organisationId" FROM app.devices WHERE token_hash = $1 AND revoked_at IS NULL`,
    [tokenHash],
  )
  return row
}

export async function revokeDevice(db: Queryable, tokenHash: Buffer): Promise<void> {
  await db.query('UPDATE app.devices SET revoked_at = app.clock() WHERE token_hash = $1 AND revoked_at IS NULL', [
    tokenHash,
  ])
}
