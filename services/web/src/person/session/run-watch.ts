import { signal } from '@preact/signals'
import type {
  ClientFrame,
  CommandOutcome,
  ErrorCode,
  ServerFrame,
  SessionAnswer,
  SessionView,
} from '@stillhere/contracts'
import type { Kept } from '../../shared/kept/kept.ts'
import { type Api, NoAnswerError, RefusedError } from '../../shared/server/api.ts'
import { type Live, openLive } from '../../shared/server/live.ts'
import { isFresh } from '../../shared/server/server-clock.ts'
import {
  answered,
  attempted,
  emptyWatch,
  heard,
  type KeptSession,
  type Press,
  type PressKind,
  pressed,
  pressedAtOf,
  recalled,
  secondsSince,
  toKeep,
  type Watch,
  woken,
} from './watch.ts'

/** Over the socket an answer takes milliseconds; after this the same goes over HTTP as well. */
const alsoOverHttpAfterMs = 1_200
const nextAttemptAfterMs = 3_000
const askWithoutSocketEveryMs = 2_500
const tickMs = 250
/** The calendar clock ran ahead of the monotonic one by more than corrections of the network's time do: we slept. */
const sleptMs = 1_500
/** So long a check-in waits for a round trip that tells its age; after that its age is told at its worst. */
const ageKnownWithinMs = 1_500
/** A session that this device did not start (after a rescue, say) is told within this of the hello, or there is none. */
const runningToldWithinMs = 4_000

/** Refusals that no further attempt can change. */
const finalRefusals: readonly ErrorCode[] = [
  'session_closed',
  'not_found',
  'not_authenticated',
  'invalid',
  'limit',
  'conflict',
]

type Wanted = { rhythmId?: string; seconds?: number; quiet?: true }
export type Runner = ReturnType<typeof runWatch>

const clocks = () => ({ monotonicAt: performance.now(), calendarAt: Date.now() })

