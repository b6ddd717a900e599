import { createHash, randomBytes } from 'node:crypto'
import { base32crockford } from '@scure/base'
import {
  findCredential,
  findDeviceByToken,
  insertDevice,
  isClosedForGood,
  newId,
  revokeTokenHash,
} from '@stillhere/persistence'
import type { Caller, OperationContext } from './context.ts'

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * An anonymous credential, 32 random bytes, and the code that forgets it, 80 random bits: each shown once, SHA-256 at
 * rest. @returns undefined where the organisation has closed for good
 */
export async function createDevice(
  ctx: OperationContext,
  input: { organisationId: string },
): Promise<{ deviceId: string; token: string; forgetCode: string } | undefined> {
  if (await isClosedForGood(ctx.db, input.organisationId)) return undefined
  const token = randomBytes(32).toString('base64url')
  const code = base32crockford.encode(randomBytes(10))
  const deviceId = newId()
  await insertDevice(ctx.db, {
    id: deviceId,
    organisationId: input.organisationId,
    tokenHash: hashOf(token),
    forgetHash: hashOf(code),
  })
  return { deviceId, token, forgetCode: code.replaceAll(/(.{4})(?=.)/g, '$1-') }
}

/** @param trial an invitation's token acts as its role */
export async function findCaller(ctx: OperationContext, token: string, trial = true): Promise<Caller | undefined> {
  const tokenHash = hashOf(token)
  const device = await findDeviceByToken(ctx.db, tokenHash)
  if (device) return { kind: 'device', id: device.id, organisationId: device.organisationId }
  const credential = await findCredential(ctx.db, tokenHash)
  if (!credential) return undefined
  const { supporterId: id, organisationId, role, byPasskey, id: credentialId } = credential
  return { kind: byPasskey || trial ? 'supporter' : 'sign-in', id, organisationId, role, credentialId }
}

/** A token that was seen in an address is nobody's any more. */
export async function revokeToken(ctx: OperationContext, token: string): Promise<void> {
  await revokeTokenHash(ctx.db, hashOf(token))
}
