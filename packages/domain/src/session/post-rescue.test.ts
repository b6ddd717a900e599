import { expect, test } from 'vitest'
import { defaultPrompts } from '../prompts.ts'
import { decideSession } from './decide-session.ts'
import type { Session } from './session.ts'

const start = 1_800_000_000_000
const minute = 60_000
const watch: Session = {
  state: 'counting',
  version: 1,
  startedAt: start,
  anchorAt: start,
  rhythm: [1_200],
  prompts: defaultPrompts,
  deadlineAt: start + 20 * minute,
  alertAt: start + 21 * minute,
  lastPressAt: start,
  raised: false,
  endsAt: start + 120 * minute,
  quiet: false,
}
const press = (session: Session, atMinute: number, pressedAgoMs = 0) =>
  decideSession(session, { kind: 'check-in', pressedAgoMs }, start + atMinute * minute, 1)

test('a watch after a rescue asks every twenty minutes and ends with the first press after two hours', () => {
  expect(press(watch, 15)).toMatchObject({ outcome: 'moved', session: { deadlineAt: start + 35 * minute } })
  expect(press(watch, 119)).toMatchObject({ outcome: 'moved', session: { state: 'counting' } })
  expect(press(watch, 120)).toMatchObject({ outcome: 'ended', session: { state: 'closed', outcome: 'ended-safe' } })
})

test('a press from before its end does not end it, however late it arrives', () => {
  expect(press({ ...watch, deadlineAt: start + 121 * minute }, 121, 2 * minute)).toMatchObject({ outcome: 'moved' })
})

test('it never ends by the clock: silence past its end is silence', () => {
  const late = { ...watch, deadlineAt: start + 130 * minute, alertAt: start + 131 * minute }
  expect(decideSession(late, { kind: 'reach-deadline' }, start + 131 * minute, 1)).toMatchObject({ outcome: 'alerted' })
})
