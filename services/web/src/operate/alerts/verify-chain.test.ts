import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { verifyChain } from './verify-chain.ts'

type Document = Parameters<typeof verifyChain>[0]

/** A journal of three lines, chained as the contract says it, and one that is a moment old. */
function chained(): Document {
  let head = Buffer.alloc(32)
  const lines = ['alert-raised', 'alert-claimed', 'alert-closed'].map((kind, index) => {
    const line = {
      id: 40 + index,
      organisationId: 'o',
      at: `2026-11-22T03:00:0${index}.000Z`,
      kind,
      sessionId: 's',
      actorKind: 'service',
      actorId: null,
      detail: { b: 1, a: 'é' },
    }
    const entries = [
      ['a', 'é'],
      ['b', 1],
    ]
    const form = [
      'stillhere/journal/v1',
      'alert',
      index + 1,
      line.id,
      'o',
      line.at,
      kind,
      's',
      'service',
      null,
      entries,
    ]
    head = createHash('sha256').update(head).update(JSON.stringify(form)).digest()
    return { ...line, position: index + 1, hash: head.toString('hex') }
  })
  const last = lines[2] as (typeof lines)[number]
  return {
    alert: { id: 'alert', synthetic: false, state: 'closed', reason: 'silence' },
    chain: { length: 3, head: head.toString('hex'), waiting: 1, sound: true },
    lines: [...lines, { ...last, id: 43, kind: 'alert-viewed', position: null, hash: null }],
  }
}
const changed = (change: (document: Document) => unknown): Document => {
  const document = chained()
  change(document)
  return document
}
const line = (document: Document, index: number) => document.lines[index] as Document['lines'][number]

test('a journal that is what was chained is sound, and says its head and what is too new', async () => {
  const { chain } = chained()
  expect(await verifyChain(chained())).toEqual({ kind: 'sound', lines: 3, waiting: 1, head: chain.head })
})

const damages: [what: string, change: (document: Document) => unknown, position: number][] = [
  ['a line was changed', (of) => Object.assign(line(of, 1), { kind: 'alert-forgotten' }), 2],
  ['a detail was changed', (of) => Object.assign(line(of, 0).detail, { a: 'e' }), 1],
  ['a line was taken out', (of) => of.lines.splice(1, 1), 2],
  ['the last line was taken out', (of) => of.lines.splice(2, 1), 3],
  ['two lines were swapped', (of) => of.lines.splice(0, 2, line(of, 1), line(of, 0)), 1],
  ['a hash was written over', (of) => Object.assign(line(of, 2), { hash: 'f'.repeat(64) }), 3],
  ['the kept head is another', (of) => Object.assign(of.chain, { head: '0'.repeat(64) }), 4],
  ['it is another alert’s', (of) => Object.assign(of.alert, { id: 'other' }), 1],
  ['the service itself says it is not', (of) => Object.assign(of.chain, { sound: false }), 3],
]
for (const [what, change, position] of damages)
  test(`a journal breaks where ${what}`, async () => {
    expect(await verifyChain(changed(change))).toEqual({ kind: 'broken', position })
  })

test('a journal that is seconds old is neither sound nor broken', async () => {
  const fresh = changed((of) => {
    of.lines.splice(0, 3)
    Object.assign(of.chain, { length: 0, head: null })
  })
  expect(await verifyChain(fresh)).toEqual({ kind: 'not-yet' })
})
