import type { CommandOutcome, PromptView, SessionView } from '@stillhere/contracts'
import {
  type Heard,
  hear,
  isFresh,
  type ServerClock,
  serverTime,
  unheardClock,
  wokeAfter,
} from '../../shared/server/server-clock.ts'

/*
 * What this device knows of the running session. The service holds the session; this is a display and a button.
 *
 *   heard    the service said something: its time, perhaps the session. The newest version of a session wins.
 *   pressed  the person touched a control. One press waits at most. Help outranks all others; a newer press replaces an
 *            older one of its kind, because the newest sign of life is worth most; and a check-in after an end takes the
 *            end back, for as long as the service has not committed it: who says "still here" wants to be watched.
 *   answered the service has committed the press (only then may anything turn green), or refused it.
 *   woken    the device slept: nothing is claimed, and no age is told, before the service was heard again.
 *   recalled a page was opened on a session that an earlier one kept. The service still holds it, so it is never "not
 *            watched" for want of a network: it is out of touch, with the kept deadline, until the service is heard.
 *
 * A new page has a monotonic clock of its own, which knows nothing of the old one's. So with the session is kept what the
 * service's clock and the device's calendar clock said at one moment (`ClockReading`). What the calendar clock ran since
 * then is what the service's ran: a phone whose clock was wrong all along is right about the difference. Only a clock that
 * was set in between is wrong. One that ran backwards, or further than any session lasts, is not believed: then nobody
 * knows how much is left, and the phone asks at once rather than late, with the service's own times on the screen. One that
 * was set forward asks early. The first round trip replaces all of this.
 *
 * From it `look` makes what a screen may claim at an instant of the monotonic clock. Nothing here touches the network, a
 * clock or the screen; every instant is handed in. `…At` of a session are epoch ms of the service, `monotonicAt` are
 * milliseconds of `performance.now()`.
 */

export type PressKind = 'check-in' | 'extend' | 'end' | 'help'

/** A touch that the service has not acknowledged yet. */
export interface Press {
  readonly kind: PressKind
  /** Names the press; each attempt to send a check-in has a `commandId` of its own, because its age is part of it. */
  readonly pressId: string
  readonly monotonicAt: number
  /** The service's time of the touch, as well as we knew it: survives the end of this page. */
  readonly serverAt: number | null
  /** `known`: a round trip since we last woke told it; `open`: the next one will; `lost`: we slept before one could. */
  readonly serverAtIs: 'known' | 'open' | 'lost'
  readonly rhythmId?: string
  readonly seconds?: number
  readonly quiet?: true
  /** A quiet call for help seems to be what was touched last: at first an end, and a check-in takes that back. */
  readonly seems?: PressKind
  /** Every command that was sent for it; an answer to any of them answers the press. */
  readonly commandIds: readonly string[]
}

export interface Watch {
  readonly session: SessionView | null
  /** When the present deadline was first heard of, in the service's time. */
  readonly intervalBeganAt: number | null
  readonly clock: ServerClock
  /** When the service last spoke, by the monotonic clock: a word that lay in a sleeping phone is as old as it is. */
  readonly heardAt: number | null
  /** From when on we ask although nobody knows the time, by the monotonic clock: see `recalled`. */
  readonly timelessAt: number
  /** What the browser says; `false` is certain, `true` is not. */
  readonly online: boolean
  readonly press: Press | null
  /** The last press that the service has committed. */
  readonly acknowledged: { kind: PressKind; outcome: CommandOutcome | undefined; monotonicAt: number } | null
  /** The service said that it does not hold this session. */
  readonly gone: boolean
}

export const emptyWatch: Watch = {
  session: null,
  intervalBeganAt: null,
  clock: unheardClock,
  heardAt: null,
  timelessAt: 0,
  online: true,
  press: null,
  acknowledged: null,
  gone: false,
}

/**
 * P10: the service has not been heard for so long that the screen must not say that we are in touch. Five seconds is the
 * promise; the screen is drawn four times a second, on slow phones later.
 */
const outOfTouchAfterMs = 4_500
/** An alert is decided within a second; a screen that heard nothing for longer says what must have happened. */
const decidedWithinMs = 2_000
/** The longest a press may claim to be old (contract). */
const oldestPressSeconds = 43_200
/** Slow round trips move the estimate of the service's time by less. */
const agreeWithinMs = 1_000
/** No session is longer (contract): a calendar clock that ran further since was set, or it is long over. */
const longestSessionMs = 12 * 3_600_000

const ranks: Record<PressKind, number> = { 'check-in': 1, extend: 2, end: 3, help: 4 }

/** A touch that is worth less than the one that waits adds nothing to it. An end is taken back by any other. */
const isOutranked = (kind: PressKind, waiting: Press): boolean =>
  waiting.kind !== 'end' && ranks[waiting.kind] > ranks[kind]

