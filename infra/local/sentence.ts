/** A reason not to go on that the person at the terminal can do something about: printed as it is, without a stack. */
export class PlainSentenceError extends Error {
  readonly exitCode: number

  constructor(sentence: string, exitCode = 1, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'PlainSentenceError'
    this.exitCode = exitCode
  }
}

/** The sentence for a full disk or a folder that cannot be written; any other error as it came. */
export function plainly(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOSPC')
    return new PlainSentenceError(`No space left on the disk under ${folder}.`, 1, { cause: error })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new PlainSentenceError(
      `This account cannot write to ${folder}; give it the right to, or clone Still Here elsewhere.`,
      1,
      { cause: error },
    )
  }
  return error
}
