import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessName } from '@stillhere/config'
import { describe, expect, test } from 'vitest'
import {
  environmentOf,
  liveEnvironmentOf,
  READERS,
  ROOT,
  read,
  readUnit,
  SERVICES,
  UNITS,
  unitDeployed,
  wrongWith,
} from './deployments.ts'

const files = readdirSync(join(ROOT, UNITS)).filter((file) => file.endsWith('.service'))
const processOf = (file: string) => /^stillhere-([a-z]+)@?\.service$/.exec(file)?.[1] as ProcessName
const portsOf = (file: string, instance = '') => {
  const { plain } = unitDeployed(processOf(file), readUnit(file), instance)
  return [plain.PORT, plain.INTERNAL_PORT].filter((port) => port !== undefined)
}

test('there is a unit for every process, and the target starts two workers', () => {
  expect(files.map(processOf).sort()).toEqual([...SERVICES, 'migrate'].sort())
  const [, wanted = ''] = /^Wants=(.*)$/m.exec(read(`${UNITS}/stillhere.target`)) ?? []
  const units = SERVICES.flatMap((name) =>
    name === 'worker' ? ['stillhere-worker@1.service', 'stillhere-worker@2.service'] : [`stillhere-${name}.service`],
  )
  expect(wanted.split(' ').sort()).toEqual(units.sort())
})

test('who stops all and starts all has migrated: a database that was put in place meanwhile lets the services in', () => {
  for (const file of files) expect(readUnit(file).get('PartOf'), file).toEqual(['stillhere.target'])
})

test('cron finds the command that the guide has it give each night, and the folder is there', () => {
  const guide = read('infra/deploy/README.md')
  const [, folder] = /^install .*command\.sh (\S+)\/stillhere$/m.exec(guide) ?? []
  const [, nightly = ''] = /```\n(MAILTO=.*?)```/s.exec(guide) ?? []
  const [, path = ''] = /^PATH=(.*)$/m.exec(nightly) ?? []
  // Debian's cron looks into /usr/bin and /bin only.
  expect(path.split(':')).toContain(folder)
  const [, backups = ''] = / backup (\/\S+)\/\$/.exec(nightly) ?? []
  expect(guide).toMatch(new RegExp(`install -d -m 700 ${backups}\\b`))
})

describe.each(files)('%s', (file) => {
  const unit = readUnit(file)
  const one = (directive: string) => unit.get(directive)?.at(-1)
  const deployed = unitDeployed(processOf(file), unit, '1')

  test('is told exactly the settings that its code reads, and would start with them', () => {
    // The one that migrates listens nowhere and has no pages: what the others share says more than it asks for.
    const shared = file.includes('migrate') ? ['HOST', 'STILLHERE_WEB_URL'] : []
    const told = {
      ...deployed,
      plain: Object.fromEntries(Object.entries(deployed.plain).filter(([name]) => !shared.includes(name))),
    }
    expect(wrongWith(told)).toEqual([])
    for (const environment of [environmentOf(deployed, { STILLHERE_MODE: 'trial' }), liveEnvironmentOf(deployed)]) {
      expect(() => READERS[processOf(file)](environment)).not.toThrow()
    }
  })

  test('runs its own code as a user of its own', () => {
    expect(one('User')).toBe(`stillhere-${processOf(file)}`)
    expect(read(`${UNITS}/sysusers.conf`)).toMatch(new RegExp(`^u stillhere-${processOf(file)} `, 'm'))
    const [, entry = ''] = /^\/usr\/bin\/node (\S+)$/.exec(one('ExecStart') ?? '') ?? []
    expect(existsSync(join(ROOT, entry)), entry).toBe(true)
  })

  test('can change nothing, gain nothing and see nobody', () => {
    for (const directive of [
      'NoNewPrivileges',
      'ProtectHome',
      'PrivateTmp',
      'PrivateDevices',
      'RestrictNamespaces',
      'LockPersonality',
    ]) {
      expect(one(directive), directive).toBe('yes')
    }
    expect([one('ProtectSystem'), one('ProtectProc'), one('CapabilityBoundingSet'), one('LimitCORE')]).toEqual([
      'strict',
      'invisible',
      '',
      '0',
    ])
    // Node compiles at run time and would not start with it.
    expect(unit.has('MemoryDenyWriteExecute')).toBe(false)
  })

  test('is started again for ever, but not on a wrong setting', () => {
    expect(one('Restart')).toBe(file.includes('migrate') ? 'on-failure' : 'always')
    expect([one('RestartPreventExitStatus'), one('StartLimitIntervalSec')]).toEqual(['78', '0'])
    expect(Number.parseInt(one('TimeoutStopSec') ?? '', 10)).toBeGreaterThanOrEqual(10)
  })

  test('comes after the database and never dies of its absence', () => {
    expect(unit.get('Requires') ?? unit.get('BindsTo') ?? []).toEqual([])
    if (file.includes('web')) return
    expect(one('After')).toContain('postgresql.service')
    if (!file.includes('migrate')) expect(one('After')).toContain('stillhere-migrate.service')
  })
})

test('no two processes of one machine want the same port', () => {
  const ports = files.flatMap((file) =>
    file.includes('@') ? [...portsOf(file, '1'), ...portsOf(file, '2')] : portsOf(file),
  )
  expect(ports.length).toBe(8)
  expect(new Set(ports).size).toBe(ports.length)
})
