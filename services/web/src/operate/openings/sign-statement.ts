import { startAuthentication } from '@simplewebauthn/browser'
import { type OpeningStatement, openingStatement } from '@stillhere/contracts'
import { PasskeyNotGivenError } from '../../shared/sign-in/passkey.ts'

/**
 * Signs with a passkey what this page shows, and nothing that the service chose: the challenge is the statement itself.
 * @returns WebAuthn's answer @throws PasskeyNotGivenError
 */
export async function signStatement(statement: OpeningStatement) {
  return startAuthentication({
    optionsJSON: { challenge: challengeOf(statement), rpId: location.hostname, userVerification: 'required' },
  }).catch((cause: unknown) => {
    throw new PasskeyNotGivenError(cause)
  })
}

/** Base64url of the statement's UTF-8. */
export function challengeOf(statement: OpeningStatement): string {
  const bytes = new TextEncoder().encode(openingStatement(statement))
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
