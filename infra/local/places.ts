import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { PlainSentenceError, plainly } from './sentence.ts'

/** An account of the operating system that a store runs as. */
export type Account = { name: string; uid: number; gid: number }

/** Where a folder may go that an account without rights in a home can reach, best first. */
const SHARED_PLACES = ['/var/lib', '/var/tmp', '/tmp']

/** Makes a folder that only this account can look into, or says plainly why it cannot. */
export function makeFolder(folder: string, mode = 0o700): string {
  try {
    mkdirSync(folder, { recursive: true, mode })
    chmodSync(folder, mode)
    return folder
  } catch (error) {
    throw plainly(error, folder)
  }
}

/** True when `account` may enter `folder` and use it as asked. Without an account it is about this process. */
export function canUse(account: Account | undefined, folder: string, how: 'enter' | 'write' | 'run'): boolean {
  const test = { enter: '-d "$1" && cd "$1"', write: '-w "$1" && cd "$1"', run: '-x "$1"' }[how]
  const tried = spawnSync('/bin/sh', ['-c', `test ${test}`, 'can-use', folder], {
    cwd: '/',
    stdio: 'ignore',
    timeout: 5_000,
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  })
  return tried.status === 0
}

/** Where `sharedFolder` may have put the clone's folder, best first. */
export function sharedFolders(root: string): string[] {
  const name = `still-here-${createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 12)}`
  return SHARED_PLACES.map((place) => join(place, name))
}

/**
 * A folder outside the clone, its own for every clone, for what an account must reach that cannot enter the clone (one
 * under a home of mode 0700). It is made by this process and used only when this process owns it.
 */
export function sharedFolder(root: string): string {
  for (const folder of sharedFolders(root)) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 })
      const found = lstatSync(folder)
      // Somebody else could have made it first, to read along.
      if (!found.isDirectory() || found.uid !== process.getuid?.()) continue
      chmodSync(folder, 0o755)
      return folder
    } catch {
      // The next place may do.
    }
  }
  throw new PlainSentenceError(
    `Postgres cannot run as root and its account cannot enter ${root}; clone Still Here where other accounts may look.`,
  )
}