/** Keeps the watch of one device up to date: socket, HTTP where there is none, retries, and what must be kept. */
export function runWatch(of: { api: Api; liveUrl: string; token: () => string | undefined; store: Kept<KeptSession> }) {
  const watch = signal<Watch>(emptyWatch)
  /** The monotonic clock as the screen has it; moves four times a second while there is a session. */
  const monotonicNow = signal(performance.now())
  /** Supporters go home at that instant, of this session; it goes on. */
  const leaving = signal<{ sessionId: string; closesAt: string } | undefined>(undefined)
  const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('session') : undefined
  let live: Live | undefined
  let ticking: ReturnType<typeof setInterval> | undefined
  let attemptedAt = Number.NEGATIVE_INFINITY
  let askedAt = Number.NEGATIVE_INFINITY
  let socketOpen = false
  let seenAt = { monotonic: performance.now(), calendar: Date.now() }

  /** Must come before anything is heard or pressed: a word that was waiting for us to wake is not of now. */
  function noticeSleep(): void {
    const now = { monotonic: performance.now(), calendar: Date.now() }
    const unseenMs = now.calendar - seenAt.calendar - (now.monotonic - seenAt.monotonic)
    seenAt = now
    // The calendar clock was set back: a page that is opened after this one must not count from what it said before.
    if (unseenMs < -sleptMs) keep()
    if (unseenMs < sleptMs || watch.value.session === null) return
    put(woken(watch.value, unseenMs))
    attemptedAt = Number.NEGATIVE_INFINITY
    live?.nudge()
    void ask()
  }

  function put(next: Watch): void {
    const before = watch.value
    watch.value = next
    // A word of the service's time after a page was opened anew: until then there was only a calendar to go by.
    const isTold = !isFresh(before.clock) && isFresh(next.clock)
    if (next.session !== before.session || next.press !== before.press || isTold) keep()
  }

  function keep(): void {
    const kept = toKeep(watch.value, clocks())
    if (kept) void of.store.save(kept)
  }

  function hearAnswer(answer: SessionAnswer, sentAt: number, heardAt: number): void {
    put(heard(watch.value, { session: answer.session, serverNow: Date.parse(answer.serverNow), sentAt, heardAt }))
  }

  function onFrame(frame: ServerFrame, heardAt: number, sentAt?: number): void {
    noticeSleep()
    socketOpen = true
    if ('serverNow' in frame) {
      const shown = 'session' in frame ? frame.session : undefined
      // While none is followed, one that is over is nothing to begin with.
      const session = watch.value.session === null && shown?.state === 'closed' ? undefined : shown
      put(
        heard(watch.value, {
          serverNow: Date.parse(frame.serverNow),
          heardAt,
          ...(sentAt !== undefined && { sentAt }),
          ...(session && { session }),
        }),
      )
    }
    const followed = watch.value.session
    if (frame.type === 'supporters-leave' && followed)
      leaving.value = { sessionId: followed.id, closesAt: frame.closesAt }
    if (frame.type === 'ack') settle(frame.commandId, { outcome: frame.outcome })
    if (frame.type === 'error') {
      if (frame.session) put({ ...watch.value, session: frame.session })
      if (frame.commandId) refuse(frame.commandId, frame.code)
      else if (frame.code === 'not_found' || frame.code === 'not_authenticated') put({ ...watch.value, gone: true })
    }
    if (watch.value.press !== null) attempt()
  }

  function settle(commandId: string, answer: { outcome?: CommandOutcome | undefined; refused?: true }): void {
    put(answered(watch.value, commandId, { ...answer, monotonicAt: performance.now() }))
  }

  function refuse(commandId: string, code: ErrorCode): void {
    if (!finalRefusals.includes(code)) return
    settle(commandId, { refused: true })
    if (code === 'not_found' || code === 'not_authenticated') put({ ...watch.value, gone: true })
  }

  async function ask(): Promise<void> {
    const { session } = watch.value
    if (session === null) return
    askedAt = performance.now()
    try {
      const { body, sentAt, heardAt } = await of.api<SessionAnswer>('GET', `/v1/sessions/${session.id}`)
      hearAnswer(body, sentAt, heardAt)
      attempt()
    } catch (error) {
      if (error instanceof RefusedError && (error.status === 404 || error.status === 401))
        put({ ...watch.value, gone: true })
      else if (!(error instanceof RefusedError || error instanceof NoAnswerError)) throw error
    }
  }

  /** Sends the waiting press once more, over the socket and, where that does not answer, over HTTP. */
  function attempt(): void {
    const { press, session } = watch.value
    if (press === null || session === null) return
    const now = performance.now()
    // A press of an earlier page, or of before a sleep: without the service's time its age would be told too small.
    if (press.kind === 'check-in' && !isFresh(watch.value.clock)) {
      if (now - askedAt > 1_000) void ask()
      if (watch.value.heardAt === null || now - press.monotonicAt < ageKnownWithinMs) return
    }
    if (now - attemptedAt < nextAttemptAfterMs) return
    attemptedAt = now
    // The age of a check-in is part of the command, so each attempt is a command of its own; the others are one.
    const commandId = press.kind === 'check-in' ? crypto.randomUUID() : press.pressId
    const fields = fieldsOf(watch.value, press, now)
    put(attempted(watch.value, commandId))
    const frame = { type: press.kind, sessionId: session.id, commandId, ...fields } as ClientFrame
    const sent = watch.value.online && live?.isAlive() === true && live.send(frame)
    const overHttp = () => {
      if (watch.value.press?.commandIds.includes(commandId)) void post(session.id, press.kind, { commandId, ...fields })
    }
    if (sent) setTimeout(overHttp, alsoOverHttpAfterMs)
    else overHttp()
  }

  async function post(sessionId: string, kind: PressKind, body: { commandId: string }): Promise<void> {
    try {
      const path = kind === 'check-in' ? 'check-ins' : kind
      const answer = await of.api<SessionAnswer>('POST', `/v1/sessions/${sessionId}/${path}`, body)
      hearAnswer(answer.body, answer.sentAt, answer.heardAt)
      settle(body.commandId, { outcome: answer.body.outcome })
    } catch (error) {
      if (error instanceof RefusedError) {
        const session = error.body.session as SessionView | undefined
        if (session) put({ ...watch.value, session })
        refuse(body.commandId, error.code)
      } else if (!(error instanceof NoAnswerError)) throw error
    }
  }

  function tick(): void {
    noticeSleep()
    const now = performance.now()
    monotonicNow.value = now
    attempt()
    if (!socketOpen && now - askedAt > askWithoutSocketEveryMs) void ask()
  }

  function connect(): void {
    live?.close()
    socketOpen = false
    live = openLive({
      url: of.liveUrl,
      hello() {
        const { session } = watch.value
        // Of a closed session nothing more is to be heard; without one the service tells which is running.
        const isGoing = session && session.state !== 'closed'
        return { token: of.token() ?? '', ...(isGoing && { sessionId: session.id, version: session.version }) }
      },
      onFrame,
      onClosed: () => {
        socketOpen = false
      },
    })
    clearInterval(ticking)
    ticking = setInterval(tick, tickMs)
    tick()
  }

  function close(): void {
    live?.close()
    live = undefined
    clearInterval(ticking)
  }

  /** The phone was away, asleep or without a network: what the screen shows may be long past. */
  function look(): void {
    if (watch.value.session === null) return
    noticeSleep()
    monotonicNow.value = performance.now()
    live?.nudge()
    void ask()
    attemptedAt = Number.NEGATIVE_INFINITY
    attempt()
  }

  window.addEventListener('online', () => {
    put({ ...watch.value, online: true })
    look()
    findRunning()
  })
  window.addEventListener('offline', () => put({ ...watch.value, online: false }))
  window.addEventListener('focus', look)
  // A frozen page: its timers begin again, and words that came meanwhile are read, after this.
  document.addEventListener('resume', look)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') look()
  })
  // A page with an open socket is not kept for going back to; one that comes back begins with what is true now.
  window.addEventListener('pagehide', () => live?.close())
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted && watch.value.session) connect()
    if (persisted) look()
  })
  tabs?.addEventListener('message', () => void resume())

  /** Goes on with the session that was running when the last page ended. @returns whether there was one */
  async function resume(): Promise<boolean> {
    if (watch.value.session !== null && watch.value.session.state !== 'closed') return true
    const known = await of.store.load()
    if (known === undefined) return false
    watch.value = recalled(known, clocks(), navigator.onLine)
    // What was being sent when the last page ended may still arrive; it is asked for first.
    attemptedAt = performance.now()
    connect()
    return true
  }

  /**
   * Follows a session of this device that it does not know of: one that began after a rescue, while the app was closed, or
   * one that it lost. Asks once, and is silent when there is none or no network.
   */
  function findRunning(): void {
    if (watch.value.session !== null || live !== undefined || of.token() === undefined) return
    connect()
    const mine = live
    setTimeout(() => {
      if (live !== mine || watch.value.session !== null) return
      close()
      watch.value = emptyWatch
    }, runningToldWithinMs)
  }

  function drop(): void {
    close()
    watch.value = emptyWatch
  }

  return {
    watch,
    monotonicNow,
    leaving,
    resume,
    findRunning,
    /** The service holds this session from now on. */
    begin(answer: SessionAnswer, sentAt: number, heardAt: number): void {
      watch.value = { ...emptyWatch, online: navigator.onLine }
      hearAnswer(answer, sentAt, heardAt)
      connect()
      tabs?.postMessage('began')
    },
    press(kind: PressKind, wanted: Wanted = {}): void {
      noticeSleep()
      const next = pressed(watch.value, {
        kind,
        pressId: crypto.randomUUID(),
        monotonicAt: performance.now(),
        ...wanted,
      })
      if (next === watch.value) return
      put(next)
      attemptedAt = Number.NEGATIVE_INFINITY
      attempt()
    },
    /** The person has read how it ended. */
    async leave(): Promise<void> {
      drop()
      await of.store.remove()
    },
    /** Shows and knows nothing more; what is kept is not touched. */
    drop,
  }
}

function fieldsOf(watch: Watch, press: Press, monotonicAt: number): object {
  switch (press.kind) {
    case 'check-in': {
      const pressedAt = pressedAtOf(press)
      return {
        pressedSecondsAgo: secondsSince(watch, press, monotonicAt),
        ...(pressedAt !== undefined && { pressedAt }),
        ...(press.rhythmId !== undefined && { rhythmId: press.rhythmId }),
      }
    }
    case 'extend':
      return { seconds: press.seconds ?? 0 }
    case 'help':
      return press.quiet ? { quiet: true } : {}
    case 'end':
      return {}
  }
}