/** The service was heard. `session` replaces what we knew unless it is older. */
export function heard(watch: Watch, said: Heard & { session?: SessionView }): Watch {
  const { session } = said
  // It cannot be earlier at the service than what it says has happened.
  const happened = session
    ? [session.prompt?.at, session.alert?.raisedAt].flatMap((at) => (at ? [Date.parse(at)] : []))
    : []
  const clock = hear(watch.clock, { ...said, serverNow: Math.max(said.serverNow, ...happened) })
  const spokeAt = Math.min(said.heardAt, said.serverNow - (clock.ahead ?? 0))
  const { session: known, press } = watch
  const isNewer = session && (known === null || comesAfter(session, known))
  const isMoved = isNewer && known?.deadlineAt !== session.deadlineAt
  return {
    ...watch,
    clock,
    ...(isMoved &&
      (known !== null || watch.intervalBeganAt === null) && { intervalBeganAt: serverTime(clock, said.heardAt) }),
    heardAt: Math.max(watch.heardAt ?? spokeAt, spokeAt),
    online: true,
    ...(isNewer && { session, gone: false }),
    ...(press?.serverAtIs === 'open' &&
      isFresh(clock) && { press: { ...press, serverAt: serverTime(clock, press.monotonicAt), serverAtIs: 'known' } }),
    // A touch was for the session that it was made in.
    ...(isNewer && known !== null && known.id !== session.id && { press: null, acknowledged: null }),
  }
}

/** What the service's clock and the device's calendar clock said at one moment. Epoch ms. */
interface ClockReading {
  serverAt: number
  calendarAt: number
}

/** What outlives this page: with it the next one goes on where this one was killed. */
export interface KeptSession {
  session: SessionView
  intervalBeganAt: number | null
  press: Press | null
  /** Absent while this device did not know the service's time. */
  read?: ClockReading
}

/** To be kept, at this instant of both of the device's clocks. */
export function toKeep(watch: Watch, now: { monotonicAt: number; calendarAt: number }): KeptSession | undefined {
  const { session, intervalBeganAt, press, clock } = watch
  if (session === null) return undefined
  const serverAt = serverTime(clock, now.monotonicAt)
  return {
    session,
    intervalBeganAt,
    press,
    ...(serverAt !== null && { read: { serverAt, calendarAt: now.calendarAt } }),
  }
}

/** Goes on with what an earlier page kept; nothing has been heard of it yet. */
export function recalled(kept: KeptSession, now: { monotonicAt: number; calendarAt: number }, online: boolean): Watch {
  const { session, intervalBeganAt, press, read } = kept
  const sinceMs = read === undefined ? Number.NaN : now.calendarAt - read.calendarAt
  // Corrections of the network's time are smaller than this.
  const isBelieved = sinceMs > -agreeWithinMs && sinceMs < longestSessionMs
  const ahead = isBelieved && read ? read.serverAt + Math.max(0, sinceMs) - now.monotonicAt : null
  // The old page's monotonic clock is gone: the service's time of the press tells its age, once that time is known anew.
  const going: Press | null =
    press?.serverAt == null
      ? null
      : { ...press, monotonicAt: now.monotonicAt, serverAtIs: press.serverAtIs === 'known' ? 'known' : 'lost' }
  return {
    ...emptyWatch,
    session,
    intervalBeganAt,
    press: going,
    online,
    timelessAt: now.monotonicAt,
    clock: { ...unheardClock, ahead },
  }
}

/**
 * The service's time as well as we know it. Where nobody knows, it is the deadline when this page begins, and goes on
 * from there: what cannot be timed is asked at once.
 */
const believedTime = (watch: Watch, session: SessionView, monotonicAt: number): number =>
  serverTime(watch.clock, monotonicAt) ?? Date.parse(session.deadlineAt) + monotonicAt - watch.timelessAt

/** Of one session the newer version; of two the one that began later, in whatever order their words arrive. */
const comesAfter = (next: SessionView, known: SessionView): boolean =>
  next.id === known.id ? next.version >= known.version : Date.parse(next.startedAt) >= Date.parse(known.startedAt)

/** The device slept for `ms`: it is later than we thought, and we have not been in touch for so long. */
export function woken(watch: Watch, ms: number): Watch {
  const { acknowledged, heardAt, press } = watch
  return {
    ...watch,
    clock: wokeAfter(watch.clock, ms),
    heardAt: heardAt === null ? null : heardAt - ms,
    timelessAt: watch.timelessAt - ms,
    ...(press?.serverAtIs === 'open' && { press: { ...press, serverAtIs: 'lost' } }),
    acknowledged: acknowledged && { ...acknowledged, monotonicAt: acknowledged.monotonicAt - ms },
  }
}

