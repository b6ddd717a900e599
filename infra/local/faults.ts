import { parseArgs } from 'node:util'
import { CASES, runCases } from '../../tests/faults/run-cases.ts'
import { runCommand, say, untilAskedToStop } from './launcher.ts'
import { PlainSentenceError } from './sentence.ts'

// Whoever asks to stop does not wait for a case of minutes: what it started is ended when we are gone.
untilAskedToStop().addEventListener('abort', () => process.exit(130))

process.exitCode = await runCommand(async () => {
  const { json, full, only } = parse(process.argv.slice(2))
  const ids = only?.split(',').map((id) => id.trim().toUpperCase())
  const unknown = ids?.filter((id) => !CASES.some((fault) => fault.id === id)) ?? []
  if (unknown.length > 0)
    throw new PlainSentenceError(
      `There is no case ${unknown.join(', ')}; there are ${CASES.map(({ id }) => id).join(', ')}.`,
      2,
    )
  const cases = CASES.filter(({ id }) => ids === undefined || ids.includes(id))
  const results = await runCases(cases, {
    full,
    say,
    done: ({ id, ok, note, latenessMaxMs }, { what }) =>
      say(`${ok ? 'ok    ' : 'FAILED'} ${id.padEnd(4)} ${what} (late by ${latenessMaxMs} ms at most) ${note}`),
  })
  if (json) process.stdout.write(`${JSON.stringify({ cases: results })}\n`)
  else
    for (const { id, ok, missed, early, doubled } of results)
      process.stdout.write(
        `${id.padEnd(4)} ${ok ? 'ok' : 'FAILED'} missed ${missed} early ${early} doubled ${doubled}\n`,
      )
  return results.length === cases.length && results.every(({ ok }) => ok) ? 0 : 1
})
process.exit()

function parse(args: readonly string[]): { json: boolean; full: boolean; only?: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      allowPositionals: false,
      strict: true,
      options: { json: { type: 'boolean' }, full: { type: 'boolean' }, only: { type: 'string' } },
    })
    return {
      json: values.json ?? false,
      full: values.full ?? false,
      ...(values.only === undefined ? {} : { only: values.only }),
    }
  } catch (error) {
    throw new PlainSentenceError('npm run faults takes --json, --full and --only F3,F11.', 2, { cause: error })
  }
}
