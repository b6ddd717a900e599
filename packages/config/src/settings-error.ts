/**
 * Why a process does not start. `missing_setting`: it is needed and absent. `bad_setting`: it has not its form.
 * `not_in_live`: live mode refuses it, or needs it. `not_for_this_process`: a key lies where it must not.
 * `given_twice`: as a value and as a file. `unreadable_file`: the file that `<NAME>_FILE` names cannot be read.
 */
export type SettingsErrorCode =
  | 'missing_setting'
  | 'bad_setting'
  | 'not_in_live'
  | 'not_for_this_process'
  | 'given_twice'
  | 'unreadable_file'

/** Stops a start. One sentence that names the variable and never its value. A process exits with 78 (EX_CONFIG). */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly retryable = false
  /** Read by `runService`: the process exits with 78. */
  readonly refusesToStart = true
  readonly code: SettingsErrorCode
  readonly variable: string

  constructor(code: SettingsErrorCode, variable: string, sentence: string) {
    super(`${variable} ${sentence}.`)
    this.code = code
    this.variable = variable
  }
}
