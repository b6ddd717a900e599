import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')

const FOLDERS = ['infra', 'packages', 'services', 'tests']
const FILES = [
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'biome.json',
  'docker-compose.yml',
  'knip.ts',
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
  'tsconfig.json',
  'vitest.config.ts',
]

/** Everything in the repository, tracked or about to be. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)))

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const code = files.filter((file) => /\.(?:ts|tsx|mjs|mts|sql|css|html|sh)$/.test(file) || file.startsWith('.ci/'))
const texts = [...code, ...files.filter((file) => /\.(?:md|json|ya?ml)$/.test(file) && file !== 'pnpm-lock.yaml')]

const rooms = ['packages', 'services'].flatMap((area) =>
  readdirSync(join(ROOT, area), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${area}/${entry.name}`),
)
/** A room whose only door is still empty has not been moved into. */
const inhabited = rooms.filter((room) =>
  code.some((file) => file.startsWith(`${room}/src/`) && read(file).trim() !== 'export {}'),
)

test('the top of the repository is the fixed set', () => {
  const top = [...new Set(files.map((file) => file.split('/')[0] ?? ''))].filter((name) => !name.startsWith('.'))
  expect(top.filter((name) => !FOLDERS.includes(name) && !FILES.includes(name))).toEqual([])
  for (const needed of [...FOLDERS, 'README.md', 'LICENSE', 'CONTRIBUTING.md']) expect(top).toContain(needed)
})

test.each(rooms)('%s has its line in packages/README.md', (room) => {
  const name = room.split('/')[1] ?? ''
  expect(read('packages/README.md')).toMatch(new RegExp(`^\\| \\[?\`?${name}\`?\\]?.* \\|`, 'm'))
})

test.each([...inhabited, 'infra/local', 'infra/decisions', 'infra/safety'])('%s has a README under a page', (room) => {
  expect(existsSync(join(ROOT, room, 'README.md')), `${room}/README.md`).toBe(true)
  expect(read(`${room}/README.md`).split('\n').length).toBeLessThanOrEqual(80)
})

test.each(inhabited)('the README of %s says where to change things', (room) => {
  expect(read(`${room}/README.md`)).toMatch(/to change/i)
})

test('every command named in a README exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const named = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => [...read(file).matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map((m) => m[1] ?? m[2]))
  expect([...new Set(named)].filter((name) => name !== undefined && !(name in scripts))).toEqual([])
  expect(named).toContain('test')
})

test('every file that a README links to exists', () => {
  const broken = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((m) => join(file, '..', m[1] ?? '')),
    )
    .filter((target) => !existsSync(join(ROOT, target)))
  expect(broken).toEqual([])
})

test('nothing names one machine', () => {
  const paths = /(?:^|[^A-Za-z0-9_./-])\/(?:work|home|root|Users)\/[a-z]/m
  expect(texts.filter((file) => paths.test(read(file)))).toEqual([])
})

test('no file or folder is called by what it is not about', () => {
  const vague = /(?:^|\/|[.-])(?:utils?|helpers?|common|managers?|misc)(?:[./-]|$)/
  expect(files.filter((file) => vague.test(file))).toEqual([])
})

test('no test is skipped, alone or still to be written', () => {
  const dodge = /\b(?:it|test|describe)\.(?:skip|only|todo|fails)\b/
  expect(code.filter((file) => dodge.test(read(file)))).toEqual([])
})

test('no error is swallowed without a word why', () => {
  const silent = /catch *(?:\([^)]*\))? *\{ *\}/
  expect(code.filter((file) => silent.test(read(file)))).toEqual([])
})

test('nobody is called a patient, an addict or a victim', () => {
  const wrong = /\b(?:const|function|class|type|interface) \w*(?:patient|addict|victim)\w*/i
  expect(code.filter((file) => wrong.test(read(file)))).toEqual([])
})
