import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { countSealedRows, readKeysInUse } from '@stillhere/operations'
import type { SealedTo } from '@stillhere/persistence'
import { InvalidArgumentError } from 'commander'
import { makeKeys } from '../../local/keys.ts'
import { CommandError, databaseUrlOf, type Host } from '../host.ts'
import { combineTwo, splitInThree } from '../keys/escrow.ts'
import {
  fingerprint,
  type KeyFiles,
  keyFiles,
  parsePrivateKeys,
  publicHalf,
  publicSide,
  readPrivateKeys,
  writePrivateKeys,
} from '../keys/key-files.ts'
import { compareWithInstallation } from '../keys/of-this-installation.ts'
import { beginRotation, finishRotation } from '../keys/rotate.ts'
import { readSecretFile, replaceSecretFile, writeNewPrivateFiles } from '../private-files.ts'
import type { AddCommands, Outcome } from '../program.ts'

interface Secrets {
  secrets?: string
}

const where = ['--secrets <folder>', 'the folder of secrets (default: STILLHERE_SECRETS, or ./secrets)'] as const
/** Columns that hold what is sealed to the key of somebody's browser. */
const sealedToBrowsers = ['feedback_copies.sealed', 'plan_openings.sealed']
const saysYes = '--yes-plans-become-unreadable'

/** `keys …`: no command of it prints a key; what must leave the machine goes to files of mode 0600. */
export const addKeys: AddCommands = (program, host, act) => {
  const keys = program.command('keys').description('the keys that open plans: make, list, rotate, escrow, destroy')
  const filesOf = ({ secrets }: Secrets) => keyFiles(host, secrets)

  act<Secrets & { id?: string }>(
    keys
      .command('create')
      .description('make the first keys in a folder of secrets that has none')
      .option(...where)
      .option('--id <key-id>', 'default: the year and the month, as k-2026-11', readKeyId),
    async (options) => createKeys(filesOf(options), options.id ?? newKeyId()),
  )
  act<Secrets>(
    keys
      .command('list')
      .description('key ids, fingerprints, and how many rows only each key opens')
      .option(...where),
    async (options) => listKeys(filesOf(options), await countSealedRows(await databaseUrlOf(host))),
  )
  act<Secrets & { id?: string; finish?: boolean }>(
    keys
      .command('rotate')
      .description('begin the yearly rotation; --finish hands the new key out, signed by the former ones')
      .option(...where)
      .option('--id <key-id>', 'default: the year and the month, as k-2026-11', readKeyId)
      .option('--finish', 'the second half, once workers and web have been started again'),
    async (options) => {
      const files = filesOf(options)
      const done = options.finish
        ? await finishRotation(files, (...ids) => isLackedByWorker(host, ...ids))
        : beginRotation(files, options.id ?? newKeyId())
      const next =
        done.stage === 'begun'
          ? 'Now start the workers again, one after the other, and web; then: stillhere keys rotate --finish'
          : `Now start the api again. ${done.formerKeyId} still opens what was sealed to it; put the new key into escrow.`
      return { data: done, words: `${done.keyId}: ${done.stage}.\n${next}` }
    },
  )
  act<Secrets & { yesPlansBecomeUnreadable?: boolean }, [string]>(
    keys
      .command('destroy <key-id>')
      .description('take a former key out of the worker’s file; refused while rows are sealed to it')
      .option(...where)
      .option(saysYes, 'destroy it all the same: what is sealed to it can never be opened again'),
    async (options, keyId) => destroyKey(host, filesOf(options), keyId, options.yesPlansBecomeUnreadable === true),
  )

  const escrow = keys.command('escrow').description('split the keys in three, any two of which give them back')
  act<Secrets & { out: string }>(
    escrow
      .command('split')
      .description('write three shares, for three people in three places')
      .option(...where)
      .requiredOption('--out <folder>', 'a new folder; the shares are in it, mode 0600'),
    async (options) => splitKeys(host, filesOf(options), options.out),
  )
  act<{ out?: string }, [string, string]>(
    escrow
      .command('combine <share> <other-share>')
      .description('give the keys back from two shares; without --out it only tries whether it could')
      .option('--out <folder>', 'a new folder: what belongs into worker/, api/ and web/ of the secrets, mode 0600'),
    async (options, ...paths) => combineKeys(host, paths, options.out),
  )
}

