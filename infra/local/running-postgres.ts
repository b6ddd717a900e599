import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf } from './leftovers.ts'
import { isAlive } from './lock.mjs'
import { sharedFolders } from './places.ts'
import { DATABASE, ROLE } from './postgres.ts'

/** Lines of Postgres's own pid file: its process, and the port it listens on. */
const LINE = { pid: 0, port: 3 }

/**
 * Where the Postgres that `npm start` made for this clone answers now, or undefined where it does not run. Touches nothing.
 */
export function findRunningPostgres(root: string): string | undefined {
  const folders = [join(root, '.data', 'postgres'), ...sharedFolders(root).map((folder) => join(folder, 'postgres'))]
  for (const folder of folders) {
    const [pidFile, passwordFile] = [join(folder, 'data', 'postmaster.pid'), join(folder, 'password')]
    if (!existsSync(pidFile) || !existsSync(passwordFile)) continue
    const lines = readFileSync(pidFile, 'utf8').split('\n')
    const [pid, port] = [Number(lines[LINE.pid]), Number(lines[LINE.port])]
    if (!(port > 0) || !isAlive(identityOf(pid))) continue
    return `postgres://${ROLE}:${readFileSync(passwordFile, 'utf8').trim()}@127.0.0.1:${port}/${DATABASE}`
  }
  return undefined
}
