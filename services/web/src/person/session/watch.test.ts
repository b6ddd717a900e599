import type { PromptView, SessionView } from '@stillhere/contracts'
import { expect, test } from 'vitest'
import {
  answered,
  attempted,
  emptyWatch,
  heard,
  look,
  pressed,
  pressedAtOf,
  promptsOf,
  recalled,
  secondsSince,
  soundings,
  toKeep,
  type Watch,
  woken,
} from './watch.ts'

const noon = Date.UTC(2026, 0, 1, 12)
const at = (seconds: number) => new Date(noon + seconds * 1_000).toISOString()

const prompts: PromptView[] = [
  { kind: 'sound', afterSeconds: 0 },
  { kind: 'louder', afterSeconds: 15 },
  { kind: 'ring', afterSeconds: 25 },
  { kind: 'opening', afterSeconds: 50 },
]

const session = (fields: Partial<SessionView> = {}): SessionView => ({
  id: '00000000-0000-4000-8000-000000000001',
  planId: '00000000-0000-4000-8000-000000000002',
  kind: 'ordinary',
  company: 'timer-only',
  state: 'counting',
  version: 1,
  startedAt: at(0),
  deadlineAt: at(120),
  alertAt: at(180),
  ...fields,
})

/** A session that began at noon; the monotonic clock reads 0 then, and trips take no time. */
const begun = (fields?: Partial<SessionView>): Watch =>
  heard(emptyWatch, { serverNow: noon, sentAt: 0, heardAt: 0, session: session(fields) })
/** The service is heard at these seconds, with nothing new. */
const inTouch = (watch: Watch, seconds: number): Watch =>
  heard(watch, { serverNow: noon + seconds * 1_000, sentAt: seconds * 1_000, heardAt: seconds * 1_000 })
const touch = (kind: 'check-in' | 'extend' | 'end' | 'help', seconds: number, pressId = `${kind}-${seconds}`) => ({
  kind,
  pressId,
  monotonicAt: seconds * 1_000,
})

test('without a session that the service holds, the screen says NOT watched', () => {
  expect(look(emptyWatch, prompts, 0)).toMatchObject({ phase: 'none', holding: 'not-watched' })
  expect(look({ ...begun(), gone: true }, prompts, 1_000).holding).toBe('not-watched')
})

test('watched while the service is heard; out of touch within five seconds of silence, and the deadline still counts', () => {
  expect(look(begun(), prompts, 4_400)).toMatchObject({ holding: 'watched', remainingMs: 115_600 })
  expect(look(begun(), prompts, 4_500)).toMatchObject({ holding: 'out-of-touch', remainingMs: 115_500 })
})

test('a browser that knows it is offline says so at once', () => {
  expect(look({ ...begun(), online: false }, prompts, 100).holding).toBe('out-of-touch')
})

test('prompts come on this device alone when the network is gone', () => {
  const steps = [
    [119, 'counting', -1],
    [120, 'asking', 0],
    [135, 'asking', 1],
    [145, 'asking', 2],
    [170, 'opening', 3],
    [179, 'opening', 3],
    [183, 'acting', -1],
  ] as const
  for (const [seconds, phase, promptIndex] of steps) {
    expect(look(begun(), prompts, seconds * 1_000), `${seconds} s`).toMatchObject({ phase, promptIndex })
  }
  expect(look(begun(), prompts, 183_000)).toMatchObject({ holding: 'out-of-touch', presumed: true })
})

test('while the service is heard only it says that people are told', () => {
  expect(look(inTouch(begun(), 183), prompts, 183_000)).toMatchObject({ phase: 'opening', toAlertMs: 0 })
  const alerting = heard(inTouch(begun(), 183), {
    serverNow: noon + 183_500,
    heardAt: 183_500,
    session: session({ state: 'alerting', version: 2 }),
  })
  expect(look(alerting, prompts, 183_600)).toMatchObject({ phase: 'acting', presumed: false })
})

