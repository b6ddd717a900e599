import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readApiConfig, readWebConfig, readWorkerConfig } from '@stillhere/config'
import { isSuccessor } from '@stillhere/sealing/seal'
import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'
import { hostOf } from './at-the-host.ts'

const stack = await startStack()
afterAll(() => stack.close())
const host = hostOf({ DATABASE_URL: stack.databaseUrl })
const secrets = join(host.folder, 'secrets')
const secret = (path: string) => readFileSync(join(secrets, path), 'utf8').trim()
const modes = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mode & 0o777)

const everywhere = {
  HOST: '127.0.0.1',
  INTERNAL_PORT: '0',
  PORT: '0',
  DATABASE_URL: 'postgres://x@y/z',
  STILLHERE_WEB_URL: 'https://w.example.org',
  STILLHERE_API_URL: 'https://a.example.org',
  STILLHERE_LIVE_URL: 'wss://a.example.org/v1/live',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'a'.repeat(32),
  TWILIO_NUMBER: '+447700900000',
}
const files = (...paths: string[]) =>
  Object.fromEntries(paths.map((path) => [`${path.split('/')[1]?.toUpperCase()}_FILE`, join(secrets, path)]))

/** What the three processes would start with. */
const asTheyStart = () => ({
  worker: readWorkerConfig({
    ...everywhere,
    ...files('worker/disclosure_keys', 'worker/number_hash_key', 'worker/link_key'),
  }),
  api: readApiConfig({ ...everywhere, ...files('api/disclosure_public_key', 'api/disclosure_signed_by') }),
  web: readWebConfig({ ...everywhere, ...files('web/disclosure_key_fingerprints') }),
})

test('keys are made once, for files that only their owner reads, and every process starts with them', async () => {
  const made = await host.run('keys', 'create', '--id', 'k-1')
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).not.toContain(secret('worker/disclosure_keys').split(':')[1])
  expect(new Set(modes(secrets))).toEqual(new Set([0o600]))
  const { worker, api } = asTheyStart()
  expect(api.disclosureKey.keyId).toBe('k-1')
  expect(worker.disclosureKeys.map(({ keyId }) => keyId)).toEqual(['k-1'])
  expect((await host.run('keys', 'create', '--json')).json()).toMatchObject({ code: 'keys_exist' })
})

test('a rotation first teaches the workers, then tells the devices, and each former key vouches for the new one', async () => {
  const before = asTheyStart()
  expect((await host.run('keys', 'rotate', '--finish', '--json')).json()).toMatchObject({ code: 'no_rotation' })
  expect(await host.run('keys', 'rotate', '--id', 'k-2')).toMatchObject({ code: 0, err: '' })
  const between = asTheyStart()
  expect(between.worker.disclosureKeys.map(({ keyId }) => keyId)).toEqual(['k-2', 'k-1'])
  expect(between.api.disclosureKey.keyId).toBe('k-1')
  expect(between.web.disclosureKeyFingerprints).toHaveLength(2)
  expect((await host.run('keys', 'rotate', '--json')).json()).toMatchObject({ code: 'rotation_begun' })
  expect(await host.run('keys', 'rotate', '--finish')).toMatchObject({ code: 0, err: '' })

  await host.run('keys', 'rotate', '--id', 'k-3')
  await host.run('keys', 'rotate', '--finish')
  const { disclosureKey } = asTheyStart().api
  expect(disclosureKey.keyId).toBe('k-3')
  // A device that slept through a whole year pinned the first of the three.
  const word = disclosureKey.signedBy.find(({ keyId }) => keyId === 'k-1')
  expect(await isSuccessor(before.api.disclosureKey, disclosureKey, word?.signature ?? '')).toBe(true)
})

