/** A caller handed over what can never be sealed: a reference of the wrong form, or too much text. Never holds the text. */
export class SealingError extends Error {
  override readonly name = 'SealingError'
  readonly code: 'bad_reference' | 'too_large' | 'bad_key'
  readonly retryable = false

  constructor(code: SealingError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
