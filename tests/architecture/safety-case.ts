import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CitedTest, Control, Hazard } from '../../infra/safety/hazard.ts'

const ROOT = join(import.meta.dirname, '..', '..')

/** H1 to H33. H19 was never given, and stays a gap: an id that means something new each year means nothing. */
const ids = Array.from({ length: 33 }, (_, index) => `H${index + 1}`).filter((id) => id !== 'H19')

/** What makes a hazard log say more than is so. Empty when all is well; each line says where. */
export function wrongWithHazards(hazards: readonly Hazard[]): string[] {
  const given = hazards.map(({ id }) => id)
  return [
    ...ids.filter((id) => !given.some((one) => one === id)).map((id) => `${id} is missing`),
    ...given.filter((id, index) => given.indexOf(id) !== index).map((id) => `${id} is there twice`),
    ...given.filter((id) => !ids.includes(id)).map((id) => `${id} is no id of ours`),
    ...hazards.flatMap((hazard) => wrongWithHazard(hazard).map((wrong) => `${hazard.id} ${wrong}`)),
  ]
}

function wrongWithHazard({ controls, hazard, cause, effect, residual }: Hazard): string[] {
  const unsaid = Object.entries({ hazard, cause, effect, residual }).filter(([, text]) => text.trim() === '')
  return [
    ...unsaid.map(([name]) => `does not say its ${name}`),
    ...(controls.length === 0 ? ['has no control'] : []),
    ...controls.flatMap((one) => wrongWithControl(one).map((wrong) => `"${one.control}" ${wrong}`)),
  ]
}

function wrongWithControl({ evidence }: Control): string[] {
  switch (evidence.shownBy) {
    case 'test':
      return evidence.tests.length === 0 ? ['cites no test'] : evidence.tests.flatMap(wrongWithTest)
    case 'review':
      if (evidence.by.trim() === '' || evidence.how.trim() === '') return ['does not say who looks at what']
      return wrongWithFaults(evidence.how)
    case 'open':
      return evidence.what.trim() === '' ? ['is open and does not say what is missing'] : wrongWithFaults(evidence.what)
    default:
      return ['has no evidence']
  }
}

function wrongWithTest({ file, test, row }: CitedTest): string[] {
  const path = join(ROOT, file)
  if (!file.endsWith('.test.ts') || !existsSync(path)) return [`cites ${file}, which is no test file`]
  const source = readFileSync(path, 'utf8')
  return [
    ...(hasTest(source, test) ? [] : [`cites "${test}", which is no test of ${file}`]),
    ...(row === undefined || source.includes(row) ? [] : [`cites the row "${row}", which is not in ${file}`]),
  ]
}

/** Whether `title` is what a test of the source is called, or the rows of a table of tests. A group of tests is none. */
function hasTest(source: string, title: string): boolean {
  const text = title.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  const called = new RegExp(`(?:\\b(?:test|it)|\\))\\s*\\(\\s*(['"\`])${text}\\1\\s*,`, 'g')
  return [...source.matchAll(called)].some((found) => {
    // Up to the word that began the statement: `test`, or `describe`.
    const before = source.slice(0, found.index + found[0].indexOf('('))
    return [...before.matchAll(/^\s*(test|it|describe)\b/gm)].at(-1)?.[1] !== 'describe'
  })
}

const faults = readdirSync(join(ROOT, 'tests/faults/cases')).flatMap((file) => {
  const [, number] = /^f0*(\d+)-/.exec(file) ?? []
  return number === undefined ? [] : [`F${number}`]
})

/** A case that somebody is asked to run must be there to be run. */
const wrongWithFaults = (text: string): string[] =>
  text.includes('npm run faults')
    ? [...text.matchAll(/\bF\d+\b/g)].flatMap(([id]) =>
        faults.includes(id) ? [] : [`asks for ${id}, which is no case`],
      )
    : []

/** Links of a page that lead nowhere: to no file, or to no heading of it. */
export function deadLinks(page: string, text = readFileSync(join(ROOT, page), 'utf8')): string[] {
  const found = [...text.matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
  return found.flatMap(([, file = '', anchor]) => {
    const target = file === '' ? page : join(dirname(page), file)
    if (!existsSync(join(ROOT, target))) return [`${page} links to ${target}, which is not there`]
    const isHeading =
      anchor === undefined || anchorsOf(file === '' ? text : readFileSync(join(ROOT, target), 'utf8')).has(anchor)
    return isHeading ? [] : [`${page} links to #${anchor} of ${target}, which is no heading`]
  })
}

/** As GitHub makes them. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
