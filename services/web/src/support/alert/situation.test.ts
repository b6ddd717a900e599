import { expect, test } from 'vitest'
import type { Alert, ProgressLine } from '../desk/desk.ts'
import { newer } from './newer.ts'
import { callOf, declinedBy, lastAnswerOf, lastOf, needs999, situationOf } from './situation.ts'
import { timelineOf } from './timeline.ts'

const raisedAt = Date.UTC(2026, 0, 1, 2)
const after = (seconds: number) => new Date(raisedAt + seconds * 1_000).toISOString()
const alert = (over: Partial<Alert> = {}): Alert => ({
  id: 'a',
  sessionId: 's',
  code: '4821',
  nickname: 'Quiet Heron',
  state: 'owned',
  reason: 'silence',
  version: 1,
  raisedAt: after(0),
  latenessMs: 0,
  told: [],
  progress: [],
  ...over,
})
const said = (kind: Alert['progress'][number]['kind'], seconds: number, over: Partial<ProgressLine> = {}) =>
  ({ id: `${kind} ${seconds}`, kind, by: 'supporter', byId: 'sam', name: 'Sam', at: after(seconds), ...over }) as const

test('nobody is said to be on the way before somebody has said so', () => {
  const one = { kind: 'rescuer', id: 'r', at: after(1) } as const
  const told = [one]
  expect(situationOf(alert({ told })).help).toBe('nobody')
  expect(situationOf(alert({ told: [{ ...one, reply: 'cannot' }] })).help).toBe('nobody')
  expect(situationOf(alert({ told: [{ ...one, reply: 'going' }] })).help).toBe('going')
  expect(situationOf(alert({ told, progress: [said('rescuer-there', 9)] })).help).toBe('there')
})

test('who was sent home is not said to be on the way, until somebody goes again; who is there stays', () => {
  const sentHome = [said('rescuer-going', 5), said('stood-down', 9)]
  expect(situationOf(alert({ progress: sentHome })).help).toBe('nobody')
  expect(situationOf(alert({ progress: [...sentHome, said('rescuer-going', 12)] })).help).toBe('going')
  expect(situationOf(alert({ progress: [said('rescuer-there', 4), ...sentHome] })).help).toBe('there')
})

test('what a crew is told of the breathing is what was said last, and unknown until then', () => {
  expect(situationOf(alert()).breathing).toBe('unknown')
  expect(situationOf(alert({ progress: [said('not-breathing', 5), said('breathing', 9)] })).breathing).toBe('breathing')
})

test('what was a mistake counts for nothing: not for 999, not for a dose, not for the breathing', () => {
  const mistake = { withdrawn: true } as const
  const taken = alert({
    progress: [
      said('called-999', 5, mistake),
      said('not-breathing', 6),
      said('breathing', 7, mistake),
      said('naloxone-given', 8, mistake),
      said('withdrawn', 9, { of: 'called-999 5' }),
    ],
  })
  expect(needs999(taken, raisedAt + 120_000)).toBe(true)
  expect(situationOf(taken)).toMatchObject({ called999At: null, doses: [], breathing: 'not-breathing' })
  expect(lastOf(taken, 'breathing', 'not-breathing')?.kind).toBe('not-breathing')
  expect(timelineOf(taken, () => undefined).at(-1)).toMatchObject({ what: 'withdrawn', of: 'called-999' })
})

test('who cannot is named once', () => {
  expect(declinedBy(alert({ progress: [said('declined', 1), said('declined', 9)] }))).toEqual(['Sam'])
})

test('999 is the loudest thing from two minutes on, until somebody has called', () => {
  expect(needs999(alert(), raisedAt + 119_000)).toBe(false)
  expect(needs999(alert(), raisedAt + 120_000)).toBe(true)
  expect(needs999(alert({ state: 'open' }), raisedAt + 500_000)).toBe(true)
  expect(needs999(alert({ progress: [said('called-999', 60)] }), raisedAt + 500_000)).toBe(false)
  expect(needs999(alert({ state: 'closed' }), raisedAt + 500_000)).toBe(false)
})

test('how long somebody is silent counts from their last answer, whoever they asked to keep watch', () => {
  expect(lastAnswerOf(alert({ lastAnswerAt: after(-180) }))).toEqual({ at: raisedAt - 180_000, isAnswer: true })
  expect(lastAnswerOf(alert())).toEqual({ at: raisedAt, isAnswer: false })
})

test('the timeline is in the order of time, with who', () => {
  const lines = timelineOf(
    alert({
      told: [{ kind: 'rescuer', id: 'r', at: after(2), openedAt: after(30) }],
      owner: { kind: 'supporter', id: 'x', name: 'Sam' },
      ownedAt: after(9),
      progress: [said('called-999', 20), said('stood-down', 40)],
    }),
    (id) => (id === 'r' ? 'Ash' : undefined),
  )
  expect(lines.map(({ what, name }) => `${what} ${name ?? ''}`.trim())).toEqual([
    'raised',
    'told-rescuer Ash',
    'owned Sam',
    'called-999 Sam',
    'opened Ash',
    'stood-down Sam',
  ])
})

test('what a rescuer answered stands on the timeline at its instant; who was handed an alert did not claim it', () => {
  const rescuer = { kind: 'rescuer', id: 'r', at: after(2), reply: 'there', answeredAt: after(50) } as const
  const supporter = { kind: 'supporter', id: 's', at: after(2), reply: 'going', answeredAt: after(20) } as const
  const lines = timelineOf(
    alert({
      told: [rescuer, supporter],
      owner: { kind: 'supporter', id: 'd', name: 'Dilys' },
      ownedAt: after(40),
      progress: [said('handed-over', 40)],
    }),
    () => 'Ash',
  )
  expect(lines.slice(-3).map(({ what, name }) => `${what} ${name}`)).toEqual([
    'handed-over Sam',
    'given Dilys',
    'reply-there Ash',
  ])
})

test('only whoever rang 999 is told to stay on that line; of others it is said who rang', () => {
  expect(callOf(alert(), 'sam')).toBeUndefined()
  const { name: _nobody, ...rescuers } = said('called-999', 5, { by: 'rescuer', byId: 'r' })
  expect(callOf(alert({ progress: [rescuers] }), 'sam')).toEqual({ at: after(5), isMine: false })
  const both = alert({ progress: [rescuers, said('called-999', 9)] })
  expect(callOf(both, 'sam')).toMatchObject({ at: after(9), isMine: true })
  expect(callOf(both, 'dilys')).toMatchObject({ at: after(5), isMine: false })
})

test('what a colleague stamped while this page was stamping is not lost under its answer', () => {
  const colleagues = alert({ version: 3, progress: [said('called-999', 5, { byId: 'dilys' })] })
  // Neither has the alert: both stamps leave the version as it was, and the answer was written before the colleague's.
  const answer = alert({ version: 3, progress: [] })
  expect(newer(colleagues, answer)).toBe(colleagues)
  const both = alert({ version: 3, progress: [...colleagues.progress, said('breathing', 6)] })
  expect(newer(colleagues, both)).toBe(both)
})

test('of two versions the later is shown, whatever comes last', () => {
  const [old, now] = [alert({ version: 3, progress: [said('breathing', 5)] }), alert({ version: 4 })]
  expect(newer(now, old)).toBe(now)
  expect(newer(old, now)).toBe(now)
  expect(newer(undefined, old)).toBe(old)
})
