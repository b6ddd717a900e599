import { preparePerson, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())

test.each(['21211', '21610', '21614'])(
  'C57: a number refused with %s is not tried again; the next rescuer is told at once',
  async (code) => {
    const { person, rescuers } = await preparePerson(stack, { rescuers: 2 })
    const [first, second] = rescuers
    await first?.behave(`refuse-${code}`)
    const { alertAt } = await person.start({ countdownSeconds: 60 })

    await stack.advanceTo(alertAt)

    await second?.expectText('SAFETY ALERT')
    await second?.expectText('What to do now')
    const { alert } = await person.session()
    expect(alert?.told).toHaveLength(1)
    const tried = stack.carrier
      .requests()
      .filter(({ fields }) => fields.To === first?.number && fields.Body?.includes('SAFETY ALERT'))
    expect(tried).toHaveLength(1)
    // Over, so that its ladder does not go on under the next case.
    await person.checkIn()
    await second?.expectText('The person has said they are OK')
    await second?.reply('5')
    await second?.expectText('ALL CLEAR')
  },
)
