import { type AuthenticationResponseJSON, verifyAuthenticationResponse } from '@simplewebauthn/server'
import { type OpeningStatement, openingStatement } from '@stillhere/contracts'
import { findKnownPasskey, type PlanOpeningRow, type Queryable, type SignedWith } from '@stillhere/persistence'

/**
 * A passkey opens plans from the day after it was made. Whoever takes the api over can enrol passkeys of their own, but
 * cannot date them back: only Postgres writes when one was made.
 */
const passkeyWaitsMs = 24 * 3_600_000

/** Whether a passkey of exactly this person answered exactly this statement, somebody having verified themselves. */
export type SignedBy =
  | { kind: 'signed'; passkeyId: string; counter: number }
  | { kind: 'not-signed' }
  /** It would be right, a day later. */
  | { kind: 'too-new' }

export async function checkSigned(
  db: Queryable,
  of: { statement: OpeningStatement; organisationId: string; passkey: object; origin: string; now: number },
): Promise<SignedBy> {
  const response = of.passkey as AuthenticationResponseJSON
  const known = await findKnownPasskey(db, response.id)
  if (known?.supporterId !== of.statement.supporterId || known.organisationId !== of.organisationId)
    return { kind: 'not-signed' }
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: Buffer.from(openingStatement(of.statement)).toString('base64url'),
    expectedOrigin: of.origin,
    expectedRPID: new URL(of.origin).hostname,
    requireUserVerification: true,
    // A statement names its opening, and an opening is there once: a counter would add nothing.
    credential: { id: known.id, publicKey: new Uint8Array(known.publicKey), counter: 0 },
  }).catch(() => undefined)
  if (!verified?.verified) return { kind: 'not-signed' }
  if (of.now - known.createdAt < passkeyWaitsMs) return { kind: 'too-new' }
  return { kind: 'signed', passkeyId: known.id, counter: verified.authenticationInfo.newCounter }
}

type Stated = Pick<PlanOpeningRow, 'id' | 'alertId' | 'reason' | 'keyId' | 'publicKey'>

export const statementOf = (
  { id: openingId, alertId, reason, keyId, publicKey }: Stated,
  by: { does: OpeningStatement['does']; supporterId: string; at: string },
): OpeningStatement => ({
  openingId,
  alertId,
  reason: reason as OpeningStatement['reason'],
  keyId,
  publicKey,
  ...by,
})

/** What is kept of an answer, so that the worker can check it by itself: nothing that WebAuthn does not sign or need. */
export function keptOf(at: string, passkey: object): SignedWith {
  const { id, rawId, response } = passkey as AuthenticationResponseJSON
  const { clientDataJSON, authenticatorData, signature } = response
  return {
    at,
    passkey: {
      id,
      rawId,
      type: 'public-key',
      response: { clientDataJSON, authenticatorData, signature },
      clientExtensionResults: {},
    },
  }
}
