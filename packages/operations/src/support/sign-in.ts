import { createHash, randomBytes } from 'node:crypto'
import {
  endCredential,
  insertCredential,
  insertSupporter,
  newId,
  type Role,
  readClock,
  recordJournal,
  type Transaction,
  takeInvitation,
} from '@stillhere/persistence'
import { actingForOwnerOf } from '../acting-for.ts'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { runCommand } from '../run-command.ts'

/** A shift and a little more; then the passkey is asked again. */
const signedInForMs = { passkey: 14 * 3_600_000, invitation: 24 * 3_600_000 }

/** Takes a one-time invitation. Its token enrols a passkey and a brief key; in a trial it acts as the role. */
export async function signIn(ctx: OperationContext, input: { invitation: string }): Promise<Answer> {
  const tokenHash = createHash('sha256').update(input.invitation).digest()
  const acting = await actingForOwnerOf(ctx, 'invitation', tokenHash)
  if (!acting) return refuse('not_authenticated')
  return acting.db.transaction(async (tx) => {
    const invitation = await takeInvitation(tx, tokenHash)
    if (!invitation) return refuse('not_authenticated')
    const supporterId = invitation.supporterId ?? (await newSupporter(tx, invitation))
    const now = await readClock(tx)
    const token = await giveCredential(tx, { ...invitation, supporterId }, undefined, now)
    await recordSignIn(tx, { organisationId: invitation.organisationId, supporterId }, 'invitation-taken', now)
    return answer(200, { token })
  })
}

/** Ends the token that asks for it: what is left on a shared computer opens nothing. */
export async function signOut(ctx: OperationContext, caller: Caller, input: { commandId: string }): Promise<Answer> {
  const { credentialId } = caller
  if (credentialId === undefined) return refuse('not_authenticated')
  return runCommand(ctx, caller, { commandId: input.commandId, what: 'sign-out', payload: {} }, async (tx) => {
    await endCredential(tx, credentialId)
    await recordSignIn(
      tx,
      { organisationId: caller.organisationId, supporterId: caller.id },
      'signed-out',
      await readClock(tx),
    )
    return answer(200, {})
  })
}

/** An invitation that names nobody yet makes whoever takes it. */
async function newSupporter(tx: Transaction, invitation: { organisationId: string; role: Role }): Promise<string> {
  const id = newId()
  await insertSupporter(tx, {
    id,
    organisationId: invitation.organisationId,
    role: invitation.role,
    name: invitation.role,
    language: 'en',
  })
  return id
}

/** 32 random bytes, shown once, SHA-256 at rest. */
export async function giveCredential(
  tx: Transaction,
  of: { organisationId: string; supporterId: string },
  passkeyId: string | undefined,
  now: number,
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await insertCredential(tx, {
    id: newId(),
    organisationId: of.organisationId,
    supporterId: of.supporterId,
    tokenHash: createHash('sha256').update(token).digest(),
    ...(passkeyId === undefined ? {} : { passkeyId }),
    expiresAt: now + (passkeyId ? signedInForMs.passkey : signedInForMs.invitation),
  })
  return token
}

/** Who came in, when, by what: never from where. */
export const recordSignIn = (
  tx: Transaction,
  of: { organisationId: string; supporterId: string },
  kind: 'invitation-taken' | 'signed-in' | 'signed-out' | 'passkey-enrolled' | 'passkey-revoked',
  now: number,
): Promise<void> =>
  recordJournal(tx, [
    { organisationId: of.organisationId, at: now, kind, actor: { kind: 'supporter', id: of.supporterId } },
  ])
