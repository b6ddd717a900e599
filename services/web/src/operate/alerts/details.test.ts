import { expect, test } from 'vitest'
import { detailsOf } from './details.ts'

test('what stands beside a line is said in words, with how late in milliseconds and enough of an id to tell two apart', () => {
  expect(detailsOf({ reason: 'silence', latenessMs: 12, to: '0193f0aa-1111-7222-8333-4444555566aa' })).toEqual([
    { label: 'detail.reason', value: { word: 'is.silence' } },
    { label: 'detail.latenessMs', value: { ms: 12 } },
    { label: 'detail.to', value: { text: '5566aa' } },
  ])
})

test('the rank of a receipt is what the carrier said; none yet is left out', () => {
  expect(detailsOf({ receiptRank: 5 })).toEqual([{ label: 'detail.receiptRank', value: { word: 'is.delivered' } }])
  expect(detailsOf({ receiptRank: -1, messageId: 'm', attempts: [1] })).toEqual([])
})

test('a message is named by what it says', () => {
  const wrote = (template: string) => detailsOf({ template })[0]?.value
  expect(
    ['alert-first', 'alert-repeat', 'alert-where', 'all-clear', 'request-all-clear', 'claim-confirmed', 'x'].map(wrote),
  ).toEqual(['first', 'again', 'where', 'over', 'ask', 'answer', 'other'].map((word) => ({ word: `wrote.${word}` })))
})

test('what has no word yet is shown as it is', () => {
  expect(detailsOf({ carrier: 'twilio', somethingNew: 'so' })).toEqual([
    { label: 'detail.carrier', value: { text: 'twilio' } },
    { label: 'somethingNew', value: { text: 'so' } },
  ])
})