/** The person touched a control. Returns the same watch when the touch adds nothing to one that is waiting. */
export function pressed(watch: Watch, press: Omit<Press, 'serverAt' | 'serverAtIs' | 'commandIds'>): Watch {
  if (watch.session === null || watch.session.state === 'closed') return watch
  const waiting = watch.press
  if (waiting?.quiet && press.kind !== 'help') return { ...watch, press: { ...waiting, seems: press.kind } }
  if (waiting && isOutranked(press.kind, waiting)) return watch
  // "Using again" must not be lost to a touch of impatience after it.
  const rhythmId = press.rhythmId ?? (press.kind === 'check-in' ? waiting?.rhythmId : undefined)
  return {
    ...watch,
    press: {
      ...press,
      ...(rhythmId !== undefined && { rhythmId }),
      serverAt: serverTime(watch.clock, press.monotonicAt),
      serverAtIs: isFresh(watch.clock) ? 'known' : 'open',
      commandIds: [],
    },
  }
}

/** An attempt to send the waiting press went out under this id. */
export function attempted(watch: Watch, commandId: string): Watch {
  if (watch.press === null) return watch
  return { ...watch, press: { ...watch.press, commandIds: [...watch.press.commandIds, commandId] } }
}

/** The service has committed a command, or said that it never will. Answers to other presses change nothing. */
export function answered(
  watch: Watch,
  commandId: string,
  answer: { outcome?: CommandOutcome | undefined; refused?: true; monotonicAt: number },
): Watch {
  const { press } = watch
  if (press === null || !press.commandIds.includes(commandId)) return watch
  // More time was not to be had; the touch that asked for it was a sign of life all the same.
  if (answer.refused && press.kind === 'extend') {
    return { ...watch, press: { ...press, kind: 'check-in', commandIds: [] } }
  }
  if (answer.refused) return { ...watch, press: null }
  const acknowledged = { kind: press.kind, outcome: answer.outcome, monotonicAt: answer.monotonicAt }
  return { ...watch, press: null, acknowledged }
}

/**
 * How long ago the waiting press was, in whole seconds. Rounded down while both clocks agree on it: a touch right after
 * the start must not seem to be from before it, and less than a second is lost. Rounded up otherwise, with the later of
 * the two believed, because the monotonic clock may have slept: then the deadline may come a second early, never late.
 */
export function secondsSince(watch: Watch, press: Press, monotonicAt: number): number {
  const byDevice = Math.max(0, monotonicAt - press.monotonicAt)
  const now = serverTime(watch.clock, monotonicAt)
  const byService = press.serverAt === null || now === null ? null : Math.max(0, now - press.serverAt)
  const isSure = byService !== null && isFresh(watch.clock) && Math.abs(byService - byDevice) < agreeWithinMs
  const ms = Math.max(byDevice, byService ?? 0)
  if (isSure) return Math.min(Math.floor(ms / 1_000), oldestPressSeconds)
  return ms < 1_000 ? 0 : Math.min(Math.ceil(ms / 1_000), oldestPressSeconds)
}

/**
 * When the waiting press was, by the service's clock, where that is known: it stays true however long a dying connection
 * holds the command back. An estimate from before a sleep is never told.
 */
export const pressedAtOf = (press: Press): string | undefined =>
  press.serverAtIs === 'known' && press.serverAt !== null ? new Date(press.serverAt).toISOString() : undefined

/** What the screen may claim (product.md), never two of them at once. */
type Holding = 'watched' | 'out-of-touch' | 'not-watched'
type Phase = 'none' | 'counting' | 'asking' | 'opening' | 'acting' | 'closed'

export interface Look {
  phase: Phase
  holding: Holding
  /** To the deadline; 0 when it has passed. */
  remainingMs: number
  /** Of the interval that ends with the deadline, what is left: 0 to 1. */
  remainingShare: number
  /** To the alert; 0 when it has come. */
  toAlertMs: number
  /** Which of the prompts has come, counted from 0; -1 before the first. */
  promptIndex: number
  /** A touch is waiting for the service. */
  waiting: PressKind | null
  /** True while nobody has confirmed what this screen derives by itself. */
  presumed: boolean
}

const nothing: Look = {
  phase: 'none',
  holding: 'not-watched',
  remainingMs: 0,
  remainingShare: 0,
  toAlertMs: 0,
  promptIndex: -1,
  waiting: null,
  presumed: false,
}

