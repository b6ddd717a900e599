import { expect, test } from 'vitest'
import { approvalOf, hashOf, knowDocument } from './approval.ts'

const words = { entries: { wake: { say: 'Call their name.' } } }
const signed = (contentHash: string, reviewBy = '2027-01-01') => [
  { document: 'rescue.gb.en', contentHash, reviewBy, by: 'Dr A, GMC 1', on: '2026-01-01' },
]

test('nothing is approved before the page knows its words and the service has said who signed them', async () => {
  const hash = await hashOf(words)
  expect(hash).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(approvalOf('rescue.gb.en', signed(hash), '2026-06-01')).toBeUndefined()
  await knowDocument('rescue.gb.en', words)
  expect(approvalOf('rescue.gb.en', undefined, '2026-06-01')).toBeUndefined()
  expect(approvalOf('rescue.gb.en', signed(hash), '2026-06-01')).toEqual({ by: 'Dr A, GMC 1', on: '2026-01-01' })
})

test('a signature is for one text: of a changed one, another document or past its day nobody has signed', async () => {
  const hash = await knowDocument('rescue.gb.en', words)
  const changed = await hashOf({ entries: { wake: { say: 'Call their name!' } } })
  expect(approvalOf('rescue.gb.en', signed(changed), '2026-06-01')).toBeUndefined()
  expect(approvalOf('alone.gb.en', signed(hash), '2026-06-01')).toBeUndefined()
  expect(approvalOf('rescue.gb.en', signed(hash, '2026-05-31'), '2026-06-01')).toBeUndefined()
  expect(approvalOf('rescue.gb.en', signed(hash, '2026-06-01'), '2026-06-01')).toBeDefined()
})
