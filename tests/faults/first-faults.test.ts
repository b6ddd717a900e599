import { expect, test } from 'vitest'
import { runCase } from './case.ts'
import { CASES } from './run-cases.ts'

/** The rows whose instant is exact and that take seconds; `npm run faults` runs all. */
const IN_SECONDS = ['F1', 'F2', 'F6', 'F7', 'F48']

test.each(CASES.filter(({ id }) => IN_SECONDS.includes(id)))('$id: $what', { timeout: 300_000 }, async (fault) => {
  const result = await runCase(fault, { full: false, say: (line) => process.stderr.write(`${line}\n`) })
  expect(result).toMatchObject({
    missed: 0,
    early: 0,
    doubled: 0,
    note: expect.not.stringContaining('WRONG'),
    ok: true,
  })
})
