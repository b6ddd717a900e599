/** The process could not keep its word, so it does not start. `code` is stable; the sentence holds no value of a setting. */
export class RefusedToStartError extends Error {
  override name = 'RefusedToStartError'
  readonly retryable = false
  /** Read by `runService`: the process exits with 78. */
  readonly refusesToStart = true
  readonly code: string

  constructor(code: string, sentence: string) {
    super(sentence)
    this.code = code
  }
}
