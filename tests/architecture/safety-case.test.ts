import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CitedTest, type Hazard, notThere, reviewed, shown } from '../../infra/safety/hazard.ts'
import { hazards } from '../../infra/safety/hazards.ts'
import { writeHazardsPage } from '../../infra/safety/hazards-page.ts'
import { deadLinks, wrongWithHazards } from './safety-case.ts'

/* A safety case is worth what stands behind it: what it cites is there, and what nobody has shown is said to be open. */

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', '..', 'infra', 'safety', file), 'utf8')

test('every hazard has controls, and every control a test that is there, somebody who looks, or the word that it is open', () => {
  expect(wrongWithHazards(hazards)).toEqual([])
})

const [first] = hazards as [Hazard]
const rest = hazards.slice(1)
const withControls = (...controls: Hazard['controls']): readonly Hazard[] => [{ ...first, controls }, ...rest]
const citing = (cited: Partial<CitedTest>) => {
  const { file, test, row } = {
    file: 'tests/smoke/no-redis.test.ts',
    test: 'F15: with no Redis the alert is raised, the rescuer claims it by text, and the device sees it live',
    row: undefined,
    ...cited,
  }
  return withControls(shown('It holds', row === undefined ? [file, test] : [file, test, row]))
}

test('a citation that is right is seen to be right', () => {
  expect(wrongWithHazards(citing({}))).toEqual([])
  expect(
    wrongWithHazards(citing({ file: 'tests/faults/first-faults.test.ts', test: '$id: $what', row: 'F48' })),
  ).toEqual([])
})

test.each<[string, readonly Hazard[], RegExp]>([
  ['a hazard that was left out', rest, /^H1 is missing$/],
  ['one id for two hazards', [...hazards, first], /^H1 is there twice$/],
  ['an id that was never given', [...hazards, { ...first, id: 'H19' }], /^H19 is no id of ours$/],
  ['a hazard without a control', withControls(), /^H1 has no control$/],
  [
    'a hazard that says nothing of what remains',
    [{ ...first, residual: ' ' }, ...rest],
    /^H1 does not say its residual$/,
  ],
  ['a control that cites no test', withControls(shown('It holds')), /cites no test$/],
  [
    'a control without evidence of any kind',
    withControls({ control: 'It holds', evidence: {} } as unknown as Hazard['controls'][number]),
    /has no evidence$/,
  ],
  ['a review by nobody', withControls(reviewed('It holds', '', 'Look at it.')), /does not say who looks/],
  ['something open that does not say what', withControls(notThere('It holds', 1, '')), /does not say what is missing/],
  ['a file that is not there', citing({ file: 'tests/smoke/no-such.test.ts' }), /which is no test file$/],
  ['a file that is no test', citing({ file: 'tests/faults/run-cases.ts' }), /which is no test file$/],
  ['a test that was renamed', citing({ test: 'F15: with no Redis the alert is raised' }), /which is no test of/],
  [
    'a group of tests, which says nothing by itself',
    citing({ file: 'tests/architecture/compose.test.ts', test: '%s is held' }),
    /which is no test of/,
  ],
  ['a row that its table does not have', citing({ row: 'F9999' }), /^H1 .* the row "F9999", which is not in/],
  [
    'a fault case that nobody can run',
    withControls(reviewed('It holds', 'somebody', 'Run `npm run faults -- --only F9999`.')),
    /asks for F9999/,
  ],
])('%s is found', (_what, broken, said) => {
  const wrong = wrongWithHazards(broken)
  expect(wrong).toHaveLength(1)
  expect(wrong[0]).toMatch(said)
})

test('HAZARDS.md is what hazards.ts says (node infra/safety/write-hazards-page.ts writes it)', () => {
  expect(read('HAZARDS.md')).toBe(writeHazardsPage())
})

test.each(['README.md', 'SAFETY-CASE.md', 'HAZARDS.md'])(
  'no link of %s is dead, and it says that it is a draft',
  (page) => {
    expect(deadLinks(`infra/safety/${page}`)).toEqual([])
    expect(read(page)).toMatch(/draft/i)
    expect(read(page)).toMatch(/Nobody (?:who is entitled to )?has signed|No clinical safety officer has/)
  },
)

test('a link to no file, and one to no heading, are found', () => {
  const page = 'infra/safety/README.md'
  expect(
    deadLinks(page, '[a](no-such.md) [b](HAZARDS.md#h99-nothing) [c](#nowhere) [d](HAZARDS.md#what-is-open)'),
  ).toEqual([
    `${page} links to infra/safety/no-such.md, which is not there`,
    `${page} links to #h99-nothing of infra/safety/HAZARDS.md, which is no heading`,
    `${page} links to #nowhere of ${page}, which is no heading`,
  ])
})

test('the safety case speaks of every promise once, with its evidence', () => {
  const rows = read('SAFETY-CASE.md')
    .split('\n')
    .filter((line) => /^\| P\d+ /.test(line))
  expect(rows.map((row) => /P\d+/.exec(row)?.[0])).toEqual(Array.from({ length: 14 }, (_, index) => `P${index + 1}`))
  for (const row of rows) expect(row.split('|')[3]).toMatch(/\]\(\S+\)/)
})