function createKeys(files: KeyFiles, keyId: string): Outcome {
  const { root: _, ...places } = files
  const there = Object.values(places).find((path) => readSecretFile(path) !== undefined)
  if (there) throw new CommandError('keys_exist', `There is something in ${there}; nothing is written over.`)
  const made = makeKeys()
  const key = { keyId, privateKey: made.disclosureKeys.split(':')[1] ?? '' }
  const write = (path: string, text: string) => {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
    replaceSecretFile(path, text)
  }
  write(files.disclosureKeys, writePrivateKeys([key]))
  write(files.numberHashKey, made.numberHashKey)
  write(files.linkKey, made.linkKey)
  write(files.publicKey, `${keyId}:${publicHalf(key).publicKey}`)
  write(files.signedBy, '')
  write(files.fingerprints, fingerprint(key))
  return {
    data: { keyId, fingerprint: fingerprint(key) },
    words: `Made ${keyId}. Put it into escrow before the first plan: stillhere keys escrow split --out …`,
  }
}

function listKeys(files: KeyFiles, sealed: readonly SealedTo[]): Outcome {
  const [current, ...older] = readPrivateKeys(files)
  const told = readSecretFile(files.publicKey)
  const handedOut = told?.split(':')[0]
  const isHeld = [current, ...older].some((key) => told === `${key.keyId}:${publicHalf(key).publicKey}`)
  const rowsOf = (keyId: string) => sealed.reduce((sum, one) => sum + (one.keyId === keyId ? one.rows : 0), 0)
  const keys = [current, ...older].map((key) => ({
    keyId: key.keyId,
    current: key.keyId === handedOut,
    fingerprint: fingerprint(key),
    rows: rowsOf(key.keyId),
  }))
  // Copies for a supporter's own browser are sealed to its key, which no file of ours holds.
  const ours = sealed.filter(({ where }) => !sealedToBrowsers.includes(where))
  const orphaned = ours.filter((one) => !keys.some(({ keyId }) => keyId === one.keyId))
  const unreadable = orphaned.reduce((sum, one) => sum + one.rows, 0)
  const lines = keys.map((key) => `${key.current ? '*' : ' '} ${key.keyId}  ${key.fingerprint}  ${key.rows} rows`)
  const lost = orphaned.map(({ keyId, where, rows }) => `! ${keyId}  ${rows} in ${where}: no key here opens them`)
  const strange = isHeld
    ? []
    : [`! api/disclosure_public_key holds ${handedOut ?? 'nothing'}: no key here opens what devices would seal to it`]
  return {
    data: { keys, unreadable, handedOutIsHeld: isHeld },
    words: [...lines, ...lost, ...strange, '* is what devices seal to now'].join('\n'),
    failed: !isHeld,
  }
}

/** Where the database cannot be asked nothing runs on it either. */
async function isLackedByWorker(host: Host, formerKeyId: string, keyId: string): Promise<boolean> {
  const uses = await databaseUrlOf(host)
    .then(readKeysInUse)
    .catch(() => [])
  const holds = (held: readonly string[], id: string) => held.some((key) => key.startsWith(`${id}:`))
  return uses.some(({ service, keys }) => service === 'worker' && holds(keys, formerKeyId) && !holds(keys, keyId))
}

async function destroyKey(host: Host, files: KeyFiles, keyId: string, allTheSame: boolean): Promise<Outcome> {
  const held = readPrivateKeys(files)
  const going = held.find((key) => key.keyId === keyId)
  if (!going) throw new CommandError('unknown_key', 'There is no key of this id: stillhere keys list')
  if (readSecretFile(files.publicKey)?.startsWith(`${keyId}:`) || going === held[0])
    throw new CommandError('current_key', 'This key is in use: rotate first.')
  const databaseUrl = await databaseUrlOf(host)
  // A worker holds it until it is started again, and must; but nobody may still seal to it, nor think it the current one.
  const using = (await readKeysInUse(databaseUrl)).filter(({ keys }) => keys[0]?.startsWith(`${keyId}:`))
  if (using.length > 0) {
    const who = [...new Set(using.map(({ service }) => service))].sort().join(' and ')
    throw new CommandError(
      'key_in_use',
      `A running ${who} still uses ${keyId}: start workers, web and api again, then try once more. One that has ended counts for a minute.`,
    )
  }
  const sealed = (await countSealedRows(databaseUrl)).filter((one) => one.keyId === keyId)
  const rows = sealed.reduce((sum, one) => sum + one.rows, 0)
  const places = sealed.map((one) => `${one.rows} in ${one.where}`).join(', ')
  if (rows > 0 && !allTheSame)
    throw new CommandError(
      'rows_sealed',
      `${rows} rows are sealed to ${keyId} (${places}) and would never open again: ${saysYes}`,
    )
  replaceSecretFile(files.disclosureKeys, writePrivateKeys(held.filter((key) => key !== going)))
  const pinned = (readSecretFile(files.fingerprints) ?? '').split(',').filter((text) => text !== fingerprint(going))
  replaceSecretFile(files.fingerprints, pinned.join(','))
  return {
    data: { keyId, rows },
    words:
      `${keyId} is out of the worker’s file; ${rows} rows became unreadable. Start workers and web again.\n` +
      'Copies of it are wherever you put them: destroy its escrow, and backups of this folder. Backups of the database that\n' +
      'hold what was sealed to it cannot be opened any more either.',
  }
}

