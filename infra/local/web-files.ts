import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { tryLock } from './lock.mjs'
import { makeFolder } from './places.ts'
import { PlainSentenceError } from './sentence.ts'

/** What the pages are made of: the room itself, the packages that run in a browser, and the versions of all the rest. */
const SOURCES = [
  'infra/runbooks',
  'services/web/build',
  'services/web/index.html',
  'services/web/operate.html',
  'services/web/rescue.html',
  'services/web/runbook.html',
  'services/web/status.html',
  'services/web/support.html',
  'services/web/public',
  'services/web/src',
  'services/web/package.json',
  'services/web/tsconfig.json',
  'services/web/vite.config.ts',
  'packages/contracts/src',
  'packages/domain/src',
  'packages/sealing/src',
  'pnpm-lock.yaml',
]
/** A build takes seconds; one that takes longer is stuck. */
const BUILD_WITHIN_MS = 120_000

/**
 * Builds the pages that the web process serves, when their sources have changed since they were built last. Several
 * commands may ask at once: one builds, the others wait for it.
 * @throws PlainSentenceError when they cannot be built; the reason has been said
 */
export async function buildWebFiles(root: string, say: (line: string) => void = () => undefined): Promise<void> {
  const room = join(root, 'services', 'web')
  const stamp = join(room, 'dist', '.built-from')
  const isBuilt = (hash: string) => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
  if (isBuilt(hashOf(root))) return
  const path = join(makeFolder(join(root, '.data'), process.getuid?.() === 0 ? 0o711 : 0o700), 'web-build.lock')
  const giveUpAt = performance.now() + BUILD_WITHIN_MS
  let lock = tryLock(path)
  while (!lock.held) {
    if (performance.now() > giveUpAt) throw new PlainSentenceError(`The pages are being built for too long: ${path}.`)
    await pause(100)
    lock = tryLock(path)
  }
  try {
    const hash = hashOf(root)
    if (isBuilt(hash)) return
    say('Building the pages …')
    const output: string[] = []
    const code = await build(root, room, (text) => output.push(text))
    if (code !== 0) throw new PlainSentenceError(`The pages could not be built:\n${output.join('')}`)
    writeFileSync(stamp, hash)
  } finally {
    lock.release()
  }
}

function build(root: string, room: string, hear: (text: string) => void): Promise<number | null> {
  const child = spawn(join(room, 'node_modules', '.bin', 'vite'), ['build', '--logLevel', 'warn'], {
    cwd: room,
    // The build runs on the Node that we brought; a shell's NODE_ENV must not make it a slow one.
    env: {
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
      HOME: process.env.HOME ?? root,
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: BUILD_WITHIN_MS,
  })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)
  return new Promise((resolve) => {
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  })
}

function hashOf(root: string): string {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    const path = join(root, source)
    if (!existsSync(path)) continue
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => join(path, file))
      : [path]
    for (const file of files.sort())
      if (statSync(file).isFile()) hash.update(file.slice(root.length)).update(readFileSync(file))
  }
  return hash.digest('hex')
}
