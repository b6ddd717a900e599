import { readdirSync, readFileSync, statSync } from 'node:fs'
import { platform } from 'node:os'
import { join } from 'node:path'
import { deriveDestinationKey, openDestination, openSealed, parseOpeningKey } from '@stillhere/sealing/open'
import { deriveLinkKeys, deriveLinkSecret, INFO, openLinkBrief } from '@stillhere/sealing/seal'
import { preparePerson, signInToConsole, startRealStack, until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const stack = await startRealStack({ name: 'thief' })
afterAll(() => stack.close())

/** Everything a person can leave here: a plan, numbers, a word, a brief for a rescuer and one for a supporter, a note. */
beforeAll(async () => {
  const supporter = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
  const { person, rescuer } = await preparePerson(stack, { ownPhone: true, alertOrder: 'both' })
  stack.phones.allow(/./)
  await person.start({ countdownSeconds: 7_200 })
  await person.help()
  await rescuer.expectText(/^SAFETY ALERT/)
  const { body } = await rescuer.expectText('http')
  const [alert] = await supporter.alerts()
  await supporter.command(alert.id, 'claim')
  await (await stack.openRescuePage(body)).reply('going')
  expect(await until('the brief', () => supporter.brief(alert.id))).toMatchObject({ alertCode: alert.code })
  const note = 'Robin is at the back of the Marigold garden'
  stack.canaries.add('plan text', note)
  await supporter.command(alert.id, 'progress', { kind: 'called-999', note })
})

/** Every row of every table that is ours, as text: what a dump holds. */
async function dump(): Promise<string> {
  const tables = await stack.db.query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE' ORDER BY 1`,
  )
  const rows = await Promise.all(
    tables.map(({ name }) => stack.db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)),
  )
  return rows.flatMap((of) => of.map(({ row }) => row)).join('\n')
}

const environmentOf = (name: 'api' | 'gateway' | 'worker-1'): string[] => {
  const pid = stack.supervisor.pid(name)
  return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
}
/** Whatever in these lines could be a key: values, and what stands between their commas and colons. */
const secretsOf = (lines: readonly string[]): string[] => {
  const values = lines.flatMap((line) => line.slice(line.indexOf('=') + 1).split(/[,:@/]/))
  return [...new Set(values.filter((value) => value.length > 15))]
}
const bytesOf = (secret: string): Buffer[] =>
  [Buffer.from(secret, 'base64url'), Buffer.from(secret, 'hex'), Buffer.from(secret)].filter(
    (bytes) => bytes.length === 32,
  )

/** How many of the sealed things in the database somebody opens who holds these secrets and knows every id. */
async function countOpened(secrets: readonly string[]): Promise<{ tried: number; opened: number }> {
  const hpke = await stack.db.query<{
    sealed: { keyId: string; enc: string; ciphertext: string }
    info: string
    aad: string
  }>(
    `SELECT sealed, '${INFO.plan}' AS info, format('%s.%s.%s', id, plan_version, sealed ->> 'keyId') AS aad FROM app.rescue_plans
     UNION ALL SELECT sealed_own_number, '${INFO.number}', format('%s.own.%s', id, sealed_own_number ->> 'keyId') FROM app.rescue_plans
     UNION ALL SELECT sealed_number, '${INFO.number}', format('%s.%s.%s', plan_id, id, sealed_number ->> 'keyId') FROM app.rescuers
     UNION ALL SELECT sealed, '${INFO.inbound}', carrier_sid FROM app.inbound WHERE sealed ? 'ciphertext'`,
  )
  const kept = await stack.db.query<{ id: string; destination: string }>(
    'SELECT id::text, destination FROM app.rescuers UNION ALL SELECT id::text, own_destination FROM app.rescue_plans',
  )
  const links = await stack.db.query<{ linkId: string; brief: Buffer }>(
    'SELECT link_id AS "linkId", brief FROM app.disclosures WHERE link_id IS NOT NULL AND brief IS NOT NULL',
  )
  let opened = 0
  for (const secret of secrets) {
    for (const keyId of new Set(hpke.map(({ sealed }) => sealed.keyId))) {
      const key = await parseOpeningKey({ keyId, privateKey: secret })
      if (key.kind === 'refused') continue
      for (const { sealed, info, aad } of hpke)
        if ((await openSealed([key.key], sealed, info, aad)).kind === 'opened') opened += 1
    }
    for (const bytes of bytesOf(secret)) {
      const key = await deriveDestinationKey(bytes)
      for (const { id, destination } of kept)
        if ((await openDestination(key, id, destination)).kind === 'opened') opened += 1
      for (const { linkId, brief } of links) {
        const keys = await deriveLinkKeys(await deriveLinkSecret(bytes, linkId))
        if ((await openLinkBrief(keys, linkId, brief.toString('base64url'))).kind === 'opened') opened += 1
      }
    }
  }
  return { tried: hpke.length + kept.length + links.length, opened }
}

test('a dump holds no line of a plan, no number, no name and no word, in any spelling', async () => {
  const text = await dump()
  expect(text.length).toBeGreaterThan(5_000)
  expect(stack.canaries.size).toBeGreaterThan(8)
  expect(stack.canaries.findIn(text)).toEqual([])
})

test("nor do Postgres's own files: old rows, indexes, its log of writes", async () => {
  await stack.db.query('CHECKPOINT')
  const [row] = await stack.db.query<{ data_directory: string }>('SHOW data_directory')
  const folder = row?.data_directory ?? ''
  const files = (readdirSync(folder, { recursive: true }) as string[])
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
  expect(files.length).toBeGreaterThan(100)
  const found = files.flatMap((file) =>
    stack.canaries.findIn(readFileSync(file, 'latin1')).map((kind) => `a ${kind} in ${file.slice(folder.length)}`),
  )
  expect(found).toEqual([])
})

test.runIf(platform() === 'linux')(
  "with the api's and the gateway's environments beside the dump, nothing opens; with the worker's, all of it does",
  async () => {
    const outside = secretsOf([
      ...environmentOf('api'),
      ...environmentOf('gateway'),
      ...(await dump()).split(/[\s",(){}]+/),
    ])
    const worker = secretsOf(environmentOf('worker-1'))
    const thief = await countOpened(outside)
    expect(thief.tried).toBeGreaterThanOrEqual(6)
    expect(thief.opened).toBe(0)
    expect((await countOpened(worker)).opened, 'the attempt itself can succeed').toBe(thief.tried)
  },
)
