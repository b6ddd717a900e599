import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import type { ProcessName } from '@stillhere/config'
import { describe, expect, test } from 'vitest'
import { composeDeployed, environmentOf, READERS, ROOT, readCompose, SERVICES } from './deployments.ts'

const compose = readCompose()
const entryOf = (process: ProcessName) =>
  process === 'migrate' ? 'infra/deploy/migrate.ts' : `services/${process}/src/main.ts`

/** A real process with the settings that compose would give it, but for one. */
async function start(process: ProcessName, changed: Record<string, string | undefined>) {
  const service = compose.services[process === 'worker' ? 'worker-1' : process]
  if (service === undefined) throw new Error(`compose has no ${process}`)
  const settings = environmentOf(composeDeployed(compose, process, service), changed)
  const child = spawn(globalThis.process.execPath, [entryOf(process)], {
    cwd: ROOT,
    env: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 25_000,
    killSignal: 'SIGKILL',
  })
  const [[code], out, error] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  return { code, out, error }
}

describe.each([...SERVICES, 'migrate' as const])('%s', (process) => {
  test('does not start with a wrong setting: exit code 78 and one line that a person understands', async () => {
    // Nothing is listening there: were the setting taken, the process would wait and not end by itself.
    const changed =
      process === 'web' ? { STILLHERE_API_URL: 'hunter2' } : { DATABASE_URL: 'mysql://app:hunter2@127.0.0.1/x' }
    const { code, out, error } = await start(process, changed)
    const lines = error.trim().split('\n')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      code: 'bad_setting',
      message: expect.stringMatching(process === 'web' ? /^STILLHERE_API_URL must .*\.$/ : /^DATABASE_URL must .*\.$/),
    })
    expect(code).toBe(78)
    expect(out + error).not.toContain('hunter2')
  })
})

test.each(SERVICES.filter((name) => name !== 'worker'))(
  '%s does not start beside a key of the worker’s',
  async (process) => {
    const { code, error } = await start(process, { LINK_KEY_FILE: '/run/secrets/worker_link_key' })
    expect(JSON.parse(error)).toMatchObject({ code: 'not_for_this_process' })
    expect(code).toBe(78)
  },
)

test('a worker does not start with a pager that nobody would ever ring', async () => {
  for (const number of ['+33612345678', '+44770090007']) {
    const { code, out, error } = await start('worker', {
      OPERATOR_PAGER_NUMBER: number,
      OPERATOR_PAGER_NUMBER_FILE: undefined,
      // Were the number taken, the process would wait for this database and not end by itself.
      DATABASE_URL: 'postgres://nobody:nobody@127.0.0.1:1/none',
      DATABASE_URL_FILE: undefined,
    })
    expect(out + error).not.toContain(number)
    expect({ code, said: out + error }).toEqual({
      code: 78,
      said: expect.stringContaining('OPERATOR_PAGER_NUMBER must'),
    })
  }
})

test('web says in one line that its port is taken, as every process does', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, error } = await start('web', { HOST: '127.0.0.1', PORT: String(port), INTERNAL_PORT: '0' })
  other.close()
  expect(JSON.parse(error)).toMatchObject({ code: 'port_taken', message: expect.stringMatching(/^PORT /) })
  expect(code).toBe(69)
})

test('every process has a reader', () => {
  expect(Object.keys(READERS).sort()).toEqual([...SERVICES, 'migrate'].sort())
})
