import { createHash, randomBytes } from 'node:crypto'
import { findDeviceByToken, insertDevice, newId, revokeDevice } from '@stillhere/persistence'
import type { Caller, OperationContext } from './context.ts'

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/** An anonymous credential: 32 random bytes, shown once, SHA-256 at rest. */
export async function createDevice(
  ctx: OperationContext,
  input: { organisationId: string },
): Promise<{ deviceId: string; token: string }> {
  const token = randomBytes(32).toString('base64url')
  const deviceId = newId()
  await insertDevice(ctx.db, { id: deviceId, organisationId: input.organisationId, tokenHash: hashOf(token) })
  return { deviceId, token }
}

export async function findCaller(ctx: OperationContext, token: string): Promise<Caller | undefined> {
  const device = await findDeviceByToken(ctx.db, hashOf(token))
  return device && { kind: 'device', id: device.id, organisationId: device.organisationId }
}

/** A token that was seen in an address is nobody's any more. */
export async function revokeToken(ctx: OperationContext, token: string): Promise<void> {
  await revokeDevice(ctx.db, hashOf(token))
}
