import { randomUUID } from 'node:crypto'
import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

test('B25: a second start is answered with the session that runs, and changes nothing of it', async () => {
  const { person } = await preparePerson(stack)
  const running = await person.start({ countdownSeconds: 120 })

  const refused = await person.start({ countdownSeconds: 600 }).catch((error) => error)

  expect(refused).toMatchObject({ status: 409, code: 'session_running' })
  expect(refused.answer.body.session).toEqual(running)
  expect(await person.session()).toEqual(running)
  await person.end()
  await person.start({ countdownSeconds: 60 })
  await person.end()
})

test('B25: of ten starts at once one makes a session and the others hear of it', async () => {
  const { person } = await preparePerson(stack)

  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      person.request('POST', '/v1/sessions', {
        commandId: randomUUID(),
        planId: person.planId,
        countdownSeconds: 120,
        company: 'timer-only',
      }),
    ),
  )

  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
  expect(new Set(answers.map(({ body }) => body.session?.id)).size).toBe(1)
  const rows = await stack.db.query('SELECT FROM app.sessions WHERE device_id = $1', [person.deviceId])
  expect(rows).toHaveLength(1)
})

test('B27, C82: without anybody who has agreed nobody is told that they are watched', async () => {
  const person = await stack.newPerson()
  await person.savePlan()
  const phone = stack.newPhone()
  await person.addRescuer({ number: phone.number })
  await phone.expectText('Reply 1 = ')
  await person.planUntil('is checked', ({ check }) => check === 'ok')

  await expect(person.start()).rejects.toMatchObject({ status: 409, code: 'no_one_to_alert' })

  await phone.reply('2')
  await phone.expectText('We will not text you about this again')
  await expect(person.start()).rejects.toMatchObject({ status: 409, code: 'no_one_to_alert' })
  expect((await person.plan()).readiness).toContain('no-rescuer-agreed')
})

test('a supporter on shift is somebody to alert; one who went home is not', async () => {
  const person = await stack.newPerson()
  await person.savePlan()
  await person.planUntil('is checked', ({ check }) => check === 'ok')
  const supporter = await stack.seedSupporter({ phone: stack.newPhone() })
  await person.start()
  await person.end()
  await supporter.setShift(false)

  await expect(person.start()).rejects.toMatchObject({ status: 409, code: 'no_one_to_alert' })
})

test('B26: a plan that nobody can open starts no countdown; another person’s plan and none are the same', async () => {
  const { person } = await preparePerson(stack)
  const stranger = await preparePerson(stack)
  const planId = randomUUID()
  const { sealed } = await sealedForAnotherPlan(person.planId)
  const saved = await person.request('POST', '/v1/plans', {
    commandId: randomUUID(),
    planId,
    planVersion: 1,
    sealed,
    alertOrder: 'rescuers-first',
  })
  expect(saved.status).toBe(201)
  const start = (plan: string) =>
    person.request('POST', '/v1/sessions', {
      commandId: randomUUID(),
      planId: plan,
      countdownSeconds: 120,
      company: 'timer-only',
    })

  expect(await start(planId)).toMatchObject({ status: 409, body: { code: 'plan_unreadable' } })
  await stack.settle()
  expect((await person.request('GET', `/v1/plans/${planId}`)).body.plan.check).toBe('refused')
  expect(await start(planId)).toMatchObject({ status: 409, body: { code: 'plan_unreadable' } })
  expect(await start(stranger.person.planId)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await start(randomUUID())).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await stack.db.query('SELECT FROM app.sessions WHERE device_id = $1', [person.deviceId])).toHaveLength(0)
})

/** A blob that was sealed well, for another plan. */
async function sealedForAnotherPlan(planId: string): Promise<{ sealed: object }> {
  const [row] = await stack.db.query<{ sealed: object }>('SELECT sealed FROM app.rescue_plans WHERE id = $1', [planId])
  if (!row) throw new Error('the plan is not there')
  return row
}
