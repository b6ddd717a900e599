import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeKeys } from '../local/keys.ts'
import { ACCOUNTS, type Holder, secretFiles } from './secret-files.ts'

/*
 * Makes every secret of one installation, once:
 *   node infra/deploy/make-secrets.ts FOLDER [--postgres HOST:PORT] [--valkey HOST:PORT] [--owner processes|root] [--missing]
 * `processes` (compose): each folder belongs to the user of its process. `root` (systemd hands them out itself).
 * It never writes over a file: a key that is lost opens nothing any more. `--missing`, for a folder of a former release: makes
 * the files that a person writes into, empty, where there is none; names every other that is absent, and ends with 1.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    postgres: { type: 'string', default: 'postgres:5432' },
    valkey: { type: 'string', default: 'valkey:6379' },
    owner: { type: 'string', default: 'processes' },
    missing: { type: 'boolean', default: false },
  },
})
const [folder] = positionals
if (folder === undefined || positionals.length > 1 || !['processes', 'root'].includes(values.owner)) {
  process.stderr.write(
    'node infra/deploy/make-secrets.ts FOLDER [--postgres HOST:PORT] [--valkey HOST:PORT] [--owner processes|root] [--missing]\n',
  )
  process.exit(64)
}
const allFiles = secretFiles(makeKeys(), values)
const giveAway = (path: string, holder: Holder) => {
  if (values.owner === 'processes') chownSync(path, ACCOUNTS[holder], ACCOUNTS[holder])
}
function writeSecret(holder: Holder, name: string, text: string): void {
  const file = join(folder as string, holder, name)
  writeFileSync(file, text === '' ? '' : `${text}\n`, { mode: 0o400, flag: 'wx', flush: true })
  giveAway(file, holder)
}

if (values.missing) process.exit(makeMissing(folder))
if (existsSync(folder)) {
  process.stderr.write(`${folder} is there already; what is in it is never written over.\n`)
  process.exit(73)
}

mkdirSync(folder, { mode: 0o711, recursive: true })
for (const [holder, files] of Object.entries(allFiles) as [Holder, Record<string, string>][]) {
  mkdirSync(join(folder, holder), { mode: 0o700 })
  for (const [name, text] of Object.entries(files)) writeSecret(holder, name, text)
  giveAway(join(folder, holder), holder)
}
// Nobody but root reads the list of who holds what.
chmodSync(folder, 0o711)
process.stdout.write(
  `Made ${folder}. Write the carrier's token into api/twilio_auth_token and worker/twilio_auth_token,\n` +
    'the pager into worker/operator_pager_number, the switch into worker/dead_man_url.\n' +
    'Three people keep a share of its keys each: stillhere keys escrow split. Without them no plan can be opened.\n',
)

/** @returns the exit code */
function makeMissing(secrets: string): number {
  if (!existsSync(secrets)) {
    process.stderr.write(`${secrets} is not there.\n`)
    return 1
  }
  const left: string[] = []
  for (const [holder, files] of Object.entries(allFiles) as [Holder, Record<string, string>][])
    for (const [name, text] of Object.entries(files)) {
      if (existsSync(join(secrets, holder, name))) continue
      // A password or a key that we would make up here would fit nothing that is there.
      if (text !== '' || !existsSync(join(secrets, holder))) left.push(`${holder}/${name}`)
      else writeSecret(holder, name, '')
    }
  if (left.length === 0) return 0
  process.stderr.write(`${secrets} lacks ${left.join(', ')}: the notes of the release say what to write there.\n`)
  return 1
}