test('a raise by a supporter opens at once, whatever the deadline says', () => {
  const prompt = { kind: 'opening', at: at(30) } as const
  const raised = session({ state: 'prompting', version: 2, prompt, deadlineAt: at(120), alertAt: at(40) })
  const watch = heard(begun(), { serverNow: noon + 30_000, heardAt: 30_000, session: raised })
  expect(look(watch, prompts, 31_000)).toMatchObject({ phase: 'opening', toAlertMs: 9_000 })
})

test('it is never earlier than what the service says has happened', () => {
  const prompt = { kind: 'opening', at: at(170) } as const
  const behind = heard(begun(), {
    serverNow: noon + 60_000,
    heardAt: 60_000,
    session: session({ version: 2, state: 'prompting', prompt }),
  })
  expect(look(behind, prompts, 60_000)).toMatchObject({ phase: 'opening', toAlertMs: 10_000 })
})

test('prompts keep their proportions at any pace', () => {
  const paced = promptsOf({ deadlineAt: at(20), alertAt: at(32) }, prompts)
  expect(paced.map(({ dueAt }) => (dueAt - noon) / 1_000)).toEqual([20, 23, 25, 30])
})

test('with an operator’s own prompts each is told when the service sends it, and the alert by the session’s own word', () => {
  // The operator's rule: the last is "opening", ten seconds before the alert.
  const theirs: PromptView[] = [
    { kind: 'sound', afterSeconds: 0 },
    { kind: 'ring', afterSeconds: 40 },
    { kind: 'opening', afterSeconds: 110 },
  ]
  const own = promptsOf({ deadlineAt: at(120), alertAt: at(240) }, theirs)
  expect(own.map(({ dueAt }) => (dueAt - noon) / 1_000)).toEqual([120, 160, 230])
  // Changed while a session runs, they count from the next start: this one's alert stays where the service said.
  const running = heard(begun(), {
    serverNow: noon + 125_000,
    heardAt: 125_000,
    session: session({ version: 2, deadlineAt: at(120), alertAt: at(180) }),
  })
  expect(look(running, theirs, 125_000).toAlertMs).toBe(55_000)
})

test('an older word about the session never replaces a newer one', () => {
  const newer = heard(begun(), {
    serverNow: noon + 1_000,
    heardAt: 1_000,
    session: session({ version: 5, deadlineAt: at(300) }),
  })
  const late = heard(newer, {
    serverNow: noon + 500,
    heardAt: 1_100,
    session: session({ version: 4, deadlineAt: at(240) }),
  })
  expect(late.session?.deadlineAt).toBe(at(300))
})

test('a touch is acknowledged only by the answer to a command that was sent for it', () => {
  const waiting = attempted(pressed(begun(), touch('check-in', 60)), 'c1')
  expect(look(waiting, prompts, 60_100).waiting).toBe('check-in')
  expect(answered(waiting, 'another', { outcome: 'moved', monotonicAt: 60_200 })).toBe(waiting)
  const done = answered(attempted(waiting, 'c2'), 'c1', { outcome: 'moved', monotonicAt: 60_200 })
  expect(done).toMatchObject({ press: null, acknowledged: { kind: 'check-in', outcome: 'moved' } })
})

test('one touch waits at most: the newest check-in counts, and none pushes out a call for help', () => {
  const twice = pressed(pressed(begun(), touch('check-in', 10, 'a')), touch('check-in', 20, 'b'))
  expect(twice.press).toMatchObject({ pressId: 'b', monotonicAt: 20_000 })
  const helping = pressed(pressed(twice, touch('end', 30)), touch('help', 32))
  for (const kind of ['check-in', 'extend', 'end'] as const)
    expect(pressed(helping, touch(kind, 33)).press?.kind, kind).toBe('help')
})

