import { expect, test } from 'vitest'
import { Ledger } from './ledger.ts'

interface Entry {
  sid: string
  position: number
  phone: string
}

function ledgerOf(limit: number, phones: string[]) {
  const ledger = new Ledger<Entry>(limit, ({ phone }) => phone)
  for (const phone of phones) {
    const position = ledger.nextPosition()
    ledger.record({ sid: `sid-${position}`, position, phone })
  }
  return ledger
}

const sids = (entries: Iterable<Entry>) => [...entries].map(({ sid }) => sid)

test('finds by sid, lists by phone and of all, in both directions', () => {
  const ledger = ledgerOf(10, ['a', 'b', 'a'])
  expect(ledger.find('sid-2')?.phone).toBe('b')
  expect(ledger.find('sid-4')).toBeUndefined()
  expect(sids(ledger.list('a'))).toEqual(['sid-1', 'sid-3'])
  expect(sids(ledger.newestFirst('a'))).toEqual(['sid-3', 'sid-1'])
  expect(sids(ledger.list())).toEqual(['sid-1', 'sid-2', 'sid-3'])
  expect(sids(ledger.newestFirst())).toEqual(['sid-3', 'sid-2', 'sid-1'])
  expect(ledger.list('nobody')).toEqual([])
})

test('what it forgets is gone from everywhere', () => {
  const ledger = ledgerOf(2, ['a', 'b', 'a', 'a'])
  expect(sids(ledger.list())).toEqual(['sid-3', 'sid-4'])
  expect(sids(ledger.list('a'))).toEqual(['sid-3', 'sid-4'])
  expect(ledger.list('b')).toEqual([])
  expect(ledger.find('sid-1')).toBeUndefined()
})
