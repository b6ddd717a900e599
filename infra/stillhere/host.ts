import { readMigrateConfig } from '@stillhere/config'

/** The machine a command runs on: all that it may read and say. A test makes one up. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where relative paths begin. */
  readonly cwd: string
  /** What the command is for: words, or one line of JSON. */
  out(text: string): void
  /** What went wrong, and what to do about it. */
  err(text: string): void
}

export const theHost = (): Host => ({
  environment: process.env,
  cwd: process.env.INIT_CWD ?? process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
})

/** Exit codes, which scripts may rely on. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, settings: 78 } as const

/** A foreseen end of a command: a stable code for programs, a sentence for people. Holds no secret and no number. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: string
  readonly exitCode: number

  constructor(code: string, sentence: string, exitCode: number = exitCodes.failed, options?: ErrorOptions) {
    super(sentence, options)
    this.code = code
    this.exitCode = exitCode
  }
}

/** The database to act on: the one that `DATABASE_URL` names, or the one of the `npm start` that runs from this clone. */
export async function databaseUrlOf(host: Host): Promise<string> {
  const { DATABASE_URL, DATABASE_URL_FILE } = host.environment
  if (DATABASE_URL?.trim() || DATABASE_URL_FILE?.trim())
    return readMigrateConfig({ DATABASE_URL, DATABASE_URL_FILE }).databaseUrl.reveal()
  // Only a clone has it: an image is always told.
  const { findRunningPostgres } = await import('../local/running-postgres.ts').catch(() => ({
    findRunningPostgres: () => undefined,
  }))
  const local = findRunningPostgres(process.cwd())
  if (local !== undefined) return local
  throw new CommandError(
    'missing_setting',
    'DATABASE_URL is missing, and no npm start runs from this folder.',
    exitCodes.settings,
  )
}

/** A setting of the environment that this command cannot do without. */
export function settingOf(host: Host, name: string): string {
  const value = host.environment[name]?.trim()
  if (value) return value
  throw new CommandError('missing_setting', `${name} is missing.`, exitCodes.settings)
}
