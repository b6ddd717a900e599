import { kept } from '../kept/kept.ts'
import { RefusedError } from '../server/api.ts'
import { PasskeyNotGivenError } from './passkey.ts'

/** What signs this browser in, at both consoles: whoever runs a small service also answers its alerts. */
export const credentialStore = kept<{ token: string; byPasskey: boolean }>('support-credential')

const invitation = /^#([A-Za-z0-9_-]{43})$/

/** The invitation in the address, taken out of it: it must not stay there, nor in the way back. */
export function takeInvitationFromAddress(): string | undefined {
  const found = invitation.exec(location.hash)?.[1]
  if (found !== undefined) history.replaceState(null, '', location.pathname + location.search)
  return found
}

/** Which words say what became of a passkey. */
export function passkeyTrouble(error: unknown) {
  if (error instanceof PasskeyNotGivenError) return error.isHere ? 'passkey.isHere' : 'passkey.notGiven'
  return error instanceof RefusedError ? 'passkey.refused' : 'said.noAnswer'
}
