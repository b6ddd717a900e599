import type { RescueReply } from '@stillhere/contracts'
import { type Answered, askLink, type Link } from './link.ts'

/** One press of a button. Its `commandId` stays the same until the service has acknowledged it. */
export interface Reply {
  readonly commandId: string
  readonly reply: RescueReply
  /** `refused`: the service had an answer, and it was no. It will not become another. */
  state: 'sending' | 'sent' | 'refused'
}

const longestPauseMs = 8_000
const firstPauseMs = 1_000

/**
 * Sends replies in the order in which they were pressed, each again and again until it is acknowledged: a "cannot" must
 * not overtake the "going" before it.
 */
export function createSender(of: {
  link: Link
  /** What is waiting, oldest first. */
  next(): Reply | undefined
  heard(reply: Reply, answered: Answered): Promise<void>
}): { send(): void; stop(): void } {
  let busy = false
  let stopped = false
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function send(): Promise<void> {
    if (busy || stopped) return
    const reply = of.next()
    if (reply === undefined) return
    clearTimeout(timer)
    busy = true
    const answered = await askLink(of.link, '/replies', { commandId: reply.commandId, reply: reply.reply })
    busy = false
    if (stopped) return
    await of.heard(reply, answered)
    if (answered.kind !== 'silent') {
      failures = 0
      return void send()
    }
    const pause = answered.askAgainAfterMs ?? Math.min(firstPauseMs * 2 ** failures, longestPauseMs)
    failures += 1
    timer = setTimeout(() => void send(), pause)
  }
  return {
    /** Now, whatever pause there was: something was pressed, or the network came back. */
    send: () => void send(),
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
