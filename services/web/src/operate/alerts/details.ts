import { receiptRanks } from '@stillhere/domain'
import type { Word } from '../words.ts'

/*
 * What stands beside a line of the journal, in words: the journal's own names are for programs, and stay in the JSON. What
 * has no word yet is shown as it is rather than not at all. Pure.
 */

export interface Detail {
  label: Word | string
  value: { word: Word } | { text: string } | { ms: number }
}

const names = [
  'reason',
  'latenessMs',
  'said',
  'to',
  'outcome',
  'stall',
  'fit',
  'naloxone',
  'kind',
  'of',
  'carrier',
  'receiptRank',
  'because',
  'template',
  'recipientKind',
  'channel',
  'recipientId',
  'supporterId',
  'openingId',
  'askedBy',
  'confirmedBy',
  'synthetic',
] as const

const answers = [
  ...['silence', 'help', 'raised', 'duress'],
  ...['going', 'cannot', 'there', 'safe', 'left'],
  ...['false-alarm', 'rescued', 'handed-to-crew', 'not-found', 'abandoned'],
  ...['no-step', 'failing', 'overdue', 'far'],
  ...['called-999', 'number-given', 'rescuer-going', 'rescuer-there', 'breathing', 'not-breathing'],
  ...['naloxone-given', 'crew-there', 'declined', 'withdrawn'],
  ...['accepted', 'refused', 'failed', 'unknown', 'queued', 'sending', 'sent', 'undelivered', 'delivered'],
  ...['not-sent', 'recipient-for-good', 'recipient-blocked', 'recipient-for-now', 'content', 'ours', 'capacity'],
  ...['rescuer', 'supporter', 'person', 'pager', 'text', 'call', 'push', 'console'],
  ...['life-at-risk', 'person-asked', 'safeguarding', 'court-order'],
  ...['expired', 'not-two-operators', 'not-signed', 'cannot-open', 'too-many', 'no-plan'],
  ...['true', 'false'],
] as const

/** What a message says, by the beginning of its template's name. */
const templates = [
  ['first', /^alert-(?:first|generic|bundle)/],
  ['again', /^alert-repeat/],
  ['where', /^alert-where/],
  ['ask', /^request-all-clear/],
  ['over', /^all-clear/],
  ['home', /^stand-down/],
  ['pager', /^pager-/],
  ['answer', /(?:-noted|-noted-|^claim-|^already-|^safe-|^late-|^supporter-owns|^handed-over|^which-|^not-)/],
] as const

const isId = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}$/.test(text)

function answerOf(name: string, value: string | number | boolean): Detail['value'] {
  if (name.endsWith('Ms') && typeof value === 'number') return { ms: value }
  if (name === 'template') {
    const wrote = templates.find(([, fits]) => fits.test(String(value)))?.[0] ?? 'other'
    return { word: `wrote.${wrote}` }
  }
  const said = name === 'receiptRank' ? statusOf(Number(value)) : String(value)
  const answer = answers.find((one) => one === said)
  // The beginning of an id is its time: two of one moment share it.
  return answer ? { word: `is.${answer}` } : { text: isId(said) ? said.slice(-6) : said }
}

const statusOf = (rank: number): string => Object.entries(receiptRanks).find(([, one]) => one === rank)?.[0] ?? ''

/** @param detail of the journal, or of an attempt; what is nested is not shown, nor which row it belongs to */
export function detailsOf(detail: Readonly<Record<string, unknown>>): Detail[] {
  return Object.entries(detail).flatMap(([name, value]): Detail[] => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return []
    if (name === 'messageId' || name === 'id' || value === '' || (name === 'receiptRank' && !statusOf(Number(value))))
      return []
    const known = names.find((one) => one === name)
    return [{ label: known ? `detail.${known}` : name, value: answerOf(name, value) }]
  })
}
