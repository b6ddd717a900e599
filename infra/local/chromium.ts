import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { PlainSentenceError } from './sentence.ts'

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const PLACES = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome']
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
const INSTALL_WITHIN_MS = 300_000

/**
 * The Chromium of this machine, in which the pages are tested and photographed: the one that `CHROMIUM` names, else one
 * on the PATH, else installed with apt where we are root on Debian or Ubuntu.
 * @throws PlainSentenceError where there is none
 */
export async function findOrInstallChromium(say: (line: string) => void = () => undefined): Promise<string> {
  const named = process.env.CHROMIUM
  if (named) {
    if (isProgram(named)) return named
    throw new PlainSentenceError('CHROMIUM names a file that cannot be run.')
  }
  const found = findChromium() ?? (await install(say))
  if (found !== undefined) return found
  throw new PlainSentenceError(
    'There is no Chromium for the browser tests: install chromium or Google Chrome, or let CHROMIUM name it.',
  )
}

function findChromium(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...PLACES].filter((folder) => folder !== '')
  const files = folders.flatMap((folder) => PROGRAMS.map((program) => join(folder, program)))
  return [...files, ...APPLICATIONS].find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function install(say: (line: string) => void): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get') || !isDebian()) return undefined
  say('Installing Chromium with apt (once) …')
  const giveUpAt = performance.now() + INSTALL_WITHIN_MS
  const chromium = ['install', '-y', '--no-install-recommends', 'chromium']
  if (!(await apt(chromium, giveUpAt))) {
    await apt(['update'], giveUpAt)
    await apt(chromium, giveUpAt)
  }
  return findChromium()
}

function isDebian(): boolean {
  try {
    return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

function apt(args: readonly string[], giveUpAt: number): Promise<boolean> {
  const child = spawn('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=60', ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/root', DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 2, 2],
    timeout: Math.max(1, Math.ceil(giveUpAt - performance.now())),
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}
