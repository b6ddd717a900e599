import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { CommandError } from './host.ts'

/** Nobody but its owner. */
const privately = 0o600

/** What is in a secret's file, trimmed; undefined where there is none or it is empty. */
export function readSecretFile(path: string): string | undefined {
  if (!existsSync(path)) return undefined
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (error) {
    throw new CommandError('unreadable_file', `${path} cannot be read: run this as who owns it.`, 1, { cause: error })
  }
}

/** Several new files, all or none: half of a set beside half of a former one would belong to nothing. */
export function writeNewPrivateFiles(files: readonly (readonly [path: string, text: string])[]): void {
  for (const [path] of files) if (existsSync(path)) throw alreadyThere(path)
  for (const [path, text] of files) writeNewPrivateFile(path, text)
}

const alreadyThere = (path: string, cause?: unknown) =>
  new CommandError('file_exists', `${path} is there already; nothing is written over.`, 1, { cause })

/** Writes a new file that only its owner may read; what is there is never written over. */
export function writeNewPrivateFile(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(path, text, { mode: privately, flag: 'wx', flush: true })
  } catch (error) {
    const there = (error as { code?: string }).code === 'EEXIST'
    throw there
      ? alreadyThere(path, error)
      : new CommandError('cannot_write', `${path} cannot be written.`, 1, { cause: error })
  }
}

/**
 * Replaces what is in a secret's file, whole or not at all: its owner and its mode stay, because one process reads it and no
 * other may.
 */
export function replaceSecretFile(path: string, text: string): void {
  const former = existsSync(path) ? statSync(path) : undefined
  const draft = `${path}.new`
  try {
    rmSync(draft, { force: true })
    writeFileSync(draft, `${text}\n`, { mode: privately, flag: 'wx', flush: true })
    if (former) {
      // First its mode, then its owner: of another's file root changes no mode where it is held to few capabilities.
      chmodSync(draft, former.mode & 0o777)
      if (former.uid !== process.getuid?.() || former.gid !== process.getgid?.())
        chownSync(draft, former.uid, former.gid)
    }
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new CommandError('cannot_write', `${path} cannot be written: run this as root.`, 1, { cause: error })
  }
}