async function splitKeys(host: Host, files: KeyFiles, out: string): Promise<Outcome> {
  const held = readPrivateKeys(files)
  const [numberHashKey, linkKey] = [readSecretFile(files.numberHashKey), readSecretFile(files.linkKey)]
  if (!numberHashKey || !linkKey)
    throw new CommandError('no_keys', 'worker/number_hash_key or worker/link_key is empty.', 78)
  const compared = await compareWithInstallation(host, files, held)
  const texts = await splitInThree({ disclosureKeys: writePrivateKeys(held), numberHashKey, linkKey })
  const folder = resolve(host.cwd, out)
  const shares = texts.map((text, index) => [join(folder, `share-${index + 1}-of-3.json`), text] as const)
  writeNewPrivateFiles(shares)
  const written = shares.map(([path]) => path)
  return {
    data: { files: written, keys: held.map(({ keyId }) => keyId), compared },
    words: `${written.join('\n')}\nThese are ${held.map(({ keyId }) => keyId).join(', ')} of ${files.root}: ${
      compared.length > 0
        ? 'what the running installation uses.'
        : 'nobody could be asked whether what runs uses them (STILLHERE_API_URL); hold them against stillhere keys list.'
    }\nGive each to another person, in another place, then remove them here. Try two of them once a year.`,
  }
}

async function combineKeys(host: Host, paths: readonly string[], out: string | undefined): Promise<Outcome> {
  const texts = paths.map((path) => {
    const text = readSecretFile(resolve(host.cwd, path))
    if (text === undefined) throw new CommandError('bad_share', `${path} is not there, or is empty.`)
    return text
  })
  const escrowed = await combineTwo(texts)
  const keys = escrowed.disclosureKeys.split(',').map((text) => text.split(':')[0] ?? '')
  if (out === undefined)
    return { data: { keys }, words: `These two shares give back: ${keys.join(', ')}. Nothing was written.` }
  const [current, ...older] = parsePrivateKeys(escrowed.disclosureKeys)
  if (current === undefined) throw new CommandError('bad_share', 'These shares keep no key.')
  const told = await publicSide([current, ...older])
  const { root: folder, ...to } = keyFiles(host, out)
  const written = [
    [to.disclosureKeys, escrowed.disclosureKeys],
    [to.numberHashKey, escrowed.numberHashKey],
    [to.linkKey, escrowed.linkKey],
    [to.publicKey, told.publicKey],
    [to.signedBy, told.signedBy],
    [to.fingerprints, told.fingerprints],
  ] as const
  writeNewPrivateFiles(written.map(([path, text]) => [path, text === '' ? '' : `${text}\n`]))
  const files = written.map(([path]) => path)
  return {
    data: { keys, files },
    words:
      `${files.join('\n')}\nCopy them over those in the folder of secrets, all six (what api and web hand out follows from the keys):\n` +
      `cp -r ${folder}/. FOLDER-OF-SECRETS/ then remove ${folder}, and start everything again.`,
  }
}

const newKeyId = (): string => `k-${new Date().toISOString().slice(0, 7)}`

function readKeyId(text: string): string {
  if (/^[a-z0-9-]{1,40}$/.test(text)) return text
  throw new InvalidArgumentError('Lower-case letters, digits and hyphens, 1 to 40.')
}
