import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PAGE, withDrawings } from './architecture-page.ts'
import { ROOT, read } from './deployments.ts'

const page = read(PAGE)

test('the diagrams of the architecture show what the code does (node tests/architecture/architecture-page.ts draws them)', () => {
  expect(page).toBe(withDrawings(page))
})

test('every room and every service has its place in the picture of imports', () => {
  const [, picture = ''] = /drawn: rooms -->\n```mermaid\n([\s\S]*?)```/.exec(page) ?? []
  // The simulator and the testkit stand outside: no service imports them, and they may not be drawn as if.
  for (const area of ['packages', 'services'])
    for (const { name } of readdirSync(join(ROOT, area), { withFileTypes: true }).filter((e) => e.isDirectory()))
      if (!['domain', 'testkit', 'carrier-simulator'].includes(name))
        expect(picture, name).toMatch(new RegExp(`\\b${name}\\b`))
})

test('what the session does is all drawn: silence raises the alert, and nothing leaves closed', () => {
  expect(page).toContain('counting --> prompting: raise, deadlineAt passes')
  expect(page).toContain('prompting --> alerting: help, alertAt passes')
  expect(page).not.toMatch(/closed --> (?!\[)/)
})
