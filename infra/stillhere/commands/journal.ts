import { resolve } from 'node:path'
import { exportAlertAtHost, runRetentionAtHost, verifyJournal } from '@stillhere/operations'
import { CommandError, databaseUrlOf } from '../host.ts'
import { writeNewPrivateFile } from '../private-files.ts'
import type { AddCommands } from '../program.ts'

/** What is kept, whether it is whole, and when it goes: `journal verify`, `export`, `retention run`. */
export const addJournal: AddCommands = (program, host, act) => {
  const journal = program.command('journal').description('what was recorded of alerts')
  act(
    journal.command('verify').description('whether a line was changed, removed or cut off since it was chained'),
    async () => {
      const verdict = await verifyJournal(await databaseUrlOf(host))
      const { ok, alerts, lines, tombstones, waiting, broken } = verdict
      const of = `${alerts} alerts, ${lines} lines, ${tombstones} tombstones, ${waiting} lines not chained yet`
      const places = broken.map(
        ({ alertId, position, damage }) =>
          `  alert ${alertId}${position === undefined ? '' : `, line ${position}`}: ${damage}`,
      )
      const words = ok
        ? `The journal is whole: ${of}.`
        : [`The journal is BROKEN in ${broken.length} of ${of}:`, ...places].join('\n')
      return { data: verdict, words, failed: !ok }
    },
  )
  act<{ out?: string }, [string]>(
    program
      .command('export <alert-id>')
      .description('one alert as one document: lines, messages with attempts and receipts; no name, no number, no plan')
      .option('--out <file>', 'a new file, mode 0600'),
    async (options, alertId) => {
      if (!/^[0-9a-f-]{36}$/.test(alertId))
        throw new CommandError('bad_id', 'An alert’s id is a UUID in lower case.', 2)
      const document = await exportAlertAtHost(await databaseUrlOf(host), alertId)
      if (!document)
        throw new CommandError('unknown_alert', 'There is no alert of this id, or it was removed after 30 days.')
      const text = JSON.stringify(document, undefined, 2)
      if (options.out === undefined) return { data: document, words: text }
      const path = resolve(host.cwd, options.out)
      writeNewPrivateFile(path, `${text}\n`)
      return { data: { file: path }, words: path }
    },
  )
  const retention = program.command('retention').description('what is kept how long')
  act(
    retention.command('run').description('remove now what has been kept long enough; the workers do it every minute'),
    async () => {
      const done = await runRetentionAtHost(await databaseUrlOf(host))
      const failed = done.failed.map((rule) => `\n  failed: ${rule}`)
      return { data: done, words: `Removed ${done.removed} rows.${failed.join('')}`, failed: done.failed.length > 0 }
    },
  )
}
