import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack({ deterministic: true })
// Whoever did not claim is asked again.
stack.phones.allow(/AGAIN/)
stack.phones.allowCalls()
afterAll(() => stack.close())

const claims = ['1a', '1 A', "'1a'", 'ACK 1', '1 ', '1\n', '“1”', '１']
const withCode = [
  (code: string) => `${code} 1`,
  (code: string) => `1 ${code}`,
  (code: string) => `${code}1`,
  (code: string) => `1-${code}`,
]
/** Nobody may claim by what is not a deliberate 1. */
const others = ['1?', '11', 'yes!', "I'm driving, back in 1 hour", '👍', '', '1 9999']

/** Alerts that are open at once, one for each reply; each rescuer's phone answers its own. */
async function replyToEach(bodies: readonly ((code: string) => string)[]) {
  const prepared = await Promise.all(bodies.map(() => preparePerson(stack)))
  const alertAts = await Promise.all(prepared.map(async ({ person }) => Date.parse((await person.start()).alertAt)))
  await stack.advanceTo(Math.max(...alertAts))
  return Promise.all(
    prepared.map(async ({ person, rescuer }, index) => {
      const { match } = await rescuer.expectText(/^SAFETY ALERT (\d{4})/)
      await rescuer.expectText('What to do now')
      const body = bodies[index]?.(match[1] ?? '') ?? ''
      await rescuer.reply(body)
      return { person, rescuer, body }
    }),
  )
}

test('C38: however a 1 is written, it claims', async () => {
  const replied = await replyToEach([...claims.map((body) => () => body), ...withCode])
  await stack.settle()
  for (const { person, rescuer, body } of replied) {
    const { alert } = await person.session()
    expect([body, alert?.state]).toEqual([body, 'owned'])
    await rescuer.expectText('You are going')
  }
})

test('B59, H31: what is not a deliberate 1 claims nothing and is answered at most once', async () => {
  const replied = await replyToEach(others.map((body) => () => body))
  await stack.settle()
  for (const { person, rescuer, body } of replied) {
    const { alert } = await person.session()
    expect([body, alert?.state]).toEqual([body, 'open'])
    await rescuer.expectText('Sorry, we could not read that')
    await rescuer.reply(body)
    await rescuer.expectNothingMore()
  }
})
