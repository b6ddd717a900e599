import { SettingsError } from '@stillhere/config'
import { Command, CommanderError } from 'commander'
import { addBackup } from './commands/backup.ts'
import { addCheck } from './commands/check.ts'
import { addDrill } from './commands/drill.ts'
import { addInvite } from './commands/invite.ts'
import { addJournal } from './commands/journal.ts'
import { addKeys } from './commands/keys.ts'
import { addOrganisation } from './commands/organisation.ts'
import { CommandError, exitCodes, type Host } from './host.ts'

/** What a command found out: for programs as it is, for people in words. `failed`: the exit code is 1. */
export interface Outcome {
  data: object
  words: string
  failed?: boolean
}

/** Adds a command to the program: options are parsed, `act` does the work, its outcome is said once. */
type Act = <Options extends object, Args extends string[] = []>(
  command: Command,
  act: (options: Options, ...args: Args) => Promise<Outcome>,
) => void

/** A room of commands. */
export type AddCommands = (program: Command, host: Host, act: Act) => void

const rooms: readonly AddCommands[] = [addOrganisation, addInvite, addKeys, addBackup, addCheck, addJournal, addDrill]

/**
 * Runs one command. @returns its exit code: 0 done, 1 not done or not whole, 2 not understood, 78 a setting is missing or
 * wrong. What went wrong is one sentence on standard error, with `--json` one line `{code, message}`.
 */
export async function runStillHere(args: readonly string[], host: Host): Promise<number> {
  const program = new Command('stillhere')
  let code: number = exitCodes.ok
  program
    .description('What the one who runs Still Here does at the host. Every command has --help.')
    .option('--json', 'one line of JSON instead of words')
    .exitOverride()
    .configureOutput({ writeOut: host.out, writeErr: asksForJson(args) ? () => undefined : host.err })
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nexit codes  0 done · 1 not done, or not whole · 2 not understood · 78 a setting is missing or wrong',
    )
  const json = () => program.opts<{ json?: boolean }>().json === true
  const act: Act = (command, work) => {
    command.action(async (...given: unknown[]) => {
      // Commander hands on the arguments, then the options, then the command.
      const options = given.at(-2) as never
      const outcome = await work(options, ...(given.slice(0, -2) as never))
      host.out(json() ? `${JSON.stringify(outcome.data)}\n` : `${outcome.words.trimEnd()}\n`)
      if (outcome.failed) code = exitCodes.failed
    })
  }
  for (const add of rooms) add(program, host, act)
  inheritSettings(program)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help that was asked for is no fault. With --json it has not said anything yet.
      if (error.exitCode === 0) return exitCodes.ok
      if (asksForJson(args))
        host.err(`${JSON.stringify({ code: 'usage', message: error.message.replace(/^error: /, '') })}\n`)
      return exitCodes.usage
    }
    const refused = refusalOf(error)
    host.err(json() ? `${JSON.stringify({ code: refused.code, message: refused.message })}\n` : `${refused.message}\n`)
    return refused.exitCode
  }
}

/** Before anything is understood: whoever asked for JSON is refused in JSON. */
const asksForJson = (args: readonly string[]): boolean => args.includes('--json')

/** Every command refuses and speaks as the program does, and takes `--json` wherever it stands. */
function inheritSettings(from: Command, program = from): void {
  for (const command of from.commands) {
    command.copyInheritedSettings(program).helpCommand(false)
    if (command.commands.length === 0)
      command
        .option('--json', 'one line of JSON instead of words')
        .on('option:json', () => program.setOptionValue('json', true))
    inheritSettings(command as Command, program)
  }
}

/** Nobody listens, the connection was cut, or Postgres starts or stops just now. */
const away = /^(?:ECONN[A-Z]+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|57P0[123])$/

/** Postgres's codes: a user or a password that it does not take, a database that is not there. */
const wrongLogin = /^(?:28000|28P01|3D000)$/

function refusalOf(error: unknown): { code: string; message: string; exitCode: number } {
  if (error instanceof CommandError) return error
  if (error instanceof SettingsError) return { code: error.code, message: error.message, exitCode: exitCodes.settings }
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  if ((error instanceof Error && error.name === 'DatabaseUnavailableError') || away.test(code))
    return { code: 'database_away', message: 'The database does not answer.', exitCode: exitCodes.failed }
  if (wrongLogin.test(code))
    return {
      code: 'database_refuses',
      message: 'The database refuses this user or password, or has no such database: look at DATABASE_URL.',
      exitCode: exitCodes.settings,
    }
  // Its words may hold an address with a password in it, or a row: they stay inside. What it was and where may be said.
  const known = error instanceof Error && 'code' in error ? [String(error.code)] : []
  const said = [...known, ...placeOf(error)].join(', ')
  return { code: 'failed', message: `It could not be done${said && ` (${said})`}.`, exitCode: exitCodes.failed }
}

/** The first line of our own code on the way to an error, for whoever mends it. */
function placeOf(error: unknown): string[] {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line)) : []
  const places = frames.flatMap((line) => /\b(?:packages|services|infra)\/[\w./-]+\.ts:\d+/.exec(line) ?? [])
  return places.slice(0, 1)
}
