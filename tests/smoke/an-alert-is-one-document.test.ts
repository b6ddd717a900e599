import { createHash } from 'node:crypto'
import { preparePerson, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

// biome-ignore lint/suspicious/noExplicitAny: a document as it was handed out; the test looks at it
type Document = any

/** As the contract's words say it, without any of our code. */
function headOf({ alert, lines }: Document): string {
  let head = Buffer.alloc(32)
  for (const line of lines) {
    const { position, id, organisationId, at, kind, sessionId, actorKind, actorId, detail } = line
    const entries = Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1))
    const form = [
      'stillhere/journal/v1',
      alert.id,
      position,
      id,
      organisationId,
      at,
      kind,
      sessionId,
      actorKind,
      actorId,
      entries,
    ]
    head = createHash('sha256').update(head).update(JSON.stringify(form)).digest()
    expect(line.hash).toBe(head.toString('hex'))
  }
  return head.toString('hex')
}

test('an alert is exported as one document that can be checked against its chain without us, and names nobody', async () => {
  const { person, rescuer } = await preparePerson(stack)
  const { alertAt } = await person.start({ countdownSeconds: 60 })
  await stack.advanceTo(alertAt)
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('/r/')
  await rescuer.reply('1')
  await rescuer.expectText(/Thank you|on the way/)
  // The carrier's receipts come when they come.
  await stack.settle()
  const alertId = (await person.session()).alert?.id
  const auditor = await (await stack.organisation('demo')).signIn('auditor')
  const exported = () => auditor.request('GET', `/v1/operate/alerts/${alertId}/export`)
  const { body } = await until('every line has its place', async () => {
    const answer = await exported()
    return answer.body.chain.waiting === 0 && answer.body.chain.length > 1 ? answer : undefined
  })

  expect(body).toMatchObject({ form: 'stillhere/alert/v1', alert: { id: alertId, state: 'owned', synthetic: false } })
  expect(body.chain).toEqual({ length: body.lines.length, head: headOf(body), waiting: 0, sound: true })
  expect(body.lines.map(({ kind }: { kind: string }) => kind)).toEqual(
    expect.arrayContaining(['alert-raised', 'alert-claimed']),
  )
  const first = body.messages.find(({ template }: { template: string }) => template === 'alert-first')
  expect(first).toMatchObject({
    status: 'delivered',
    attempts: [{ carrier: 'twilio', outcome: 'accepted', receiptRank: 5 }],
  })
  expect(first.deliveredAt).toBeDefined()
  const text = JSON.stringify(body)
  expect(stack.canaries.findIn(text)).toEqual([])

  // Changed by hand, as only the owner of the database can: it says so.
  await stack.db.query('ALTER TABLE app.journal DISABLE TRIGGER journal_append_only')
  await stack.db.query(
    `UPDATE app.journal SET kind = 'alert-forgotten' WHERE alert_id = $1 AND kind = 'alert-claimed'`,
    [alertId],
  )
  await stack.db.query('ALTER TABLE app.journal ENABLE TRIGGER journal_append_only')
  expect((await exported()).body.chain).toMatchObject({ sound: false, damage: 'line-changed' })
})
