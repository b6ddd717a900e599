// Sees to the dependencies, then runs `infra/local/<command>.ts` on the Node that they bring. Runs on Node 18 and newer,
// before anything is installed. Standard output belongs to the command: everything said here goes to standard error.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { homedir, constants as osConstants } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { birthOf, isAlive, parentOf, tryLock } from './lock.mjs'

const COMMANDS = ['start', 'test', 'demo', 'check', 'bench', 'faults', 'journal', 'screens', 'stillhere']
/** Where a command lies that is not one of this folder. */
const ELSEWHERE = { stillhere: join('infra', 'stillhere', 'main.ts') }
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** A cold install takes seconds to two minutes; another one that takes longer than this is stuck. */
const WAIT_FOR_OTHER_INSTALL_MS = 10 * 60_000
/** node_modules with Postgres's and Node's binaries, and pnpm's store where it cannot link. */
const INSTALL_NEEDS_BYTES = 800_000_000
/** An install over one that is there only fetches what changed. */
const MENDING_NEEDS_BYTES = 100_000_000

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const node = join(root, 'node_modules', '.bin', 'node')
const stampFile = join(root, 'node_modules', '.still-here-installed')

export async function run(args) {
  const [command, ...rest] = args
  if (!COMMANDS.includes(command)) refuse(`There is no command "${command}"; there are ${COMMANDS.join(', ')}.`, 2)
  const entry = ELSEWHERE[command] ?? join('infra', 'local', `${command}.ts`)
  if (!existsSync(join(root, entry))) refuse(`npm run ${command} is not built yet.`)
  process.chdir(root)
  await seeToDependencies()
  hand(node, [entry, ...rest])
}

async function seeToDependencies() {
  if (isInstalled()) return
  try {
    mkdirSync(join(root, '.data'), { recursive: true })
    accessSync(root, constants.W_OK)
    accessSync(join(root, '.data'), constants.W_OK)
  } catch {
    refuse(`Still Here cannot write to its own folder ${root}; give this account the right to, or clone it elsewhere.`)
  }
  const lock = await lockInstall()
  try {
    if (isInstalled()) return
    const free = statfsSync(root)
    const needed = existsSync(join(root, 'node_modules')) ? MENDING_NEEDS_BYTES : INSTALL_NEEDS_BYTES
    if (free.bavail * free.bsize < needed) {
      refuse(`Not enough disk space under ${root}: the dependencies need ${needed / 1e6} MB.`)
    }
    say('Installing what Still Here needs (once; under three minutes) …')
    const code = await install()
    if (code !== 0) refuse('The dependencies could not be installed (the reason stands above); is the network there?')
    writeFileSync(stampFile, fingerprint())
  } finally {
    lock.release()
  }
}

/** Two npm commands at once must not install over each other. */
async function lockInstall() {
  const path = join(root, '.data', 'install.lock')
  const giveUpAt = Date.now() + WAIT_FOR_OTHER_INSTALL_MS
  for (let said = false; Date.now() < giveUpAt; said = true) {
    const lock = tryLock(path)
    if (lock.held) return lock
    if (!said) say('Another command is installing the dependencies; waiting for it …')
    await pause(250)
  }
  return refuse(`Another command has been installing for too long; end it, or remove ${path}.`)
}

function isInstalled() {
  return existsSync(node) && isWhole() && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint()
}

/** A room that depends on something has its own node_modules; somebody may have cleaned it away. */
function isWhole() {
  return manifests().every((manifest) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(root, manifest), 'utf8'))
    const needs = Object.keys({ ...dependencies, ...devDependencies }).length > 0
    return !needs || existsSync(join(root, dirname(manifest), 'node_modules'))
  })
}

/** Changes whenever an install could have another result: lockfile, manifests, and the machine's kind. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]) {
    hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function manifests() {
  const rooms = ['packages', 'services'].flatMap((area) =>
    existsSync(join(root, area)) ? readdirSync(join(root, area)).map((room) => join(area, room)) : [],
  )
  return ['.', ...rooms, 'tests']
    .map((room) => join(room, 'package.json'))
    .filter((file) => existsSync(join(root, file)))
    .sort()
}

function install() {
  const env = { ...process.env, CI: 'true' }
  // What npm hands to its scripts about itself would be read by npx as said to it.
  for (const name of ['npm_config_call', 'npm_config_package']) delete env[name]
  try {
    accessSync(homedir(), constants.W_OK)
  } catch {
    // An account with no home of its own: npm and pnpm keep their stores here.
    env.HOME = join(root, '.data', 'home')
    mkdirSync(env.HOME, { recursive: true })
    delete env.npm_config_cache
  }
  const child = spawn('npx', ['-y', 'pnpm@12', 'install', '--frozen-lockfile'], {
    cwd: root,
    env,
    // Its standard output is progress, and ours stays clean.
    stdio: ['ignore', 2, 2],
  })
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('exit', (code) => {
      for (const signal of SIGNALS) process.removeAllListeners(signal)
      resolve(code ?? 1)
    })
  })
}

/** Node cannot replace itself by another program: stay in between, pass on signals and the end. */
function hand(program, args) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, STILLHERE_LAUNCHED_BY: String(process.pid) },
  })
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  if (process.env.npm_lifecycle_event !== undefined) {
    const launcher = npmAbove()
    setInterval(() => {
      if (!isAlive(launcher)) child.kill('SIGTERM')
    }, 250).unref()
  }
  child.on('error', () => refuse('The Node that came with the dependencies does not run on this machine.'))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (osConstants.signals[signal] ?? 1)))
}

/**
 * npm killed outright takes nobody with it, and then nobody would ever press Ctrl-C for us: so we watch it. It is our
 * parent, or the parent of the shell in which it runs its scripts.
 */
function npmAbove() {
  const shell = parentOf(process.ppid)
  const pid = shell !== undefined && /^-?(?:ba|da|z|k)?sh$/.test(shell.name) ? shell.parent : process.ppid
  return { pid, birth: birthOf(pid) }
}

function say(line) {
  process.stderr.write(`${line}\n`)
}

function refuse(sentence, code = 1) {
  say(sentence)
  process.exit(code)
}