test('a new key is handed out only when every worker that runs can open what is sealed to it', async () => {
  const at = hostOf({ DATABASE_URL: stack.databaseUrl })
  await at.run('keys', 'create', '--id', 'k-old')
  await at.run('keys', 'rotate', '--id', 'k-new')
  const worker = (keys: string[]) =>
    stack.db.query(
      `INSERT INTO app.key_uses (process_id, service, keys, seen_at) VALUES ($1, 'worker', $2, clock_timestamp())
       ON CONFLICT (process_id) DO UPDATE SET keys = excluded.keys`,
      ['01890000-0000-7000-8000-00000000000a', keys],
    )
  await worker(['k-old:0123456789abcdef'])
  const early = await at.run('keys', 'rotate', '--finish', '--json')
  expect(early.code).toBe(1)
  expect(early.json()).toMatchObject({ code: 'worker_lacks_key' })
  const handedOut = () => readFileSync(join(at.folder, 'secrets/api/disclosure_public_key'), 'utf8')
  expect(handedOut()).toMatch(/^k-old:/)
  await worker(['k-new:0123456789abcdef', 'k-old:0123456789abcdef'])
  expect((await at.run('keys', 'rotate', '--finish')).code).toBe(0)
  expect(handedOut()).toMatch(/^k-new:/)
  await stack.db.query(`DELETE FROM app.key_uses WHERE keys[1] LIKE 'k-new:%'`)
})

test('whoever is cut off in the midst of a rotation begins again, and the pages take the key that is handed out', async () => {
  const at = hostOf({ DATABASE_URL: stack.databaseUrl })
  await at.run('keys', 'create', '--id', 'k-old')
  const file = (path: string) => join(at.folder, 'secrets', path)
  // The pages' file cannot be written: a folder is in the way of its draft.
  mkdirSync(`${file('web/disclosure_key_fingerprints')}.new/in-the-way`, { recursive: true })
  expect((await at.run('keys', 'rotate', '--id', 'k-lost')).code).toBe(1)
  rmSync(`${file('web/disclosure_key_fingerprints')}.new`, { recursive: true })
  expect((await at.run('keys', 'rotate', '--id', 'k-new')).code).toBe(0)
  expect((await at.run('keys', 'rotate', '--finish')).code).toBe(0)
  const { keys } = (await at.run('keys', 'list', '--json')).json()
  const { fingerprint } = keys.find(({ keyId }: { keyId: string }) => keyId === 'k-new')
  expect(readFileSync(file('web/disclosure_key_fingerprints'), 'utf8').split(/[,\n]/)).toContain(fingerprint)
})

test('any two of three shares give everything back; one, or a damaged one, gives nothing', async () => {
  expect(await host.run('keys', 'escrow', 'split', '--out', 'shares')).toMatchObject({ code: 0 })
  expect(modes(join(host.folder, 'shares'))).toEqual([0o600, 0o600, 0o600])
  const share = (n: number) => `shares/share-${n}-of-3.json`
  for (const [a, b] of [
    [1, 2],
    [3, 1],
    [2, 3],
  ] as const) {
    const out = `back-${a}${b}`
    expect((await host.run('keys', 'escrow', 'combine', share(a), share(b), '--out', out)).code).toBe(0)
    for (const name of ['disclosure_keys', 'number_hash_key', 'link_key'])
      expect(readFileSync(join(host.folder, out, 'worker', name), 'utf8').trim()).toBe(secret(`worker/${name}`))
    expect(modes(join(host.folder, out))).toEqual(Array(6).fill(0o600))
  }
  const tried = await host.run('keys', 'escrow', 'combine', share(1), share(2))
  expect(tried.out).toContain('k-3, k-2, k-1')
  expect((await host.run('keys', 'escrow', 'combine', share(1), share(1), '--json')).json().code).toBe('bad_share')
  expect((await host.run('keys', 'escrow', 'combine', share(1))).code).toBe(2)
  const text = JSON.parse(readFileSync(join(host.folder, share(1)), 'utf8'))
  const other = JSON.parse(readFileSync(join(host.folder, share(2)), 'utf8'))
  // The first share's number with the third's bytes would be another point of another line.
  const bent = Buffer.from(text.share, 'base64url')
  bent[0] = (bent[0] ?? 0) ^ 1
  writeFileSync(join(host.folder, 'bent.json'), JSON.stringify({ ...text, share: bent.toString('base64url') }))
  expect((await host.run('keys', 'escrow', 'combine', 'bent.json', share(2), '--json')).json().code).toBe('bad_share')
  writeFileSync(join(host.folder, 'other.json'), JSON.stringify({ ...other, set: 'another' }))
  expect((await host.run('keys', 'escrow', 'combine', share(1), 'other.json', '--json')).json().code).toBe('bad_share')
  // Somebody has taken theirs: a new first share beside the former others would belong to none of them.
  renameSync(join(host.folder, share(1)), join(host.folder, 'taken.json'))
  expect((await host.run('keys', 'escrow', 'split', '--out', 'shares', '--json')).json().code).toBe('file_exists')
  expect(readdirSync(join(host.folder, 'shares'))).toHaveLength(2)
  renameSync(join(host.folder, 'taken.json'), join(host.folder, share(1)))
})

