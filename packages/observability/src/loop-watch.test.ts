import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const run = (body: string) =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { watchEventLoop } from ${JSON.stringify(new URL('./loop-watch.ts', import.meta.url).href)}
       watchEventLoop({ stuckAfterMs: 400 })
       ${body}`,
    ],
    // The bound: a child that spins must not outlive a failing test.
    { stdio: ['ignore', 'pipe', 'inherit'], timeout: 10_000, killSignal: 'SIGKILL' },
  )

test('a process whose loop is blocked ends itself', async () => {
  const child = run('setTimeout(() => { for (;;); }, 300)')
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
}, 15_000)

test('a process that was frozen as a whole and woken again lives on', async () => {
  const child = run(`
    process.on('SIGUSR2', () => setTimeout(() => process.exit(0), 700))
    setInterval(() => {}, 1000)
    process.stdout.write('up\\n')`)
  await once(child.stdout, 'data')
  child.kill('SIGSTOP')
  await new Promise((resolve) => setTimeout(resolve, 1200)) // The fault itself: frozen for three times the bound.
  child.kill('SIGCONT')
  child.kill('SIGUSR2')
  const [code, signal] = await once(child, 'exit')
  expect({ code, signal }).toEqual({ code: 0, signal: null })
}, 15_000)

test('the watch does not keep a finished process alive', async () => {
  const [code] = await once(run(''), 'exit')
  expect(code).toBe(0)
}, 15_000)
