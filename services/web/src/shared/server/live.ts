import type { ClientFrame, ServerFrame } from '@stillhere/contracts'

/** The contract's name of this version; not imported, because it would bring the schemas with it. */
const subprotocol = 'stillhere.v1'
/** Twice in the time after which the screen says that it is out of touch. */
const pingEveryMs = 2_000
const firstRetryMs = 250
const longestRetryMs = 4_000
/** A dead network may swallow a socket without a word. */
const silentForMs = 6_000
/**
 * What was asked has had this long. A hidden page's timers come once a minute: that nothing was heard meanwhile says
 * nothing, because nothing was asked.
 */
const answerWithinMs = 3_000
/** A ping and its answer. */
const aliveForMs = 3_000

export interface Live {
  /** @returns false when there is no open socket: use HTTP */
  send(frame: ClientFrame): boolean
  /** Heard a moment ago. What goes into a dying socket may come out of it much later, and be taken for fresh. */
  isAlive(): boolean
  /** Tries at once: the person looks at the screen again, or the network came back. */
  nudge(): void
  close(): void
}

/** Keeps a socket open: hello, pings, and again after every loss, at growing distances. */
export function openLive(of: {
  url: string
  hello: () => { token: string; sessionId?: string; version?: number }
  /** `sentAt` is known for a pong: then it was a round trip. */
  onFrame: (frame: ServerFrame, heardAt: number, sentAt?: number) => void
  onClosed: (code: number) => void
  /** What pings by: a timer that also ticks in a hidden page, where that is needed. @returns how to end it */
  every?: (ms: number, run: () => void) => () => void
}): Live {
  const every = of.every ?? everyWhileShown
  let socket: WebSocket | undefined
  let stopPinging = () => {}
  let stopRetrying = () => {}
  let retryMs = firstRetryMs
  let heardAt = 0
  /** Since when an answer is missing. */
  let waitingSince: number | undefined
  let ended = false

  const send = (frame: ClientFrame) => {
    if (socket?.readyState !== WebSocket.OPEN) return false
    socket.send(JSON.stringify(frame))
    return true
  }
  const ping = () => {
    const now = performance.now()
    if (send({ type: 'ping', t: now })) waitingSince ??= now
  }

  function connect() {
    stopRetrying()
    const mine = new WebSocket(of.url, subprotocol)
    socket = mine
    heardAt = performance.now()
    // A socket that does not open is one that does not answer.
    waitingSince = heardAt
    mine.onopen = () => {
      send({ type: 'hello', ...of.hello() })
      // Three round trips at once: the fastest tells the time.
      for (const delayMs of [50, 350, 650]) setTimeout(ping, delayMs)
    }
    mine.onmessage = ({ data }) => {
      if (socket !== mine) return
      heardAt = performance.now()
      waitingSince = undefined
      retryMs = firstRetryMs
      const frame = JSON.parse(String(data)) as ServerFrame
      of.onFrame(frame, heardAt, frame.type === 'pong' ? frame.t : undefined)
    }
    mine.onclose = ({ code }) => lost(mine, code)
    stopPinging()
    stopPinging = every(pingEveryMs, () => {
      const now = performance.now()
      const isMissed = waitingSince !== undefined && now - waitingSince > answerWithinMs
      if (isMissed && now - heardAt > silentForMs) lost(mine, 1006)
      else ping()
    })
  }

  function lost(which: WebSocket, code: number) {
    if (socket !== which) return
    socket = undefined
    stopPinging()
    which.close()
    of.onClosed(code)
    if (ended) return
    stopRetrying()
    // `connect` ends it: it comes once.
    stopRetrying = every(retryMs, connect)
    retryMs = Math.min(retryMs * 2, longestRetryMs)
  }

  connect()
  return {
    send,
    isAlive: () => socket?.readyState === WebSocket.OPEN && performance.now() - heardAt < aliveForMs,
    nudge() {
      if (ended) return
      if (socket?.readyState === WebSocket.OPEN) for (const delayMs of [0, 150, 300]) setTimeout(ping, delayMs)
      else if (socket === undefined) connect()
    },
    close() {
      ended = true
      stopPinging()
      stopRetrying()
      const open = socket
      socket = undefined
      open?.close()
    },
  }
}

function everyWhileShown(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms)
  return () => clearInterval(timer)
}
