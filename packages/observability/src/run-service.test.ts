import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'

const here = JSON.stringify(new URL('./run-service.ts', import.meta.url).href)
/** A process whose service reads and starts as these lines say. */
const begin = (of: { read?: string; start?: string }) =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { runService } from ${here}
       const refusal = Object.assign(new Error('PORT is missing.'), { refusesToStart: true, code: 'missing_setting' })
       await runService({
         service: 'api',
         read: () => ${of.read ?? "({ mode: 'trial', logLevel: 'info' })"},
         start: async () => ${of.start ?? '({ internalPort: 1, port: 2, stop: async () => { clearInterval(alive) } })'},
       })
       const alive = setInterval(() => {}, 1_000)`,
    ],
    // The bound: what hangs must not outlive a failing test, nor look as if it had been ended in time.
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: 25_000, killSignal: 'SIGABRT' },
  )
async function outcomeOf(child: ReturnType<typeof begin>) {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const [code] = await once(child, 'close')
  return { code, said }
}
const throwing = (what: string) => `(() => { throw ${what} })()`

test('a setting that is wrong ends the start with 78 and one sentence', async () => {
  const { code, said } = await outcomeOf(begin({ read: throwing('refusal') }))
  expect(code).toBe(78)
  expect(JSON.parse(said)).toEqual({ level: 'fatal', code: 'missing_setting', message: 'PORT is missing.' })
})

test('what could not be foreseen ends it with 1, and says so in the log', async () => {
  const { code, said } = await outcomeOf(begin({ start: throwing("new TypeError('no')") }))
  expect(code).toBe(1)
  expect(said).toContain('"event":"start failed"')
})

test.each([
  ['EADDRINUSE', 2, 'port_taken', /^PORT is/],
  ['EADDRINUSE', 1, 'port_taken', /^INTERNAL_PORT is/],
  ['EACCES', 2, 'port_forbidden', /^PORT is/],
  ['EADDRNOTAVAIL', 2, 'address_not_here', /^HOST is/],
])(
  '%s of port %s ends it with 69, an id and one sentence: a moment later it may be had',
  async (code, port, id, says) => {
    const error = `Object.assign(new Error('listen at 127.0.0.1:7401'), ${JSON.stringify({ code, port, syscall: 'listen' })})`
    const read = "({ mode: 'trial', logLevel: 'info', port: 2, internalPort: 1 })"
    const ended = await outcomeOf(begin({ read, start: throwing(error) }))
    expect(ended.code).toBe(69)
    expect(JSON.parse(ended.said.trim().split('\n').at(-1) ?? '')).toEqual({
      level: 'fatal',
      code: id,
      message: expect.stringMatching(says),
    })
    expect(ended.said).not.toContain('7401')
  },
)

test('F44: a service whose loop stands still is ended, and so started again by whoever watches over it', async () => {
  const stands = 'setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 50)'
  const child = begin({ start: `(${stands}, { internalPort: 1, stop: async () => {} })` })
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
}, 40_000)

test.each(['SIGTERM', 'SIGINT'] as const)('%s stops it, in order, with 0', async (signal) => {
  const child = begin({})
  const lines: string[] = []
  for await (const line of createInterface(child.stdout)) {
    lines.push(JSON.parse(line).event)
    if (lines.at(-1) === 'ready') child.kill(signal)
  }
  await (child.exitCode === null ? once(child, 'exit') : undefined)
  expect(lines).toEqual(['starting', 'ready', 'stopping', 'stopped'])
  expect(child.exitCode).toBe(0)
})

test('a stop that fails is not taken for a good one', async () => {
  const child = begin({ start: "({ internalPort: 1, stop: async () => { throw new Error('no') } })" })
  child.stdout.once('data', () => child.stdout.on('data', () => child.kill('SIGTERM')))
  expect((await outcomeOf(child)).code).not.toBe(0)
})
