import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { platform } from 'node:os'
import { type ProcessName, startRealStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startRealStack({ name: 'keys' })
afterAll(() => stack.close())

const secrets = ['DISCLOSURE_KEYS', 'NUMBER_HASH_KEY', 'LINK_KEY'] as const

const pidOf = (name: ProcessName): number => {
  const pid = stack.supervisor.pid(name)
  if (pid === undefined) throw new Error(`${name} does not run`)
  return pid
}
const environmentOf = (pid: number): Record<string, string> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

/** What each of a process's open files is; sockets, pipes and the like have no text. */
function openFiles(pid: number): { name: string; text: string }[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    const path = `/proc/${pid}/fd/${fd}`
    try {
      const name = readlinkSync(path)
      const file = statSync(path)
      return [{ name, text: file.isFile() && file.size < 10_000_000 ? readFileSync(path, 'latin1') : '' }]
    } catch {
      // Closed since the folder was read.
      return []
    }
  })
}

/** Every form in which a key may stand: the setting, and each key of a list without its id. */
const worker = environmentOf(pidOf('worker-1'))
const values = secrets.flatMap((name) => (worker[name] ?? '').split(',').map((key) => key.slice(key.indexOf(':') + 1)))

test.runIf(platform() === 'linux')('P12: the worker holds the keys, so that there is something to look for', () => {
  for (const name of secrets) {
    expect(worker[name], name).toMatch(/.{40,}/)
    expect(environmentOf(pidOf('worker-2'))[name]).toBe(worker[name])
  }
  expect(values).toHaveLength(3)
})

test.runIf(platform() === 'linux').each(['api', 'gateway', 'web', 'simulator', 'postgres', 'redis'] as const)(
  'P12: %s holds no key, in its environment, its command or its open files',
  (name) => {
    if (name === 'redis' && stack.redisUrl === undefined) return
    const pid = pidOf(name)
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
    for (const secret of secrets) expect(environment).not.toContain(`${secret}=`)
    const files = openFiles(pid)
    expect(files.length).toBeGreaterThan(0)
    for (const value of values) {
      expect(environment.includes(value)).toBe(false)
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(value)).toBe(false)
      expect(files.filter(({ text }) => text.includes(value)).map((file) => file.name)).toEqual([])
      expect(
        files.map((file) => file.name).filter((path) => /keys/.test(path) && !path.includes('.data/keys-')),
      ).toEqual([])
    }
  },
)

test.runIf(platform() === 'linux')('P12: who needs no database is not told where it is', () => {
  for (const name of ['web', 'simulator'] as const) {
    const environment = environmentOf(pidOf(name))
    expect(Object.keys(environment).filter((key) => /DATABASE|REDIS/.test(key))).toEqual([])
  }
  expect(Object.keys(environmentOf(pidOf('gateway'))).filter((key) => /TWILIO/.test(key))).toEqual([])
})