test('a later sign of life takes back an end that the service has not committed', () => {
  const ending = pressed(begun(), touch('end', 30))
  expect(pressed(ending, touch('check-in', 31)).press).toMatchObject({ kind: 'check-in', monotonicAt: 31_000 })
  expect(pressed(ending, { ...touch('extend', 31), seconds: 300 }).press).toMatchObject({
    kind: 'extend',
    seconds: 300,
  })
  // And an end after that ends.
  expect(pressed(pressed(ending, touch('check-in', 31)), touch('end', 32)).press?.kind).toBe('end')
})

test('a quiet call for help stays one, and looks at every touch like an end that was taken back', () => {
  const seen = (watch: Watch) => look(watch, prompts, 33_000).waiting
  const quiet = pressed(begun(), { ...touch('help', 30), quiet: true })
  const ending = pressed(begun(), touch('end', 30))
  expect(seen(quiet)).toBe(seen(ending))
  for (const next of [touch('check-in', 31), { ...touch('extend', 31), seconds: 300 }, touch('end', 31)]) {
    expect(seen(pressed(quiet, next)), next.kind).toBe(seen(pressed(ending, next)))
    expect(pressed(quiet, next).press).toMatchObject({ kind: 'help', quiet: true, pressId: 'help-30' })
  }
})

test('"using again" is not lost to an impatient touch after it', () => {
  const again = pressed(begun(), { ...touch('check-in', 10), rhythmId: 'r' })
  expect(pressed(again, touch('check-in', 11)).press?.rhythmId).toBe('r')
})

test('the age of a touch is rounded down while both clocks agree, so that one right after the start is not of before it', () => {
  const fresh = pressed(begun(), touch('check-in', 0.4))
  const press = fresh.press
  if (press === null) throw new Error('no press')
  expect(secondsSince(fresh, press, 1_300)).toBe(0)
  expect(secondsSince(fresh, press, 2_300)).toBe(1)
})

test('the age of a touch is rounded up when the clocks disagree, and outlives a phone that slept or was killed', () => {
  const fresh = pressed(begun(), touch('check-in', 10))
  const press = fresh.press
  if (press === null) throw new Error('no press')
  // A new page: its monotonic clock begins at 0 again; the service's time is known anew.
  const resumed = heard(
    { ...emptyWatch, press: { ...press, monotonicAt: 0 } },
    { serverNow: noon + 300_000, sentAt: 0, heardAt: 0 },
  )
  expect(secondsSince(resumed, press, 0)).toBe(290)
  // Slept for a minute after the touch: until the service is heard the calendar clock's word counts.
  expect(secondsSince(woken(fresh, 60_100), press, 10_100)).toBe(61)
})

test('the instant of a touch is told only by a clock that was set since we last woke', () => {
  const known = pressed(begun(), touch('check-in', 10)).press
  expect(known && pressedAtOf(known)).toBe(at(10))
  // Woken, and touched before the service was heard: not told, until it is.
  const open = pressed(woken(begun(), 600_000), touch('check-in', 10))
  expect(open.press && pressedAtOf(open.press)).toBeUndefined()
  const told = heard(open, { serverNow: noon + 611_000, sentAt: 11_000, heardAt: 11_000 })
  expect(told.press && pressedAtOf(told.press)).toBe(at(610))
  // Slept once more before that: nobody can tell any more.
  const lost = heard(woken(open, 60_000), { serverNow: noon + 671_000, sentAt: 11_000, heardAt: 11_000 })
  expect(lost.press && pressedAtOf(lost.press)).toBeUndefined()
  // What was known stays true through a sleep.
  const slept = woken(pressed(begun(), touch('check-in', 10)), 600_000)
  expect(slept.press && pressedAtOf(slept.press)).toBe(at(10))
})

test('a phone that woke is out of touch at once, shows the later time and nothing green', () => {
  const counted = answered(attempted(pressed(inTouch(begun(), 30), touch('check-in', 30)), 'c'), 'c', {
    outcome: 'moved',
    monotonicAt: 30_100,
  })
  const awake = woken(counted, 60_000)
  expect(look(awake, prompts, 30_200)).toMatchObject({ holding: 'out-of-touch', remainingMs: 29_800 })
  expect(awake.acknowledged?.monotonicAt).toBe(-29_900)
  expect(look(inTouch(awake, 31), prompts, 31_000).holding).toBe('watched')
})

