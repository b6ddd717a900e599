import { randomBytes } from 'node:crypto'
import { createReadStream, existsSync, rmSync } from 'node:fs'
import { link, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import {
  type BackupError,
  closeOverdue,
  listOverdue,
  markRestored,
  noteBackup,
  restoreBackup,
  verifyBackup,
  writeBackup,
} from '@stillhere/operations'
import { InvalidArgumentError } from 'commander'
import { CommandError, databaseUrlOf, exitCodes, type Host } from '../host.ts'
import type { AddCommands, Outcome } from '../program.ts'

const refusals: Readonly<Record<BackupError['code'], string>> = {
  not_empty:
    'The database is not empty: a backup is only restored into one that holds nothing of ours, and migrate has been here. ' +
    'Stop every process; put it aside and make an empty one, as the superuser: ' +
    'ALTER DATABASE stillhere RENAME TO stillhere_before; CREATE DATABASE stillhere OWNER stillhere;',
  not_a_backup: 'This file is not a backup of Still Here.',
  not_whole: 'The backup is not whole; nothing of it was kept. Take an older one.',
  newer_release: 'The backup is of a newer release than this one: restore it with that release or a later one.',
  under_way: 'Another backup of this database is being written, or one is being restored into it: wait for it.',
}

/** `backup`, `restore`, and what a restore leaves to people: `restored`. */
export const addBackup: AddCommands = (program, host, act) => {
  act<object, [string]>(
    program
      .command('backup <file>')
      .description('write all that the service holds, as of one instant, to a new file of mode 0600; no key is in it')
      .addHelpText('after', '\nAny user of the database who sees every row may run it, while everything runs.'),
    async (_options, file) => backUp(host, file),
  )
  act<{ database?: string }, [string]>(
    program
      .command('restore <file>')
      .description('restore a backup into an empty database, bring it to this release, and list what is overdue')
      .option(
        '--database <name>',
        'another empty database of this server, to try a backup while all runs',
        readDatabase,
      )
      .addHelpText(
        'after',
        '\nStop every process first. Keys are not in a backup: on a new host put them back as well (keys escrow combine).\n' +
          'To try a backup, --database and nothing is stopped or started: CREATE DATABASE stillhere_tried OWNER stillhere.',
      ),
    async ({ database }, file) => {
      const path = resolve(host.cwd, file)
      if (!existsSync(path)) throw new CommandError('no_file', `${path} is not there.`)
      const url = await databaseUrlOf(host)
      const into = database === undefined ? url : Object.assign(new URL(url), { pathname: `/${database}` }).href
      const summary = await restoreBackup(into, createReadStream(path)).catch((error) => {
        // The one that serves is nobody's to put aside for a trial.
        if (database !== undefined && error.name === 'BackupError' && error.code === 'not_empty')
          throw new CommandError('not_empty', `${database} is not empty: name a database that you made for this.`)
        return refuse(error)
      })
      const list = await listAfterRestore(into)
      const next =
        into === url
          ? 'Now migrate, which lets the services in, and start: systemctl restart stillhere-migrate && systemctl start stillhere.target,\n' +
            'with Docker docker compose up -d.'
          : `It can be restored. Start nothing on it: DROP DATABASE ${database}.`
      return {
        data: { ...summary, takenAt: new Date(summary.takenAt).toISOString(), ...list.data },
        words: `Restored ${summary.rows} rows of ${new Date(summary.takenAt).toISOString()}.\n${list.words}\n${next}`,
      }
    },
  )
  const restored = program.command('restored').description('after a restore: what is overdue, and what becomes of it')
  act(restored.command('list').description('what was due more than 15 minutes ago, longest ago first'), async () =>
    listAfterRestore(await databaseUrlOf(host)),
  )
  act<{ all?: boolean; session?: string[] }>(
    restored
      .command('close')
      .description('close listed sessions: no alert comes of them')
      .option('--session <id...>', 'these')
      .option('--all', 'every one'),
    async (options) => {
      if ((options.all === true) === (options.session !== undefined))
        throw new CommandError('usage', 'Give --all, or --session with the ids.', exitCodes.usage)
      const url = await databaseUrlOf(host)
      if ((await listOverdue(url)) === undefined)
        throw new CommandError(
          'nothing_restored',
          'Nothing was restored into this database: there is nothing to close.',
        )
      const closed = await closeOverdue(url, options.session ?? 'all')
      const left = (options.session ?? []).filter((id) => !closed.includes(id))
      const why = left.map((id) => `\n  not closed: ${id} is not listed, or no longer open (stillhere restored list)`)
      return {
        data: { closed, ...(left.length > 0 ? { notClosed: left } : {}) },
        words: `Closed ${closed.length}.${why.join('')}`,
        failed: left.length > 0,
      }
    },
  )
  act<{ takenAt: number }>(
    restored
      .command('mark')
      .description('say that this database was brought back by other means: pg_restore, a snapshot, a standby')
      .requiredOption('--taken-at <instant>', 'of when it is, ISO 8601', readInstant)
      .addHelpText('after', '\nBefore any process starts on it.'),
    async (options) => {
      const url = await databaseUrlOf(host)
      await markRestored(url, options.takenAt)
      return listAfterRestore(url)
    },
  )
}

/**
 * Under a name that nobody else has until it is whole, on the disk, and read back; only then the name that was asked for, which
 * is never taken from another. What has the name can be restored.
 */
async function backUp(host: Host, file: string): Promise<Outcome> {
  const path = resolve(host.cwd, file)
  const taken = () => new CommandError('file_exists', `${path} is there already; nothing is written over.`)
  if (existsSync(path)) throw taken()
  if (!existsSync(dirname(path)))
    throw new CommandError('no_folder', `There is no folder ${dirname(path)}: make it, then give the command again.`)
  const url = await databaseUrlOf(host)
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`
  const cannot = (error: { code?: string; name?: string }): never => {
    if (error.code === 'EEXIST') throw taken()
    if (!/^E[A-Z]+$/.test(error.code ?? '') || error.code?.startsWith('ECONN')) throw error
    throw new CommandError('cannot_write', `${path} cannot be written (${error.code}).`, 1, { cause: error })
  }
  let begun = false
  const removeDraft = () => {
    if (begun) rmSync(draft, { force: true })
  }
  // Whoever presses Ctrl-C, or is stopped by a timer, leaves nothing behind.
  const give = (signal: NodeJS.Signals) => {
    removeDraft()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, give)
  try {
    const handle = await open(draft, 'wx', 0o600).catch(cannot)
    begun = true
    const written = await writeBackup(url, handle.createWriteStream({ flush: true })).catch((error) =>
      error.name === 'BackupError' ? refuse(error) : cannot(error),
    )
    const summary = await verifyBackup(createReadStream(draft)).catch(refuse)
    if (summary.rows !== written.rows || summary.tables !== written.tables)
      throw new CommandError('not_whole', `${path}: what was read back is not what was written; nothing was kept.`)
    await link(draft, path).catch(cannot)
    removeDraft()
    await syncFolder(dirname(path)).catch(cannot)
    const takenAt = new Date(summary.takenAt).toISOString()
    // The file is whole and has its name: what cannot be noted now takes nothing of that away.
    const noted = await noteBackup(url).catch(() => false)
    return {
      data: { file: path, ...summary, takenAt, noted },
      words: [
        `${path}: ${summary.rows} rows of ${summary.tables} tables, as of ${takenAt}, read back.`,
        'Keep it at most 30 days, encrypted, away from the keys.',
        ...(noted
          ? []
          : [
              'It could not be noted in the database (a user without the right to, or a standby): the alarm BackupOld will ring.',
            ]),
      ].join('\n'),
    }
  } finally {
    for (const signal of signals) process.off(signal, give)
    removeDraft()
  }
}

function refuse(error: Error): never {
  if (error.name !== 'BackupError') throw error
  const { code } = error as BackupError
  throw new CommandError(code, refusals[code], exitCodes.failed, { cause: error })
}

/** The name is on the disk as well, not only what it names. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function listAfterRestore(databaseUrl: string): Promise<Outcome> {
  const found = await listOverdue(databaseUrl)
  if (!found) return { data: { restored: false, overdue: [] }, words: 'Nothing was restored into this database.' }
  const { restore, overdue, now } = found
  const minutes = (at: number) => Math.round((now - at) / 60_000)
  const lines = overdue.map(({ kind, sessionId, alertId, dueAt }) =>
    kind === 'session'
      ? `  session ${sessionId}: its deadline passed ${minutes(dueAt)} minutes ago`
      : `  alert ${alertId}: open, its ladder stands since ${minutes(dueAt)} minutes`,
  )
  const when =
    restore.heldUntilAt === undefined
      ? 'They fire one minute after the first worker has started, unless closed before: stillhere restored close'
      : restore.heldUntilAt > now
        ? 'They fire within a minute, unless closed before: stillhere restored close'
        : 'The minute is over: they fire as they come.'
  return {
    data: {
      restored: true,
      overdue: overdue.map(({ dueAt, ...row }) => ({ ...row, dueAt: new Date(dueAt).toISOString() })),
      ...(restore.heldUntilAt === undefined ? {} : { heldUntilAt: new Date(restore.heldUntilAt).toISOString() }),
    },
    words:
      overdue.length === 0
        ? 'Nothing is overdue by more than 15 minutes.'
        : [
            `${overdue.length} overdue by more than 15 minutes:`,
            ...lines,
            when,
            'An open alert is closed in the console.',
          ].join('\n'),
  }
}

function readDatabase(text: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(text)) return text
  throw new InvalidArgumentError('Lower-case letters, digits and underscores, 1 to 63.')
}

function readInstant(text: string): number {
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new InvalidArgumentError('ISO 8601, as 2026-11-22T21:00:00Z.')
  return at
}
