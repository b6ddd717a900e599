import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { runCommand, untilAskedToStop } from './launcher.ts'

/** Photographs every state of the pages into `.data/screens/`, in both themes, widths and languages. */
const signal = untilAskedToStop()

process.exitCode = await runCommand(async () => {
  const root = process.cwd()
  // The browser tests' own way of standing the service up, with a file that only photographs.
  const child = spawn(
    join(root, 'node_modules', '.bin', 'vitest'),
    ['run', '--config', 'tests/e2e/screens.config.ts'],
    {
      cwd: root,
      env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` },
      stdio: ['ignore', 2, 2],
    },
  )
  signal.addEventListener('abort', () => child.kill('SIGTERM'))
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', resolve)
  })
  process.stdout.write(code === 0 ? 'The screens lie in .data/screens/\n' : 'The screens could not all be made.\n')
  return code ?? 1
})