test('on a new host two shares bring back what every process is told, and not only what opens', async () => {
  const { api, web } = asTheyStart()
  const fresh = mkdtempSync(join(tmpdir(), 'still-here-new-host-'))
  const make = fileURLToPath(new URL('../../deploy/make-secrets.ts', import.meta.url))
  execFileSync(process.execPath, [make, join(fresh, 'secrets'), '--owner', 'root'])
  const shares = [1, 3].map((n) => join(host.folder, `shares/share-${n}-of-3.json`))
  const newHost = hostOf({ DATABASE_URL: stack.databaseUrl, STILLHERE_SECRETS: join(fresh, 'secrets') })
  // Only what opens is put back: what the api hands out is of the new host's own, and nobody opens it.
  cpSync(join(secrets, 'worker/disclosure_keys'), join(fresh, 'secrets/worker/disclosure_keys'))
  const half = await newHost.run('keys', 'list')
  expect(half.code).toBe(1)
  expect(half.out).toContain('no key here opens what devices would seal to it')

  const { out } = await newHost.run('keys', 'escrow', 'combine', ...shares, '--out', 'back')
  const [, from = '', to = ''] = /^cp -r (\S+) (\S+) /m.exec(out) ?? []
  expect(to).toBe('FOLDER-OF-SECRETS/')
  execFileSync('cp', ['-r', from, join(fresh, 'secrets')])
  expect(await newHost.run('keys', 'list')).toMatchObject({ code: 0 })
  const text = (path: string) => readFileSync(join(fresh, 'secrets', path), 'utf8').trim()
  const told = readApiConfig({
    ...everywhere,
    DISCLOSURE_PUBLIC_KEY: text('api/disclosure_public_key'),
    DISCLOSURE_SIGNED_BY: text('api/disclosure_signed_by'),
  }).disclosureKey
  expect(told).toMatchObject({ keyId: 'k-3', publicKey: api.disclosureKey.publicKey })
  // A device that pinned the first key follows here as well.
  expect(told.signedBy.map(({ keyId }) => keyId)).toEqual(['k-2', 'k-1'])
  expect(text('web/disclosure_key_fingerprints').split(',')).toEqual(web.disclosureKeyFingerprints)
})

test('the keys of another folder than the running installation’s are not put into escrow', async () => {
  // Nothing is sealed yet: only the api knows.
  const environment = { DATABASE_URL: stack.databaseUrl, STILLHERE_API_URL: stack.api, STILLHERE_SECRETS: secrets }
  const refused = await hostOf(environment).run('keys', 'escrow', 'split', '--out', 'shares', '--json')
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(refused.json()).toMatchObject({ code: 'other_installation' })
  const unasked = await host.run('keys', 'escrow', 'split', '--out', 'unasked')
  expect(unasked.out).toContain('nobody could be asked')
  expect(unasked.out).toContain('k-3, k-2, k-1')
  await preparePerson(stack, {})
  const known = await host.run('keys', 'escrow', 'split', '--out', 'known', '--json')
  expect(known.json()).toMatchObject({ code: 'other_installation' })
  expect(known.json().message).toContain(stack.keys.openingKeys[0]?.keyId)
})