/** `prompts` are the service's, in nominal seconds; the session's own two instants tell how fast they really come. */
export function look(watch: Watch, prompts: readonly PromptView[], monotonicAt: number): Look {
  const { session } = watch
  if (session === null || watch.gone) return nothing
  const now = believedTime(watch, session, monotonicAt)
  // A quiet call for help looks like an end, on this screen too.
  const waiting = watch.press?.quiet ? (watch.press.seems ?? 'end') : (watch.press?.kind ?? null)
  if (session.state === 'closed') return { ...nothing, phase: 'closed' }
  const deadlineAt = Date.parse(session.deadlineAt)
  const alertAt = Date.parse(session.alertAt)
  const inTouch = watch.online && watch.heardAt !== null && monotonicAt - watch.heardAt < outOfTouchAfterMs
  const shown = {
    holding: inTouch ? ('watched' as const) : ('out-of-touch' as const),
    remainingMs: Math.max(0, deadlineAt - now),
    remainingShare: 1,
    toAlertMs: Math.max(0, alertAt - now),
    waiting,
  }
  if (session.state === 'alerting') return { ...nothing, ...shown, phase: 'acting' }
  if (session.state === 'counting' && now < deadlineAt) {
    return { ...nothing, ...shown, phase: 'counting', remainingShare: share(watch, session, now) }
  }
  const due = promptsOf(session, prompts)
  const said = due.findIndex(({ kind }) => kind === session.prompt?.kind)
  const come = Math.max(said, due.filter(({ dueAt }) => dueAt <= now).length - 1, 0)
  const presumed = session.state === 'counting'
  const isTimeless = watch.clock.ahead === null
  if (now >= alertAt + decidedWithinMs && !inTouch && !isTimeless)
    return { ...nothing, ...shown, phase: 'acting', presumed: true }
  // Who does not know the time counts nothing down, and does not say that the plan was opened.
  const opening = due.findIndex(({ kind }) => kind === 'opening')
  const promptIndex = isTimeless && opening > 0 ? Math.min(come, opening - 1) : come
  const isOpening = due[promptIndex]?.kind === 'opening'
  return { ...nothing, ...shown, phase: isOpening ? 'opening' : 'asking', remainingShare: 0, promptIndex, presumed }
}

/** What is left of the present interval: the arc is full when the deadline was moved. */
function share(watch: Watch, session: SessionView, now: number): number {
  const deadlineAt = Date.parse(session.deadlineAt)
  const whole = deadlineAt - (watch.intervalBeganAt ?? Date.parse(session.startedAt))
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, (deadlineAt - now) / whole))
}

/** The instants of the prompts. With a pace they come faster; the last ten nominal seconds are the opening. */
export function promptsOf(
  session: Pick<SessionView, 'deadlineAt' | 'alertAt'>,
  prompts: readonly PromptView[],
): { kind: PromptView['kind']; dueAt: number }[] {
  const deadlineAt = Date.parse(session.deadlineAt)
  const wholeMs = Date.parse(session.alertAt) - deadlineAt
  const last = prompts.at(-1)
  if (last === undefined) return [{ kind: 'sound', dueAt: deadlineAt }]
  const nominalSeconds = last.afterSeconds + openingSeconds
  return prompts.map(({ kind, afterSeconds }) => ({
    kind,
    dueAt: deadlineAt + (wholeMs * afterSeconds) / nominalSeconds,
  }))
}

/** "Opening your plan in 10". */
export const openingSeconds = 10

/**
 * What is to sound, and when, by the monotonic clock: the prompt of now until the next, and those that come if nobody
 * answers. Nothing sounds before `quietUntilAt`: somebody who has just touched is awake.
 */
export function soundings(
  watch: Watch,
  seen: Look,
  prompts: readonly PromptView[],
  monotonicAt: number,
  quietUntilAt: number,
): { promptIndex: number; fromAt: number; untilAt: number }[] {
  const { session } = watch
  const asks = seen.phase === 'asking' || seen.phase === 'opening'
  if (session === null || !(asks || seen.phase === 'counting')) return []
  const alertAt = monotonicAt + seen.toAlertMs
  const ahead = believedTime(watch, session, monotonicAt) - monotonicAt
  const due = promptsOf(session, prompts).map(({ dueAt }) => dueAt - ahead)
  const begins = due.flatMap((dueAt, promptIndex) =>
    promptIndex < seen.promptIndex || (promptIndex > seen.promptIndex && dueAt <= monotonicAt)
      ? []
      : [{ promptIndex, fromAt: promptIndex === seen.promptIndex ? Math.min(dueAt, monotonicAt) : dueAt }],
  )
  return begins
    .map(({ promptIndex, fromAt }, index) => ({
      promptIndex,
      fromAt: Math.max(fromAt, quietUntilAt),
      untilAt: Math.min(begins[index + 1]?.fromAt ?? alertAt, alertAt),
    }))
    .filter(({ fromAt, untilAt }) => untilAt > Math.max(fromAt, monotonicAt))
}
