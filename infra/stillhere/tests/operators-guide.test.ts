import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ask, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'
import { publicDisclosureKey } from '../../local/keys.ts'
import { hostOf, type Said } from './at-the-host.ts'

const stack = await startStack()
afterAll(() => stack.close())
const host = hostOf({
  DATABASE_URL: stack.databaseUrl,
  STILLHERE_WEB_URL: 'https://stillhere.example.org',
  STILLHERE_API_URL: stack.api,
  STILLHERE_SECRETS: 'etc/stillhere/secrets',
})
const etc = `${host.folder}/etc/stillhere`
const handset = stack.newPhone()

const clone = fileURLToPath(new URL('../../../', import.meta.url))
/** The guide's own commands, as words, in its order. What brings the code or starts Docker is not among them. */
const commands = [
  ...(/^node infra\/deploy\/make-secrets\.ts .+$/gm.exec(readFileSync(`${clone}infra/deploy/README.md`, 'utf8')) ?? []),
  ...(readFileSync(`${clone}infra/deploy/OPERATING.md`, 'utf8').match(/^stillhere .+$/gm) ?? []),
].map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''))

test('whoever follows the operator’s guide has an organisation, keys in escrow, a backup, and a drill that is proved', {
  timeout: 60_000,
}, async () => {
  expect(commands.map(([, ...args]) => args[0])).toContain('drill')
  // The carrier of this stack has one number, which an operator would have bought for Northside.
  await stack.db.query(`UPDATE app.organisations SET sms_number = '+447700900077' WHERE slug = 'demo'`)
  for (const [program, ...written] of commands) {
    const args = written.map((word) => (word === '+447700900077' ? stack.account.number : word))
    if (program === 'node') {
      const [script = '', folder = '', ...rest] = args
      await promisify(execFile)(process.execPath, [`${clone}${script}`, `${host.folder}${folder}`, ...rest])
      runOnTheStack()
      continue
    }
    const said = args[0] === 'drill' ? await drill(args) : await host.run(...args)
    expect({ args, code: said.code, err: said.err }).toEqual({ args, code: 0, err: '' })
    if (args.includes('operator')) await chooseHandset(said)
    if (args[0] === 'drill') expect(said.out).toContain('Proved.')
    if (args.includes('split')) expect(said.out).toContain('what the running installation uses')
  }
  await stack.settle()
})

/** What was made is what this stack runs on: it was there before its folder of secrets. */
function runOnTheStack(): void {
  const { disclosureKeys, numberHashKey, linkKey } = stack.secretKeys
  for (const [file, text] of Object.entries({
    'worker/disclosure_keys': disclosureKeys,
    'worker/number_hash_key': numberHashKey,
    'worker/link_key': linkKey,
    'api/disclosure_public_key': publicDisclosureKey(disclosureKeys),
    'migrate/database_url': stack.databaseUrl,
  })) {
    expect(readFileSync(`${etc}/secrets/${file}`, 'utf8')).not.toBe('')
    chmodSync(`${etc}/secrets/${file}`, 0o600)
    writeFileSync(`${etc}/secrets/${file}`, text)
  }
}

test('the command that a host with systemd has is the command line with this installation’s settings and keys', async () => {
  cpSync(`${clone}infra/deploy/systemd/settings`, etc, { recursive: true })
  const { stdout } = await promisify(execFile)('sh', [`${clone}infra/deploy/systemd/command.sh`, 'keys', 'list'], {
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, STILLHERE_ETC: etc, STILLHERE_HOME: clone },
  })
  expect(stdout).toContain(`* ${stack.keys.openingKeys[0]?.keyId} `)
})

/** The operator opens the link and gives the number of the test handset; whoever holds it agrees. */
async function chooseHandset(invited: Said): Promise<void> {
  const [, invitation] = /\/operate#([\w-]{43})\n/.exec(invited.out) ?? []
  const { body } = await ask('POST', `${stack.api}/v1/sign-in`, { invitation })
  const path = `${stack.api}/v1/operate/synthetic-alerts`
  const headers = { authorization: `Bearer ${body.token}` }
  const wanted = { commandId: randomUUID(), boundSeconds: 60, everyMinutes: null, number: handset.number }
  expect((await ask('PUT', path, wanted, headers)).status).toBe(200)
  await handset.expectText(/Reply 1 = (?:I )?agree/)
  await handset.reply('1')
  const isReady = async () => (await ask('GET', path, undefined, headers)).body.syntheticAlerts.handset.ready
  await until('the handset is ready', isReady)
}

async function drill(args: string[]): Promise<Said> {
  const walking = host.run(...args)
  await handset.expectText(/^TEST\. No one needs help\. SAFETY ALERT \d{4}/)
  await handset.expectText(/^TEST\. No one needs help\. .*\/r\//)
  await handset.reply('1')
  return walking
}
