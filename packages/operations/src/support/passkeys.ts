/** Passkeys with user verification: enrolling one, a second one, signing in, revoking one. The library does WebAuthn. */
import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import {
  revokePasskey as endPasskey,
  findOrganisation,
  findPasskeys,
  findSupporter,
  insertChallenge,
  insertPasskey,
  loadSupporterForUpdate,
  newId,
  readClock,
  storePasskeyCounter,
  takeChallenge,
} from '@stillhere/persistence'
import { actingForOwnerOf } from '../acting-for.ts'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { giveCredential, recordSignIn } from './sign-in.ts'

export type { AuthenticationResponseJSON as AuthenticationResponse, RegistrationResponseJSON as RegistrationResponse }

/** The page's origin, as a browser says it. */
export interface RelyingParty {
  origin: string
}

const answeredWithinMs = 5 * 60_000
const rpIdOf = (party: RelyingParty): string => new URL(party.origin).hostname
/** What a client says of the challenge it answered; the library checks it, here it only finds the row. */
const challengeOf = (clientDataJSON: string): string | undefined => {
  try {
    const said: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    return typeof said === 'object' && said !== null && 'challenge' in said && typeof said.challenge === 'string'
      ? said.challenge
      : undefined
  } catch {
    return undefined
  }
}

export async function startEnrolment(ctx: OperationContext, caller: Caller, party: RelyingParty): Promise<Answer> {
  const supporter = await findSupporter(ctx.db, caller.id)
  if (!supporter) return refuse('not_authenticated')
  const passkeys = await findPasskeys(ctx.db, { supporterId: supporter.id })
  const options = await generateRegistrationOptions({
    rpName: 'Still Here',
    rpID: rpIdOf(party),
    userID: new TextEncoder().encode(supporter.id),
    userName: supporter.name,
    attestationType: 'none',
    excludeCredentials: passkeys.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  await insertChallenge(ctx.db, {
    id: newId(),
    organisationId: caller.organisationId,
    supporterId: supporter.id,
    purpose: 'enrol',
    challenge: options.challenge,
    expiresAt: (await readClock(ctx.db)) + answeredWithinMs,
  })
  return answer(200, { ...options })
}

export async function finishEnrolment(
  ctx: OperationContext,
  caller: Caller,
  party: RelyingParty,
  response: RegistrationResponseJSON,
): Promise<Answer> {
  const challenge = challengeOf(response.response.clientDataJSON)
  if (challenge === undefined) return refuse('invalid')
  return ctx.db.transaction(async (tx) => {
    const asked = await takeChallenge(tx, challenge, 'enrol')
    if (asked?.supporterId !== caller.id) return refuse('not_authenticated')
    const verified = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: rpIdOf(party),
      requireUserVerification: true,
    }).catch(() => undefined)
    if (!verified?.verified) return refuse('not_authenticated')
    const { credential } = verified.registrationInfo
    const isNew = await insertPasskey(tx, {
      id: credential.id,
      supporterId: caller.id,
      organisationId: caller.organisationId,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: credential.transports ?? [],
    })
    if (!isNew) return refuse('conflict')
    const who = { organisationId: caller.organisationId, supporterId: caller.id }
    const now = await readClock(tx)
    const token = await giveCredential(tx, who, credential.id, now)
    await recordSignIn(tx, who, 'passkey-enrolled', now)
    return answer(200, { passkeyId: credential.id, token })
  })
}

export async function startPasskeySignIn(
  ctx: OperationContext,
  organisationId: string,
  party: RelyingParty,
): Promise<Answer> {
  if (!(await findOrganisation(ctx.db, { id: organisationId }))) return refuse('not_found')
  const options = await generateAuthenticationOptions({ rpID: rpIdOf(party), userVerification: 'required' })
  await insertChallenge(ctx.db, {
    id: newId(),
    organisationId,
    purpose: 'sign-in',
    challenge: options.challenge,
    expiresAt: (await readClock(ctx.db)) + answeredWithinMs,
  })
  return answer(200, { ...options })
}

export async function finishPasskeySignIn(
  ctx: OperationContext,
  party: RelyingParty,
  response: AuthenticationResponseJSON,
): Promise<Answer> {
  const challenge = challengeOf(response.response.clientDataJSON)
  if (challenge === undefined) return refuse('invalid')
  const acting = await actingForOwnerOf(ctx, 'challenge', challenge)
  if (!acting) return refuse('not_authenticated')
  return acting.db.transaction(async (tx) => {
    const asked = await takeChallenge(tx, challenge, 'sign-in')
    const [passkey] = await findPasskeys(tx, { id: response.id })
    if (!asked || !passkey || passkey.organisationId !== asked.organisationId) return refuse('not_authenticated')
    const verified = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: rpIdOf(party),
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: passkey.counter,
        transports: passkey.transports as AuthenticatorTransport[],
      },
    }).catch(() => undefined)
    if (!verified?.verified) return refuse('not_authenticated')
    await storePasskeyCounter(tx, passkey.id, verified.authenticationInfo.newCounter)
    const now = await readClock(tx)
    await recordSignIn(tx, passkey, 'signed-in', now)
    return answer(200, { token: await giveCredential(tx, passkey, passkey.id, now) })
  })
}

/** A lost phone's passkey ends, with what it signed in; the last one may not, or nobody could come back. */
export async function revokePasskey(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; passkeyId: string },
): Promise<Answer> {
  const { commandId, passkeyId } = input
  return runCommand(ctx, caller, { commandId, what: 'revoke-passkey', payload: { passkeyId } }, async (tx) => {
    // Locked first: two passkeys that revoke each other must not leave none.
    await loadSupporterForUpdate(tx, caller.id)
    const passkeys = await findPasskeys(tx, { supporterId: caller.id })
    if (!passkeys.some(({ id }) => id === passkeyId)) return refuse('not_found')
    if (passkeys.length === 1) return refuse('conflict')
    const now = await readClock(tx)
    await endPasskey(tx, passkeyId, now)
    await recordSignIn(tx, { organisationId: caller.organisationId, supporterId: caller.id }, 'passkey-revoked', now)
    return answer(200, {})
  })
}
