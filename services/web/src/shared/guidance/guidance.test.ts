import { expect, test } from 'vitest'
import aloneCy from './alone.gb.cy.json' with { type: 'json' }
import aloneEn from './alone.gb.en.json' with { type: 'json' }
import cy from './gb.cy.json' with { type: 'json' }
import en from './gb.en.json' with { type: 'json' }
import { type Guidance, stepNames } from './guidance.ts'

const files = [en, cy] as Guidance[]

for (const file of files) {
  test(`every step has a sentence, a picture, a source and a day to be read again (${file.language})`, () => {
    expect(Object.keys(file.entries).sort()).toEqual([...stepNames].sort())
    for (const [name, entry] of Object.entries(file.entries)) {
      for (const text of [entry.title, entry.say, entry.picture, ...entry.more]) expect(text.trim(), name).not.toBe('')
      expect(entry.sources.length, name).toBeGreaterThan(0)
      for (const { url } of entry.sources) expect(() => new URL(url), name).not.toThrow()
      expect(entry.writtenOn, name).toMatch(/^\d{4}-\d\d-\d\d$/)
      expect(Date.parse(entry.reviewBy), name).toBeGreaterThan(Date.parse(entry.writtenOn))
    }
  })

  test(`words that draw police, blame or promise are not in it (${file.language})`, () => {
    expect(JSON.stringify(file)).not.toMatch(
      /\b(?:addict|abuse|violent|aggressive|dealer|junkie|no police|guarantee)\b/i,
    )
  })
}

test('both languages say the same: as many lines, the same numbers, the same sources', () => {
  const numbers = (text: string) => text.match(/\d+/g) ?? []
  expect([cy.doseFromSeconds, cy.doseToSeconds]).toEqual([en.doseFromSeconds, en.doseToSeconds])
  for (const name of stepNames) {
    expect(numbers(cy.entries[name].say), name).toEqual(numbers(en.entries[name].say))
    expect(cy.entries[name].more.map(numbers), name).toEqual(en.entries[name].more.map(numbers))
    expect(cy.entries[name].sources, name).toEqual(en.entries[name].sources)
    expect(cy.entries[name].reviewBy, name).toBe(en.entries[name].reviewBy)
  }
})

test('what somebody alone is told has a sentence, a figure, a source and a day to be read again, in both languages', () => {
  expect(aloneCy.entries.length).toBe(aloneEn.entries.length)
  for (const file of [aloneEn, aloneCy]) {
    for (const [index, entry] of file.entries.entries()) {
      for (const text of [entry.title, entry.say, entry.picture, ...entry.more]) expect(text.trim()).not.toBe('')
      expect(stepNames).toContain(entry.figure)
      expect(entry.sources.length).toBeGreaterThan(0)
      expect(Date.parse(entry.reviewBy)).toBeGreaterThan(Date.parse(entry.writtenOn))
      expect(entry.sources).toEqual(aloneEn.entries[index]?.sources)
      expect(entry.say.match(/\d+/g)).toEqual(aloneEn.entries[index]?.say.match(/\d+/g))
    }
  }
})
