import { parseArgs } from 'node:util'
import { type JournalVerdict, verifyJournal } from '@stillhere/operations'
import { runCommand, say } from './launcher.ts'
import { findRunningPostgres } from './running-postgres.ts'
import { PlainSentenceError } from './sentence.ts'

const HELP = `npm run journal -- verify [--json]

Verifies the journal of every alert: that no line was changed, removed, reordered or cut off since it was chained.
It reads, and writes nothing. The database is the one of the npm start that runs from this folder, or the one that
DATABASE_URL names.

  --json   prints {ok, alerts, lines, tombstones, waiting, broken:[{alertId, position?, damage}]}

exit code 0   every chain is whole
          1   at least one is broken: the first place of each is named
          78  there is no database to ask, or the command was not understood

What a whole chain proves and what it does not: infra/decisions/0011-the-journal-is-chained-a-moment-later.md
`
/** Settings: the same code that a service ends with. 1 is kept for a chain that is broken. */
const NOTHING_VERIFIED = 78

process.exitCode = await runCommand(async () => {
  const options = parse(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  const databaseUrl = process.env.DATABASE_URL || findRunningPostgres(process.cwd())
  if (databaseUrl === undefined)
    throw new PlainSentenceError(
      'No Still Here runs from this folder; start it with npm start, or name a database with DATABASE_URL.',
      NOTHING_VERIFIED,
    )
  const verdict = await verifyJournal(databaseUrl).catch((error: Error) => {
    // Its words may hold the address with the password in it.
    throw new PlainSentenceError(
      error.name === 'DatabaseUnavailableError'
        ? 'The database does not answer.'
        : 'The database is not one of ours, or is older than the journal’s chain, or does not let us read it.',
      NOTHING_VERIFIED,
      { cause: error },
    )
  })
  process.stdout.write(options.json ? `${JSON.stringify(verdict)}\n` : inWords(verdict))
  return verdict.ok ? 0 : 1
})

function inWords({ ok, alerts, lines, tombstones, waiting, broken }: JournalVerdict): string {
  const of = `${alerts} alerts, ${lines} lines, ${tombstones} tombstones, ${waiting} lines not chained yet`
  if (ok) return `The journal is whole: ${of}.\n`
  const places = broken.map(
    ({ alertId, position, damage }) =>
      `  alert ${alertId}${position === undefined ? '' : `, line ${position}`}: ${damage}\n`,
  )
  return `The journal is BROKEN in ${broken.length} of ${of}:\n${places.join('')}`
}

function parse(args: readonly string[]): 'help' | { json: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      strict: true,
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    if (values.help) return 'help'
    if (positionals.length !== 1 || positionals[0] !== 'verify') throw new Error('the only thing it does is verify')
    return { json: values.json ?? false }
  } catch (error) {
    say(HELP)
    throw new PlainSentenceError('npm run journal takes verify, --json and --help.', NOTHING_VERIFIED, { cause: error })
  }
}
