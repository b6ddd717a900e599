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
import {
  answered,
  attempted,
  emptyWatch,
  heard,
  type Press,
  type PressKind,
  pressed,
  secondsSince,
  type Watch,
} from './watch.ts'

/** What outlives this page: with it the next one goes on where this one was killed. */
export interface KeptSession {
  session: SessionView
  intervalBeganAt: number | null
  press: Press | null
}

/** Over the socket an answer takes milliseconds; after this the same goes over HTTP as well. */
const alsoOverHttpAfterMs = 1_200
const nextAttemptAfterMs = 3_000
const askWithoutSocketEveryMs = 2_500
const tickMs = 250

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

/** Keeps the watch of one device up to date: socket, HTTP where there is none, retries, and what must be kept. */
export function runWatch(of: { api: Api; liveUrl: string; token: () => string | undefined; store: Kept<KeptSession> }) {
  const watch = signal<Watch>(emptyWatch)
  /** The monotonic clock as the screen has it; moves four times a second while there is a session. */
  const monotonicNow = signal(performance.now())
  const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('session') : undefined
  let live: Live | undefined
  let ticking: ReturnType<typeof setInterval> | undefined
  let attemptedAt = Number.NEGATIVE_INFINITY
  let askedAt = Number.NEGATIVE_INFINITY
  let socketOpen = false

  function put(next: Watch): void {
    const before = watch.value
    watch.value = next
    if (next.session && (next.session !== before.session || next.press !== before.press)) {
      const { session, intervalBeganAt, press } = next
      void of.store.save({ session, intervalBeganAt, press })
    }
  }

  function hearAnswer(answer: SessionAnswer, sentAt: number, heardAt: number): void {
    put(heard(watch.value, { session: answer.session, serverNow: Date.parse(answer.serverNow), sentAt, heardAt }))
  }

  function onFrame(frame: ServerFrame, heardAt: number, sentAt?: number): void {
    socketOpen = true
    if ('serverNow' in frame) {
      const session = 'session' in frame ? frame.session : undefined
      put(
        heard(watch.value, {
          serverNow: Date.parse(frame.serverNow),
          heardAt,
          ...(sentAt !== undefined && { sentAt }),
          ...(session && { session }),
        }),
      )
    }
    if (frame.type === 'ack') settle(frame.commandId, { outcome: frame.outcome })
    if (frame.type === 'error') {
      if (frame.session) put({ ...watch.value, session: frame.session })
      if (frame.commandId) refuse(frame.commandId, frame.code)
      else if (frame.code === 'not_found' || frame.code === 'not_authenticated') put({ ...watch.value, gone: true })
    }
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
    // A press of an earlier page: without the service's time its age would be told too small.
    if (press.kind === 'check-in' && watch.value.clock.ahead === null) return
    const now = performance.now()
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
        return { token: of.token() ?? '', ...(session && { sessionId: session.id, version: session.version }) }
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

  /** The phone was away, asleep or without a network: what the screen shows may be long past. */
  function look(): void {
    if (watch.value.session === null) return
    monotonicNow.value = performance.now()
    live?.nudge()
    void ask()
    attemptedAt = Number.NEGATIVE_INFINITY
    attempt()
  }

  window.addEventListener('online', () => {
    put({ ...watch.value, online: true })
    look()
  })
  window.addEventListener('offline', () => put({ ...watch.value, online: false }))
  window.addEventListener('focus', look)
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
    const { session, intervalBeganAt, press } = known
    // The old page's monotonic clock is gone: from now on the service's time of the press tells its age.
    const going = press?.serverAt == null ? null : { ...press, monotonicAt: performance.now() }
    watch.value = { ...emptyWatch, session, intervalBeganAt, press: going, online: navigator.onLine }
    // The age of the press is not known before the service's time is.
    attemptedAt = performance.now()
    await Promise.race([ask(), new Promise((resolve) => setTimeout(resolve, 3_000))])
    connect()
    return true
  }

  return {
    watch,
    monotonicNow,
    resume,
    /** The service holds this session from now on. */
    begin(answer: SessionAnswer, sentAt: number, heardAt: number): void {
      watch.value = { ...emptyWatch, online: navigator.onLine }
      hearAnswer(answer, sentAt, heardAt)
      connect()
      tabs?.postMessage('began')
    },
    press(kind: PressKind, wanted: Wanted = {}): void {
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
      live?.close()
      clearInterval(ticking)
      watch.value = emptyWatch
      await of.store.remove()
    },
  }
}

function fieldsOf(watch: Watch, press: Press, monotonicAt: number): object {
  switch (press.kind) {
    case 'check-in':
      return {
        pressedSecondsAgo: secondsSince(watch, press, monotonicAt),
        ...(press.rhythmId !== undefined && { rhythmId: press.rhythmId }),
      }
    case 'extend':
      return { seconds: press.seconds ?? 0 }
    case 'help':
      return press.quiet ? { quiet: true } : {}
    case 'end':
      return {}
  }
}
