/**
 * The board: what each figure means. `ok` needs nobody; `look` somebody should look when they can; `act` somebody must
 * now. Whatever is not `ok` names the runbook that helps. To change when a figure alarms: `thresholds`.
 */

export type FigureState = 'ok' | 'look' | 'act'

/** Pages of infra/runbooks; a test checks that each exists. */
export const boardRunbooks = [
  'nobody-owns-an-alert',
  'too-few-on-shift',
  'carrier-in-trouble',
  'redis-away',
  'engine-unwell',
  'process-down',
  'late-alerts',
  'clock-stepped',
  'synthetic-alert-missed',
  'phones-do-not-answer',
] as const
export type BoardRunbook = (typeof boardRunbooks)[number]

/** A figure's word, and what to read where it is not `ok`. */
export interface Judged {
  state: FigureState
  runbook?: BoardRunbook
}

/** Real seconds, counts and shares. */
export const thresholds = {
  /** The ladder tells everyone at +60 s; an alert that nobody has after that needs a human at the board. */
  unownedActSeconds: 60,
  /** Share of attempts that failed or whose outcome is not known; below `fewest` attempts only a total loss counts. */
  delivery: { fewest: 10, totalLossFrom: 3, look: 0.1, act: 0.5 },
  /** P2: at most 1 s in health, 2 s with a process gone. */
  oldestDue: { lookSeconds: 1, actSeconds: 5 },
  /** P14. */
  sweepActSeconds: 5,
  /** Two workers, always. */
  workers: 2,
  hostSkewMs: 2_000,
  /** A correction that is not nothing: the database's clock has stepped since it was set. */
  correctionMs: 2_000,
  /** A scheduled proof that is older than two of its intervals and a bound did not run. */
  syntheticIntervals: 2,
} as const

export interface DeliveryFigures {
  attempted: number
  failed: number
  unknown: number
}

export interface SyntheticFigures {
  /** Of the schedule; undefined: off. */
  everyMinutes?: number
  boundSeconds: number
  /** The last that is over. */
  last?: { outcome: 'proved' | 'missed'; ageSeconds: number }
}

const fine: Judged = { state: 'ok' }
const say = (state: Exclude<FigureState, 'ok'>, runbook: BoardRunbook): Judged => ({ state, runbook })

export const judgeAlerts = (of: { unowned: number; longestUnownedSeconds: number }): Judged => {
  if (of.unowned === 0) return fine
  return say(of.longestUnownedSeconds >= thresholds.unownedActSeconds ? 'act' : 'look', 'nobody-owns-an-alert')
}

/** Nobody there is never `ok`, also where nobody has said how many should be: then the floor is what to look at. */
export const judgeStaff = (of: { onShift: number; floor: number }): Judged => {
  if (of.onShift >= Math.max(1, of.floor)) return fine
  if (of.floor === 0) return say('look', 'too-few-on-shift')
  return say(of.onShift === 0 ? 'act' : 'look', 'too-few-on-shift')
}

export function judgeDelivery({ attempted, failed, unknown }: DeliveryFigures): Judged {
  const { fewest, totalLossFrom, look, act } = thresholds.delivery
  const bad = failed + unknown
  if (bad >= totalLossFrom && bad === attempted) return say('act', 'carrier-in-trouble')
  if (attempted < fewest) return fine
  const share = bad / attempted
  return share >= act ? say('act', 'carrier-in-trouble') : share >= look ? say('look', 'carrier-in-trouble') : fine
}

/** @param of.asked whether any worker asks for wake-ups: without Redis the sweep finds everything, and that is no fault */
export const judgeWakeUps = (of: { foundBySweep: number; asked: boolean }): Judged =>
  of.asked && of.foundBySweep > 0 ? say('look', 'redis-away') : fine

/** @param ageSeconds since any worker completed a sweep; Infinity: never */
export const judgeSweep = (ageSeconds: number): Judged =>
  ageSeconds >= thresholds.sweepActSeconds ? say('act', 'engine-unwell') : fine

export const judgeWorkers = (alive: number): Judged =>
  alive >= thresholds.workers ? fine : say(alive === 0 ? 'act' : 'look', 'process-down')

export const judgeOldestDue = (seconds: number): Judged => {
  const { lookSeconds, actSeconds } = thresholds.oldestDue
  return seconds >= actSeconds ? say('act', 'late-alerts') : seconds >= lookSeconds ? say('look', 'late-alerts') : fine
}

/** Hosts' clocks are for logs: nothing is late because of them. */
export const judgeClock = (of: { hostSkewMs: number; correctionMs: number }): Judged =>
  Math.abs(of.hostSkewMs) >= thresholds.hostSkewMs || Math.abs(of.correctionMs) >= thresholds.correctionMs
    ? say('look', 'clock-stepped')
    : fine

/** What was never proved is not `ok`. */
export function judgeSynthetic({ everyMinutes, boundSeconds, last }: SyntheticFigures): Judged {
  if (last?.outcome === 'missed') return say('act', 'synthetic-alert-missed')
  if (everyMinutes === undefined || last === undefined) return say('look', 'synthetic-alert-missed')
  const oldSeconds = thresholds.syntheticIntervals * everyMinutes * 60 + boundSeconds
  return last.ageSeconds > oldSeconds ? say('act', 'synthetic-alert-missed') : fine
}

const order: readonly FigureState[] = ['ok', 'look', 'act']

/** The worst of them. Nothing is `ok`. */
export const worstOf = (judged: readonly Judged[]): Judged =>
  judged.reduce((worst, one) => (order.indexOf(one.state) > order.indexOf(worst.state) ? one : worst), fine)
