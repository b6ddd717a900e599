import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cruiseLayers, type LayersReport } from './cruise-layers.ts'

/** Everything another room can be imported by. */
const DOORS = [
  'domain',
  'contracts',
  'sealing/seal',
  'sealing/open',
  'config',
  'observability',
  'persistence',
  'timers',
  'signals',
  'carriers/inbound',
  'carriers/outbound',
  'operations',
  'carrier-simulator',
  'testkit',
]

/** Where code lies, and the doors open to it: the table of the architecture, written a second time by hand. */
const OPEN: Record<string, string> = {
  'packages/domain/src': '',
  'packages/sealing/src': '',
  'packages/config/src': '',
  'packages/carrier-simulator/src': '',
  'packages/contracts/src': 'domain',
  'packages/observability/src': 'domain',
  'packages/persistence/src': 'domain contracts observability',
  'packages/signals/src': 'domain contracts observability',
  'packages/timers/src': 'domain contracts observability signals',
  'packages/carriers/src/inbound': 'domain observability',
  'packages/operations/src': 'domain contracts observability persistence',
  'services/api/src': 'domain contracts sealing/seal config observability timers signals carriers/inbound operations',
  'services/gateway/src': 'domain contracts config observability timers signals operations',
  'services/worker/src':
    'domain contracts config observability timers signals carriers/inbound carriers/outbound operations',
  'services/worker/src/disclosure':
    'domain contracts sealing/seal sealing/open config observability timers signals carriers/inbound carriers/outbound operations',
  'services/web/src/person': 'domain contracts sealing/seal',
  'services/web/src/support': 'domain contracts sealing/seal sealing/open',
}

const OWNED: Record<string, string[]> = {
  pg: ['packages/persistence/src'],
  bullmq: ['packages/timers/src'],
  ioredis: ['packages/signals/src'],
  twilio: ['packages/carriers/src/inbound'],
  ws: ['services/gateway/src'],
  pino: ['packages/observability/src'],
}

let root: string
let report: LayersReport

/** A repository in which every room imports everything, one import a file, so that a rule that is blind shows. */
beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'still-here-layers-')))
  for (const door of DOORS) {
    const [name = '', part = 'index'] = door.split('/')
    const file = name === 'carriers' ? `src/${part}/index.ts` : `src/${part}.ts`
    write(`packages/${name}/${file}`, 'export const here = 1\n')
    write(`packages/${name}/package.json`, JSON.stringify({ name: `@stillhere/${name}`, exports: exportsOf(name) }))
    link(`node_modules/@stillhere/${name}`, `packages/${name}`)
  }
  for (const name of Object.keys(OWNED)) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'module.exports = 1\n')
  }
  for (const place of Object.keys(OPEN)) {
    for (const door of DOORS.filter((door) => !place.startsWith(`packages/${door.split('/')[0]}/`))) {
      write(`${place}/to-${door.replace('/', '-')}.ts`, `export { here } from '@stillhere/${door}'\n`)
    }
    for (const name of Object.keys(OWNED)) {
      write(`${place}/npm-${name}.ts`, `import * as it from '${name}'\nexport const use = it\n`)
    }
  }
  write(
    'services/api/src/type-only.ts',
    "import type { here } from '@stillhere/persistence'\nexport type A = typeof here\n",
  )
  write('services/api/src/by-path.ts', "export { here } from '../../../packages/domain/src/index.ts'\n")
  write('services/api/src/lost.ts', "export * from '@stillhere/nowhere'\n")
  write('services/api/src/rules.test.ts', "export { here } from '@stillhere/testkit'\n")
  write('services/api/src/leans-on-a-test.ts', "export * from './rules.test.ts'\n")
  write('packages/contracts/src/clock.ts', "export { hrtime } from 'node:process'\n")
  write('packages/domain/src/clock.ts', "export { hrtime } from 'node:process'\n")
  write('packages/timers/src/a.ts', "import { b } from './b.ts'\nexport const a = () => b\n")
  write('packages/timers/src/b.ts', "import { a } from './a.ts'\nexport const b = () => a\n")
  write('packages/timers/src/to-infra.ts', "export * from '../../../infra/local/stack.ts'\n")
  write(
    'packages/timers/src/using.ts',
    "export async function f(a: AsyncDisposable) {\n  await using b = a\n  return [b, import('@stillhere/operations')]\n}\n",
  )
  write('infra/local/stack.ts', "export { here } from '@stillhere/testkit'\n")
  report = await cruiseLayers(root)
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

test.each(Object.entries(OPEN))('%s can be imported by no more than its row of the table says', (place, open) => {
  const wanted = DOORS.filter((door) => !place.startsWith(`packages/${door.split('/')[0]}/`))
  const closed = wanted.filter((door) => !open.split(' ').includes(door))
  const refused = wanted.filter((door) => rulesOn(`${place}/to-${door.replace('/', '-')}.ts`).length > 0)
  expect(refused).toEqual(closed)
})

test.each(Object.entries(OWNED))('the npm package %s has one owner', (name, owners) => {
  const importers = Object.keys(OPEN).filter((place) => !place.startsWith('packages/domain/'))
  const allowed = importers.filter((place) => rulesOn(`${place}/npm-${name}.ts`).length === 0)
  expect(allowed).toEqual(owners)
})

test.each([
  ['an import of a type alone', 'services/api/src/type-only.ts', 'import-table-api'],
  ['a path into another room', 'services/api/src/by-path.ts', 'by-name-not-by-path'],
  ['a package that is not declared', 'services/api/src/lost.ts', 'declared-and-found'],
  ['a test used by what runs', 'services/api/src/leans-on-a-test.ts', 'no-test-in-what-runs'],
  ["Node's own modules where a browser runs the code", 'packages/contracts/src/clock.ts', 'browser-safe'],
  ['anything at all from outside in the domain', 'packages/domain/src/clock.ts', 'domain-depends-on-nothing'],
  ['a circle', 'packages/timers/src/a.ts', 'no-circle'],
  ['an import below a using declaration', 'packages/timers/src/using.ts', 'import-table-timers'],
  ['infra, from a package', 'packages/timers/src/to-infra.ts', 'import-table-timers'],
])('refuses %s', (_what, file, rule) => {
  expect(rulesOn(file)).toContain(rule)
})

test('a test file and infra may import what they need', () => {
  expect(rulesOn('services/api/src/rules.test.ts')).toEqual([])
  expect(rulesOn('infra/local/stack.ts')).toEqual([])
})

function rulesOn(file: string): string[] {
  return report.violations.filter((violation) => violation.from === file).map((violation) => violation.rule)
}

function exportsOf(name: string): Record<string, string> {
  if (name === 'sealing') return { './seal': './src/seal.ts', './open': './src/open.ts' }
  if (name === 'carriers') return { './inbound': './src/inbound/index.ts', './outbound': './src/outbound/index.ts' }
  return { '.': './src/index.ts' }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

function link(from: string, to: string): void {
  mkdirSync(dirname(join(root, from)), { recursive: true })
  rmSync(join(root, from), { force: true })
  symlinkSync(join(root, to), join(root, from))
}
