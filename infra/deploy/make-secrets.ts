import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeKeys } from '../local/keys.ts'
import { ACCOUNTS, type Holder, secretFiles } from './secret-files.ts'

/*
 * Makes every secret of one installation, once:
 *   node infra/deploy/make-secrets.ts FOLDER [--postgres HOST:PORT] [--valkey HOST:PORT] [--owner processes|root]
 * `processes` (compose): each folder belongs to the user of its process. `root` (systemd hands them out itself).
 * It never writes over a file: a key that is lost opens nothing any more.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    postgres: { type: 'string', default: 'postgres:5432' },
    valkey: { type: 'string', default: 'valkey:6379' },
    owner: { type: 'string', default: 'processes' },
  },
})
const [folder] = positionals
if (folder === undefined || positionals.length > 1 || !['processes', 'root'].includes(values.owner)) {
  process.stderr.write(
    'node infra/deploy/make-secrets.ts FOLDER [--postgres HOST:PORT] [--valkey HOST:PORT] [--owner processes|root]\n',
  )
  process.exit(64)
}
if (existsSync(folder)) {
  process.stderr.write(`${folder} is there already; what is in it is never written over.\n`)
  process.exit(73)
}

mkdirSync(folder, { mode: 0o711, recursive: true })
for (const [holder, files] of Object.entries(secretFiles(makeKeys(), values))) {
  const place = join(folder, holder)
  mkdirSync(place, { mode: 0o700 })
  for (const [name, text] of Object.entries(files)) {
    const file = join(place, name)
    writeFileSync(file, text === '' ? '' : `${text}\n`, { mode: 0o400, flag: 'wx', flush: true })
    if (values.owner === 'processes') chownSync(file, ACCOUNTS[holder as Holder], ACCOUNTS[holder as Holder])
  }
  if (values.owner === 'processes') chownSync(place, ACCOUNTS[holder as Holder], ACCOUNTS[holder as Holder])
}
// Nobody but root reads the list of who holds what.
chmodSync(folder, 0o711)
process.stdout.write(
  `Made ${folder}. Write the carrier's token into api/twilio_auth_token and worker/twilio_auth_token,\n` +
    'the pager into worker/operator_pager_number, the switch into worker/dead_man_url.\n' +
    'Keep a copy of worker/ somewhere safe and offline: without it no plan can be opened.\n',
)
