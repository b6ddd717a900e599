import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@stillhere/observability'
import { expect, test } from 'vitest'
import { pages, pagesBuilt } from './pages-built.ts'

test('a release whose pages nobody built is not ready, says so once in its log, and is ready with the last of them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'still-here-pages-'))
  const said: unknown[] = []
  const logger = createLogger({
    service: 'web',
    destination: { write: (line) => void said.push(JSON.parse(line).event) },
  })
  const ask = pagesBuilt(folder, logger)
  for (const file of Object.values(pages)) {
    expect(ask()).toEqual({ ok: false, note: 'not built' })
    writeFileSync(join(folder, file), '')
  }
  expect(said).toEqual(['the pages of this release are not built'])
  expect(ask()).toEqual({ ok: true })
})
