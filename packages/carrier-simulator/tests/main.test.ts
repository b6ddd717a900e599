import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { accountSid, authToken, control, newPhone, ourNumber, rest } from './carrier-under-test.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const settings = {
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: authToken,
  TWILIO_NUMBER: ourNumber,
  // Nothing listens there: every webhook fails, which must not be written anywhere either.
  STILLHERE_API_URL: 'http://127.0.0.1:9',
  PORT: '0',
}

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  return { child, output, closed: once(child, 'close') }
}

test('says where it listens, then nothing of any number or text, and ends when told', async () => {
  const { child, output, closed } = start(settings)
  await once(child.stdout, 'data')
  const { event, origin } = JSON.parse(output.stdout)
  expect(event).toBe('listening')
  const phone = newPhone()
  expect((await rest(origin, 'POST', '/Messages.json', { From: ourNumber, To: phone, Body: 'a secret' })).status).toBe(
    201,
  )
  expect((await rest(origin, 'POST', '/Messages.json', { From: ourNumber, To: '999', Body: 'a secret' })).status).toBe(
    400,
  )
  expect((await control(origin, 'POST', '/sim/texts', { from: phone, body: 'a secret' })).status).toBe(201)
  expect((await control(origin, 'POST', '/sim/texts', { from: phone, body: 1 })).status).toBe(400)
  child.kill('SIGTERM')
  expect(await closed).toEqual([0, null])
  expect(output.stdout.trim().split('\n')).toHaveLength(1)
  expect(output.stderr).toBe('')
})

test.each([
  ['TWILIO_AUTH_TOKEN', ''],
  ['TWILIO_ACCOUNT_SID', 'not-an-account'],
  ['TWILIO_NUMBER', '07700900000'],
  ['STILLHERE_API_URL', 'nowhere'],
  ['PORT', 'eighty'],
])('does not start with a wrong %s, and says so without saying what it was', async (name, value) => {
  const { output, closed } = start({ ...settings, [name]: value })
  expect(await closed).toEqual([78, null])
  const line = JSON.parse(output.stdout)
  expect(line).toEqual({ event: 'not-started', code: 'settings', message: expect.any(String) })
  if (value !== '') expect(output.stdout).not.toContain(value)
})

test('a port that is taken is not a setting that is wrong', async () => {
  const first = start(settings)
  await once(first.child.stdout, 'data')
  const { port } = new URL(JSON.parse(first.output.stdout).origin)
  const second = start({ ...settings, PORT: port })
  expect(await second.closed).toEqual([1, null])
  expect(JSON.parse(second.output.stdout)).toMatchObject({ event: 'not-started', code: 'cannot_listen' })
})
