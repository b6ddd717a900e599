import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

/** H27: somebody with access to the database moves what is sealed from one row to another. */
const pager = '+447700900009'
const stack = await startStack({ pagerNumber: pager })
afterAll(() => stack.close())
stack.phones.allow(/AGAIN/, /What to do now/, /^OPERATOR: \d+ alerts? open/)
stack.phones.allowCalls()

test("another's plan in this person's row opens for nobody: the alert goes out without it and the operator is paged", async () => {
  const robin = await preparePerson(stack, {})
  const other = await preparePerson(stack, {})
  const { alertAt } = await robin.person.start({ countdownSeconds: 60 })
  await stack.db.query(
    `UPDATE app.rescue_plans p SET good_sealed = o.good_sealed, sealed = o.sealed
     FROM app.rescue_plans o WHERE p.id = $1 AND o.id = $2`,
    [robin.person.planId, other.person.planId],
  )
  stack.allowErrors(/unreadablePlan/)
  await stack.advanceTo(alertAt)
  const { match } = await robin.rescuer.expectText(/^SAFETY ALERT (\d{4})/)
  const { body } = await robin.rescuer.expectText(`${match[1]}`)
  expect(body).not.toMatch(/http/)
  await stack.phones.phone(pager).expectText('plan')
  await other.rescuer.expectNothingMore()
})

test("another's number in this rescuer's row is dialled by nobody: the next rescuer is told at once", async () => {
  const robin = await preparePerson(stack, { rescuers: 2 })
  const stranger = await preparePerson(stack, {})
  const [first, second] = robin.rescuers
  await stack.db.query(
    `UPDATE app.rescuers r SET destination = o.destination, sealed_number = o.sealed_number
     FROM app.rescuers o WHERE r.plan_id = $1 AND r.position = 1 AND o.plan_id = $2`,
    [robin.person.planId, stranger.person.planId],
  )
  const { alertAt } = await robin.person.start({ countdownSeconds: 60 })
  stack.allowErrors(/poisonRow/, /carrier/)
  await stack.advanceTo(alertAt)
  await second?.expectText(/^SAFETY ALERT/)
  await stack.phones.phone(pager).expectText(/carrier|texts|messages/i)
  await stranger.rescuer.expectNothingMore()
  expect((await first?.texts())?.some(({ body }) => body.startsWith('SAFETY ALERT'))).toBe(false)
})
