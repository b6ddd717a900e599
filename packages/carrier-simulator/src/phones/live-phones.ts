import type { ServerResponse } from 'node:http'
import type { Carrier } from '../carrier.ts'
import { type SimulatedCall, type SimulatedText, showCall, showText } from '../control/shapes.ts'
import { phoneOf } from '../texts/text.ts'

/** One phone as the page shows it. */
export interface Phone {
  number: string
  behaviour: string
  /** It has told the carrier to stop. */
  optedOut: boolean
  texts: SimulatedText[]
  calls: SimulatedCall[]
}

// A page is for eyes: the latest of each phone, and the phones that did something last.
const textsShown = 40
const callsShown = 5
const phonesShown = 60

// Fast enough to feel live, slow enough that a storm of texts redraws a phone a few times a second.
const gatherMs = 150
const heartbeatMs = 15_000
const mostPages = 20
// A page that reads more slowly than this is cut off; it reconnects and reads everything anew.
const mostUnreadBytes = 1_048_576

/** Server-sent events for the page of phones. Does no work while nobody looks. */
export class LivePhones {
  readonly #carrier: Carrier
  readonly #pages = new Set<ServerResponse>()
  readonly #changed = new Set<string>()
  #cancelFlush: (() => void) | undefined

  constructor(carrier: Carrier) {
    this.#carrier = carrier
    const { changes } = carrier
    changes.on('text', (text) => this.#touch(phoneOf(text)))
    changes.on('text-status', (text) => this.#touch(phoneOf(text)))
    changes.on('call', (call) => this.#touch(call.to))
    changes.on('behaviour', (number) => this.#touch(number))
  }

  /** The phones that did something last, the latest first. */
  phones(): Phone[] {
    const { texts, calls, behaviours } = this.#carrier
    const latest = new Map<string, number>()
    const see = (number: string, at: number) => latest.set(number, Math.max(at, latest.get(number) ?? 0))
    let looked = 0
    for (const text of texts.newestFirst()) {
      see(phoneOf(text), text.at)
      looked += 1
      if (latest.size >= phonesShown || looked >= 10_000) break
    }
    for (const call of calls.list().slice(-phonesShown)) see(call.to, call.updatedAt)
    for (const number of behaviours.numbers().slice(-phonesShown)) see(number, latest.get(number) ?? 0)
    latest.delete(this.#carrier.account.number)
    const numbers = [...latest].sort(([, one], [, other]) => other - one).map(([number]) => number)
    return numbers.slice(0, phonesShown).map((number) => this.#show(number))
  }

  /** False when too many pages are open already. */
  open(page: ServerResponse): boolean {
    if (this.#pages.size >= mostPages) return false
    page.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    page.write('retry: 1000\n\n')
    this.#pages.add(page)
    page.on('close', () => this.#pages.delete(page))
    page.on('error', () => this.#pages.delete(page))
    this.#beat(page)
    return true
  }

  stop(): void {
    this.#cancelFlush?.()
    for (const page of this.#pages) page.end()
    this.#pages.clear()
  }

  #beat(page: ServerResponse): void {
    this.#carrier.timers.after(heartbeatMs, () => {
      if (!this.#pages.has(page)) return
      page.write(': here\n\n')
      this.#beat(page)
    })
  }

  #touch(number: string): void {
    if (this.#pages.size === 0) return
    this.#changed.add(number)
    this.#cancelFlush ??= this.#carrier.timers.after(gatherMs, () => this.#flush())
  }

  #flush(): void {
    this.#cancelFlush = undefined
    const numbers = [...this.#changed].slice(-phonesShown)
    this.#changed.clear()
    const event = numbers.map((number) => `event: phone\ndata: ${JSON.stringify(this.#show(number))}\n\n`).join('')
    for (const page of this.#pages) {
      if (page.writableLength > mostUnreadBytes) page.destroy()
      else page.write(event)
    }
  }

  #show(number: string): Phone {
    const { texts, calls, behaviours, optOuts } = this.#carrier
    return {
      number,
      behaviour: behaviours.of(number).name,
      optedOut: optOuts.has(number),
      texts: [...texts.newestFirst(number)].slice(0, textsShown).reverse().map(showText),
      calls: [...calls.newestFirst(number)].slice(0, callsShown).reverse().map(showCall),
    }
  }
}
