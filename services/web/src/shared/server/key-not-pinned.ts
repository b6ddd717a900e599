/** The service offered a key that neither these pages nor a key they vouch for vouch for. Nothing may be sealed to it. */
export class KeyNotPinnedError extends Error {
  override name = 'KeyNotPinnedError'
}