test('a word that lay in a sleeping phone does not put us in touch', () => {
  const later = heard(inTouch(begun(), 2), { serverNow: noon + 2_500, heardAt: 40_000 })
  expect(look(later, prompts, 40_000).holding).toBe('out-of-touch')
  const pong = heard(inTouch(begun(), 2), { serverNow: noon + 2_500, sentAt: 2_400, heardAt: 40_000 })
  expect(look(pong, prompts, 40_000).holding).toBe('out-of-touch')
})

test('the session that follows a rescue is not pushed out by a late word about the one before it', () => {
  const after = session({ id: '00000000-0000-4000-8000-000000000009', kind: 'post-rescue', startedAt: at(300) })
  const watching = heard(inTouch(begun(), 300), { serverNow: noon + 300_000, heardAt: 300_000, session: after })
  const late = heard(watching, {
    serverNow: noon + 300_100,
    heardAt: 300_100,
    session: session({ state: 'closed', version: 9, outcome: 'all-clear' }),
  })
  expect(late.session).toMatchObject({ kind: 'post-rescue', state: 'counting' })
})

test('when more time is refused, the touch still counts as a sign of life', () => {
  const asked = attempted(pressed(begun(), { ...touch('extend', 60), seconds: 300 }), 'e')
  const refused = answered(asked, 'e', { refused: true, monotonicAt: 60_100 })
  expect(refused).toMatchObject({
    press: { kind: 'check-in', monotonicAt: 60_000, commandIds: [] },
    acknowledged: null,
  })
})

test('sound is laid ahead for every prompt until the alert, and a touch silences what it answers', () => {
  const planned = (watch: Watch, ms: number, quietUntilAt = Number.NEGATIVE_INFINITY) =>
    soundings(watch, look(watch, prompts, ms), prompts, ms, quietUntilAt).map((one) => [
      one.promptIndex,
      one.fromAt / 1_000,
      one.untilAt / 1_000,
    ])
  expect(planned(begun(), 1_000)).toEqual([
    [0, 120, 135],
    [1, 135, 145],
    [2, 145, 170],
    [3, 170, 180],
  ])
  expect(planned(begun(), 140_000)).toEqual([
    [1, 135, 145],
    [2, 145, 170],
    [3, 170, 180],
  ])
  expect(planned(begun(), 140_000, 148_000)).toEqual([
    [2, 148, 170],
    [3, 170, 180],
  ])
  expect(planned(begun({ state: 'closed', outcome: 'ended-safe' }), 1_000)).toEqual([])
  expect(planned(begun({ state: 'alerting' }), 1_000)).toEqual([])
})

test('the arc is full when the deadline moves and empties with the interval', () => {
  const moved = heard(inTouch(begun(), 60), {
    serverNow: noon + 60_000,
    sentAt: 60_000,
    heardAt: 60_000,
    session: session({ version: 2, deadlineAt: at(240) }),
  })
  expect(look(moved, prompts, 60_000).remainingShare).toBe(1)
  expect(look(inTouch(moved, 150), prompts, 150_000).remainingShare).toBe(0.5)
})

test('after the end nothing is pressed and nothing is claimed', () => {
  const closed = begun({ state: 'closed', outcome: 'ended-safe' })
  expect(look(closed, prompts, 0)).toMatchObject({ phase: 'closed', holding: 'not-watched' })
  expect(pressed(closed, touch('check-in', 1)).press).toBeNull()
})

/** A page is opened `seconds` after the session began, with a monotonic clock that begins anew at 7,000. */
const reopened = (kept: Watch, seconds: number, calendarWrongMs = 0) => {
  const page = toKeep(kept, { monotonicAt: 10_000, calendarAt: 5_000_000 })
  if (page === undefined) throw new Error('nothing to keep')
  return recalled(page, { monotonicAt: 7_000, calendarAt: 5_000_000 + (seconds - 10) * 1_000 + calendarWrongMs }, false)
}

