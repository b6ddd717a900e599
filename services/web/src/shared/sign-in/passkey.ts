import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser'
import type { Api } from '../server/api.ts'

/** Whoever was asked did not finish: closed the window, waited too long, or this device has it already. */
export class PasskeyNotGivenError extends Error {
  override name = 'PasskeyNotGivenError'
  readonly isHere: boolean
  constructor(cause: unknown) {
    super('no passkey was given', { cause })
    this.isHere = cause instanceof WebAuthnError && cause.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED'
  }
}

/** Makes a passkey on this device. @returns the token it signs in with @throws PasskeyNotGivenError, RefusedError */
export async function addPasskey(api: Api): Promise<string> {
  const { body: optionsJSON } = await api<PublicKeyCredentialCreationOptionsJSON>('POST', '/v1/passkeys/options', {})
  const said = await startRegistration({ optionsJSON }).catch((cause: unknown) => {
    throw new PasskeyNotGivenError(cause)
  })
  return (await api<{ token: string }>('POST', '/v1/passkeys/verify', said)).body.token
}

/** @throws PasskeyNotGivenError, RefusedError */
export async function signInByPasskey(api: Api): Promise<string> {
  const { body: optionsJSON } = await api<PublicKeyCredentialRequestOptionsJSON>(
    'POST',
    '/v1/sign-in/passkey/options',
    {},
  )
  const said = await startAuthentication({ optionsJSON }).catch((cause: unknown) => {
    throw new PasskeyNotGivenError(cause)
  })
  return (await api<{ token: string }>('POST', '/v1/sign-in/passkey/verify', said)).body.token
}
