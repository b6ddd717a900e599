import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rotaExceptionBody, rotaPatternBody } from '@stillhere/contracts'
import { endingWords } from '@stillhere/domain'
import { retentionRules } from '@stillhere/operations'
import { expect, test } from 'vitest'
import { actions, fields, kinds } from '../../services/web/src/operate/alerts/written-down.ts'
import { asKey, keptRules } from '../../services/web/src/operate/reports/kept-rules.ts'
import english from '../../services/web/src/shared/words/operate.en.json' with { type: 'json' }

/* An auditor reads words, never names of programs: whatever the service may write down has one in the console's catalogue. */

const root = join(import.meta.dirname, '..', '..')
const sources = (folder: string): string =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'))
    .join('\n')
const operations = sources('packages/operations/src')
const found = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, word]) => word ?? '')),
]

test('every change that is written down has its words', () => {
  const written = found(operations, /\baction: '([a-z-]+)'/g)
  expect(written.length).toBeGreaterThan(30)
  expect(written.filter((action) => !(actions as readonly string[]).includes(action))).toEqual([])
})

test('whatever changes an alert has its words', () => {
  const decided = found(
    readFileSync(join(root, 'packages/domain/src/alert/decide-alert.ts'), 'utf8'),
    /\b(?:changed\(|note\(|release\(alert, |renew\(\w+, [\w.]+, )'([a-zA-Z]+)'/g,
  )
  expect(decided).toContain('handedOver')
  // Refusals change nothing and are not written down.
  const written = [...decided.filter((outcome) => !/^no[tT]/.test(outcome)), ...endingWords].map(
    (word) => `alert-${word}`,
  )
  const others = found(operations, /\bkind: '(alert-[a-zA-Z]+)'/g)
  expect([...written, ...others].filter((kind) => !(kinds as readonly string[]).includes(kind))).toEqual([])
})

test('the names of what was changed have their words', () => {
  const lists = found(operations, /\bfields: \[([^\]]*)\]/g).join(' ')
  const named = found(lists, /'([a-zA-Z]+)'/g)
  expect(named).toContain('closingText')
  expect(named.filter((field) => !(fields as readonly string[]).includes(field))).toEqual([])
})

test('so have those that are written down as they were sent', () => {
  const sent = [rotaPatternBody, ...rotaExceptionBody.options].flatMap(({ shape }) => Object.keys(shape))
  expect(sent).toContain('supporterId')
  // The command's own id is no part of what it changes.
  const named = new Set(sent.filter((field) => field !== 'commandId'))
  expect([...named].filter((field) => !(fields as readonly string[]).includes(field))).toEqual([])
})

test('every rule of retention has its words, and in English they are the service’s own', () => {
  const words = english as Record<string, string>
  for (const { what, why } of retentionRules) {
    expect(words[`kept.${asKey(what)}`], what).toBe(what)
    expect(words[`kept.why.${asKey(what)}`], what).toBe(why)
  }
  expect(keptRules.length).toBe(retentionRules.length)
})
