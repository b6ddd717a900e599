import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { anyFreePort } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'
import { Supervisor } from './supervisor.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A role that may create databases, on a Postgres that is thrown away after the run. */
    TEST_POSTGRES_URL: string
    /** Empty where this machine has no Redis. */
    TEST_REDIS_URL: string
  }
}

export type TestStores = { postgresUrl: string; redisUrl: string; stop: () => Promise<void> }

/** One real Postgres and one real Redis for a whole run, on free ports and in a folder that goes with them. */
export async function startTestStores(root: string): Promise<TestStores> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const folder = mkdtempSync(join(tmpdir(), 'still-here-test-'))
  // The database's account must get through where we are root.
  chmodSync(folder, 0o711)
  const supervisor = new Supervisor({ folder, say })
  const folders = new Set([folder])
  const stop = async () => {
    await supervisor.stop()
    for (const made of folders) rmSync(made, { recursive: true, force: true })
  }
  try {
    const [postgresPort, redisPort] = [await anyFreePort(), await anyFreePort()]
    const [postgres, redis] = await Promise.all([
      startPostgres(supervisor, {
        root,
        folder: join(folder, 'postgres'),
        nameOutside: basename(folder),
        port: postgresPort,
        // Killing a process loses nothing without fsync, only killing the machine does; and many databases are made.
        settings: { fsync: 'off', full_page_writes: 'off', max_connections: '400' },
      }),
      startRedis(supervisor, { folder: join(folder, 'redis'), port: redisPort, say }),
    ])
    folders.add(postgres.folder)
    return { postgresUrl: postgres.url, redisUrl: redis?.url ?? '', stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** vitest's global set-up: `inject('TEST_POSTGRES_URL')` in a test, or the same name in its environment. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stores = await startTestStores(process.cwd())
  project.provide('TEST_POSTGRES_URL', stores.postgresUrl)
  project.provide('TEST_REDIS_URL', stores.redisUrl)
  process.env.TEST_POSTGRES_URL = stores.postgresUrl
  process.env.TEST_REDIS_URL = stores.redisUrl
  return stores.stop
}
