import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ask, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'
import { hostOf, type Said } from './at-the-host.ts'

const stack = await startStack()
afterAll(() => stack.close())
const host = hostOf({ DATABASE_URL: stack.databaseUrl, STILLHERE_WEB_URL: 'https://stillhere.example.org' })
const handset = stack.newPhone()

const clone = fileURLToPath(new URL('../../../', import.meta.url))
/** The guide's own commands, as words, in its order. What brings the code or starts Docker is not among them. */
const commands = [
  ...readFileSync(`${clone}infra/deploy/OPERATING.md`, 'utf8').matchAll(
    /^(stillhere|node infra\/deploy\/make-secrets\.ts) .+$/gm,
  ),
].map(([line]) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''))

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
      await promisify(execFile)(process.execPath, [`${clone}${script}`, `${host.folder}/${folder}`, ...rest])
      continue
    }
    const said = args[0] === 'drill' ? await drill(args) : await host.run(...args)
    expect({ args, code: said.code, err: said.err }).toEqual({ args, code: 0, err: '' })
    if (args.includes('operator')) await chooseHandset(said)
    if (args[0] === 'drill') expect(said.out).toContain('Proved.')
  }
  await stack.settle()
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