test('opened anew without a network: out of touch with the kept deadline, never "not watched"', () => {
  expect(look(reopened(begun(), 60), prompts, 7_000)).toMatchObject({
    phase: 'counting',
    holding: 'out-of-touch',
    remainingMs: 60_000,
  })
})

test('opened anew without a network, the prompts come by themselves at the kept deadline', () => {
  const watch = reopened(begun(), 60)
  const steps = [
    [119, 'counting', -1],
    [120, 'asking', 0],
    [145, 'asking', 2],
    [170, 'opening', 3],
    [183, 'acting', -1],
  ] as const
  for (const [seconds, phase, promptIndex] of steps) {
    const ms = 7_000 + (seconds - 60) * 1_000
    expect(look(watch, prompts, ms), `${seconds} s`).toMatchObject({ phase, promptIndex, holding: 'out-of-touch' })
  }
  expect(look(reopened(begun(), 130), prompts, 7_000)).toMatchObject({ phase: 'asking', promptIndex: 0 })
  expect(soundings(watch, look(watch, prompts, 7_000), prompts, 7_000, 0).map(({ fromAt }) => fromAt)).toEqual([
    67_000, 82_000, 92_000, 117_000,
  ])
})

test.each([
  ['was set back', -120_000],
  ['was set to another year', 400 * 86_400_000],
])(
  'a calendar clock that %s is not believed: we ask at once, count nothing down and do not say that it was opened',
  (_, wrongMs) => {
    const watch = reopened(begun(), 60, wrongMs)
    expect(look(watch, prompts, 7_000)).toMatchObject({ phase: 'asking', promptIndex: 0, holding: 'out-of-touch' })
    expect(look(watch, prompts, 7_000 + 55_000)).toMatchObject({ phase: 'asking', promptIndex: 2 })
    expect(look(watch, prompts, 7_000 + 600_000).phase).toBe('asking')
    expect(soundings(watch, look(watch, prompts, 7_000), prompts, 7_000, 0)[0]).toMatchObject({ fromAt: 7_000 })
    // The first round trip tells.
    const told = heard(watch, { serverNow: noon + 70_000, sentAt: 17_000, heardAt: 17_000 })
    expect(look(told, prompts, 17_000)).toMatchObject({ phase: 'counting', holding: 'watched', remainingMs: 50_000 })
  },
)

test('what an older version of the app kept, without a clock reading, is asked about at once', () => {
  const { read: _, ...old } = toKeep(begun(), { monotonicAt: 10_000, calendarAt: 0 }) ?? { read: undefined }
  const watch = recalled(old as never, { monotonicAt: 0, calendarAt: 0 }, false)
  expect(look(watch, prompts, 0)).toMatchObject({ phase: 'asking', holding: 'out-of-touch' })
})

test('a touch on a page that was opened anew tells its instant once the service was heard, and not before', () => {
  const touched = pressed(reopened(begun(), 60), touch('check-in', 17))
  expect(touched.press && pressedAtOf(touched.press)).toBeUndefined()
  const told = heard(touched, { serverNow: noon + 80_000, sentAt: 27_000, heardAt: 27_000 })
  expect(told.press && pressedAtOf(told.press)).toBe(at(70))
  // And one of the page before keeps the instant that it had.
  const before = pressed(begun(), touch('check-in', 10))
  const page = reopened(before, 60)
  expect(page.press && pressedAtOf(page.press)).toBe(at(10))
})

test('what is kept after a page was opened anew can be gone on with once more', () => {
  const once = reopened(begun(), 60)
  const kept = toKeep(once, { monotonicAt: 17_000, calendarAt: 9_000_000 })
  if (kept === undefined) throw new Error('nothing to keep')
  const twice = recalled(kept, { monotonicAt: 0, calendarAt: 9_020_000 }, false)
  expect(look(twice, prompts, 0).remainingMs).toBe(30_000)
})
