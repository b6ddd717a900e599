import { expect, test } from 'vitest'
import cy from './999.cy.json' with { type: 'json' }
import en from './999.en.json' with { type: 'json' }
import type { Guide } from './guide.ts'

const files = [en, cy] as Guide[]

for (const file of files) {
  test(`every note has a source, and the whole a day to be read again (${file.language})`, () => {
    expect(Date.parse(file.reviewBy)).toBeGreaterThan(Date.parse(file.writtenOn))
    for (const note of Object.values(file.regions).flat()) {
      expect(note.text.trim()).not.toBe('')
      expect(note.sources.length, note.text).toBeGreaterThan(0)
      // A homepage is no source: nobody finds again what was read there.
      for (const { url } of note.sources) expect(new URL(url).pathname + new URL(url).search, url).not.toBe('/')
    }
  })

  test(`words that draw police, blame or promise are not in it (${file.language})`, () => {
    expect(JSON.stringify(file)).not.toMatch(
      /\b(?:addict|abuse|violent|aggressive|weapon|dealer|junkie|trespass|intruder|no police|guarantee)\b/i,
    )
  })
}

test('each region has a checked note; of police either a checked note speaks, or it is said that none could be checked', () => {
  for (const file of files) {
    const police = /police|heddlu/
    for (const region of Object.keys(en.regions) as (keyof typeof en.regions)[]) {
      const notes = file.regions[region].map(({ text }) => text)
      expect(notes.length, region).toBeGreaterThan(0)
      const come = notes.filter((text) => police.test(text) && /promise|addo/.test(text))
      expect(come.length + file.unchecked[region].filter((text) => police.test(text)).length, region).toBeGreaterThan(0)
      for (const text of file.unchecked[region]) expect(text).toMatch(/no source|ffynhonnell/)
    }
  }
})

test('a region without a checked note still has what holds everywhere', () => {
  for (const file of files) expect(file.general.length).toBeGreaterThan(0)
})

test('both languages have the same lines, numbers and sources', () => {
  const numbers = (text: string) => text.match(/\d+/g) ?? []
  expect(Object.keys(cy.say)).toEqual(Object.keys(en.say))
  for (const region of Object.keys(en.regions) as (keyof typeof en.regions)[]) {
    const notes = (file: Guide) =>
      file.regions[region].map(({ text, sources, sourceDate }) => [numbers(text), sources, sourceDate])
    expect(notes(cy as Guide)).toEqual(notes(en as Guide))
  }
})

test('a remote supporter never says that they see the person: unknown, breathing or not, they are not there', () => {
  for (const said of [en.say.unknown, en.say.asked, en.say.breathing, en.say['not-breathing']])
    expect(said).toMatch(/I am not (?:with them|there)/)
})