test('a key that plans are sealed to is not destroyed but on purpose, and how many is said', async () => {
  await preparePerson(stack, {})
  const [plan] = await stack.db.query<{ keyId: string }>(
    `SELECT good_sealed ->> 'keyId' AS "keyId" FROM app.rescue_plans LIMIT 1`,
  )
  const keyId = plan?.keyId ?? ''
  // The stack's own key, as a former one of this folder.
  const [key = ''] = stack.keys.openingKeys.map((one) => one.keyId)
  expect(key).toBe(keyId)
  writeFileSync(
    join(secrets, 'worker/disclosure_keys'),
    secret('worker/disclosure_keys').replaceAll('k-1:', `${keyId}:`),
  )
  const listed = (await host.run('keys', 'list', '--json')).json().keys
  const rows = listed.find((one: { keyId: string }) => one.keyId === keyId).rows
  expect(rows).toBeGreaterThanOrEqual(3)
  expect(listed.find((one: { keyId: string }) => one.keyId === 'k-3')).toMatchObject({ current: true, rows: 0 })

  // The stack's api hands it out still, and its worker has it as its current one: not even on purpose.
  const inUse = await host.run('keys', 'destroy', keyId, '--yes-plans-become-unreadable', '--json')
  expect(inUse.code).toBe(1)
  expect(inUse.json()).toMatchObject({ code: 'key_in_use' })
  expect(inUse.json().message).toContain('api and worker')
  expect(secret('worker/disclosure_keys')).toContain(keyId)
  // All but the api are started anew, which is what was left out: it alone is enough.
  await stack.db.query(`DELETE FROM app.key_uses WHERE service = 'worker'`)
  expect((await host.run('keys', 'destroy', keyId, '--json')).json()).toMatchObject({ code: 'key_in_use' })
  await stack.replaceDisclosureKey()
  // Those of before have ended a minute ago.
  await stack.db.query(
    `UPDATE app.key_uses SET seen_at = seen_at - interval '1 minute' WHERE keys[1] LIKE $1 || ':%'`,
    [keyId],
  )

  const refused = await host.run('keys', 'destroy', keyId, '--json')
  expect(refused.code).toBe(1)
  expect(refused.json()).toMatchObject({ code: 'rows_sealed' })
  expect(refused.json().message).toContain(`${rows} rows`)
  expect(secret('worker/disclosure_keys')).toContain(keyId)
  expect((await host.run('keys', 'destroy', 'k-3', '--json')).json()).toMatchObject({ code: 'current_key' })

  expect((await host.run('keys', 'destroy', 'k-2')).code).toBe(0)
  const done = await host.run('keys', 'destroy', keyId, '--yes-plans-become-unreadable', '--json')
  expect(done.json()).toEqual({ keyId, rows })
  expect(asTheyStart().worker.disclosureKeys.map((one) => one.keyId)).toEqual(['k-3'])

  // What is lost is not hidden by the key's being gone.
  expect((await host.run('keys', 'list', '--json')).json()).toMatchObject({ unreadable: rows })
  expect((await host.run('keys', 'list')).out).toContain(`! ${keyId}  `)
})

test('every column that holds something sealed to the disclosure key is counted', async () => {
  const columns = await stack.db.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns
     WHERE table_schema = 'app' AND data_type = 'jsonb'`,
  )
  const keyId = stack.keys.openingKeys[0]?.keyId ?? ''
  const holding: string[] = []
  for (const { table, column } of columns) {
    const [row] = await stack.db.query<{ n: number }>(
      `SELECT count(*) AS n FROM app.${table} WHERE ${column}::text LIKE '%' || $1 || '%'`,
      [keyId],
    )
    if ((row?.n ?? 0) > 0) holding.push(`${table}.${column}`)
  }
  expect(holding.length).toBeGreaterThanOrEqual(3)
  expect(holding.filter((name) => !/[._]sealed(_|$)/.test(name))).toEqual([])
})
