import type { RescueProgressKind, RescueReply } from '@stillhere/contracts'
import { type Answered, askLink, type Link } from './link.ts'

/**
 * One press of a button, or one word of what happens there. Its `commandId` stays the same until the service has
 * acknowledged it.
 */
export type Statement = {
  readonly commandId: string
  /** `refused`: the service had an answer, and it was no. It will not become another. */
  state: 'sending' | 'sent' | 'refused'
} & (
  | { readonly reply: RescueReply }
  /** Tapped at this instant, epoch ms of this phone. */
  | { readonly kind: RescueProgressKind; readonly at: number }
  | { readonly takesBack: string }
)

const longestPauseMs = 8_000
const firstPauseMs = 1_000
/** What the service takes for an age; a link lives no longer. */
const mostSecondsAgo = 43_200

function askWith(link: Link, said: Statement): Promise<Answered> {
  const { commandId } = said
  if ('reply' in said) return askLink(link, '/replies', { commandId, reply: said.reply })
  if ('takesBack' in said) return askLink(link, '/progress', { commandId, takesBack: said.takesBack })
  // With its parts of a second: "breathing" a moment after "not breathing" must not come before it.
  const secondsAgo = Math.min(mostSecondsAgo, Math.max(0, (Date.now() - said.at) / 1_000))
  return askLink(link, '/progress', { commandId, kind: said.kind, secondsAgo })
}

/**
 * Sends what was said in the order in which it was said, each again and again until it is acknowledged: a "cannot" must
 * not overtake the "going" before it.
 */
export function createSender(of: {
  link: Link
  /** What is waiting, oldest first. */
  next(): Statement | undefined
  heard(said: Statement, answered: Answered): Promise<void>
}): { send(): void; stop(): void } {
  let busy = false
  let stopped = false
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function send(): Promise<void> {
    if (busy || stopped) return
    const said = of.next()
    if (said === undefined) return
    clearTimeout(timer)
    busy = true
    const answered = await askWith(of.link, said)
    busy = false
    if (stopped) return
    await of.heard(said, answered)
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
