import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import MessageFormat from '@messageformat/core'
import { expect, test } from 'vitest'
import { languages } from './speak.ts'

const folder = import.meta.dirname
const entries = [...new Set(readdirSync(folder).flatMap((file) => /^([a-z]+)\.[a-z]{2}\.json$/.exec(file)?.[1] ?? []))]
const read = (entry: string, language: string) =>
  JSON.parse(readFileSync(join(folder, `${entry}.${language}.json`), 'utf8')) as Record<string, string>
const valuesIn = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name))].sort()

const sources = (at: string): string[] =>
  readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
    .map((file) => readFileSync(join(at, file), 'utf8'))

test('there is an entry to look at', () => {
  expect(entries).toContain('person')
})

/** The same in every language: names, loanwords, units, numbers, and sentences that are a value and nothing else. */
const isAlike =
  /^(?:Still Here|PIN|Sam|Robin|Ash|[Nn]aloxone|Poster|Rota|[Ss]taff(?:: \{staff\})?|\{ms\} ms|[\d\s]+|(?:\{\w+\}[\s:.,–-]*)+)$/

for (const entry of entries) {
  const english = read(entry, 'en')
  for (const language of Object.keys(languages)) {
    test(`${entry} says everything in ${language}, with the same values`, () => {
      const words = read(entry, language)
      expect(Object.keys(words).sort()).toEqual(Object.keys(english).sort())
      for (const [key, text] of Object.entries(words)) {
        expect(text.trim(), key).not.toBe('')
        expect(valuesIn(text), key).toEqual(valuesIn(english[key] ?? ''))
        expect(() => new MessageFormat(language).compile(text), key).not.toThrow()
      }
    })
  }

  for (const language of Object.keys(languages).filter((one) => one !== 'en')) {
    test(`${entry} speaks ${language} where it says so: what is left as in English is a name or a figure`, () => {
      const words = read(entry, language)
      const same = Object.keys(english).filter((key) => words[key] === english[key])
      expect(same.map((key) => english[key]).filter((text) => !isAlike.test(text ?? ''))).toEqual([])
    })
  }

  test(`every word of ${entry} is used, and no screen holds words of its own`, () => {
    const code = sources(join(folder, '..', '..', entry))
    // What entries share is given an entry's own `say`.
    const all = [...code, ...sources(join(folder, '..', '..', 'shared'))].join('\n')
    // A key is written out, or made of a fixed beginning and a word of the contract: `consent.${consent}`.
    const beginnings = [...all.matchAll(/`([a-z]+\.(?:[a-zA-Z]+\.)?)\$\{/g)].map(([, begin]) => begin ?? '')
    const unused = Object.keys(english).filter(
      (key) => !all.includes(`'${key}'`) && !beginnings.some((begin) => key.startsWith(begin)),
    )
    expect(unused).toEqual([])
    const literal = code.flatMap((text) =>
      [...text.matchAll(/>\s*([A-Z][a-z]+(?: [a-z’']+)+)[.\s]*</g)].map(([, words]) => words),
    )
    expect(literal).toEqual([])
  })

  test(`${entry} has no word that hurts, promises or betrays`, () => {
    for (const text of Object.values(english))
      expect(text).not.toMatch(/\b(?:addict|abuse|clean|dirty|junkie|guarantee|no police)\b/i)
  })
}
