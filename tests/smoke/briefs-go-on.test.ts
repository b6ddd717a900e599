import { generateOpeningKey, writePublicKey } from '@stillhere/sealing/open'
import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

/** A supporter who has claimed needs the address; plans that cannot be opened must not stand in the way of it. */
const stack = await startStack({ deterministic: true })
afterAll(() => stack.close())
stack.phones.allow(/./)
stack.phones.allowCalls()
stack.allowErrors(/unreadablePlan/)

/** More than one round looks at. */
const unreadable = 21

test('one brief reaches its supporter although twenty-one before it can never be sealed', async () => {
  const home = await stack.organisation('demo')
  const ann = await home.signIn('supporter', 'Ann')
  const pair = await generateOpeningKey('browser', { extractable: false })
  const publicKey = await writePublicKey(pair)
  expect((await ann.request('PUT', '/v1/brief-key', { publicKey })).status).toBe(200)
  await ann.setShift(true)

  const raise = async () => {
    const { person } = await preparePerson(stack)
    await person.start({ countdownSeconds: 7_200, company: 'supporter' })
    await person.help()
    return (await person.session()).alert?.id ?? ''
  }
  const broken: string[] = []
  for (let number = 1; number <= unreadable; number += 1) broken.push(await raise())
  const readable = await raise()
  // Each of them has the plan of the one whose turn comes last.
  await stack.db.query(
    `UPDATE app.alerts SET sealed_plan = (SELECT sealed_plan FROM app.alerts WHERE id = $2) WHERE id = ANY($1::uuid[])`,
    [broken, readable],
  )
  for (const id of [...broken, readable]) await ann.command(id, 'claim')
  await stack.settle()

  const briefOf = async (id: string) => (await ann.request('GET', `/v1/alerts/${id}/brief`)).body.brief
  expect(await briefOf(readable)).toMatchObject({ sealed: expect.anything() })
  expect(await briefOf(broken[0] ?? '')).toBeUndefined()
})
