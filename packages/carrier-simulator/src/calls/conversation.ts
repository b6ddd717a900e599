import { setTimeout as sleep } from 'node:timers/promises'
import type { CallbackAnswer } from '../callbacks.ts'
import { type Gather, parseTwiml, type Verb } from '../twiml.ts'
import type { Call, Instructions } from './call.ts'
import { Keypad } from './keypad.ts'

/** A TwiML that redirects to itself for ever ends here. */
const mostDocuments = 100
const longestTranscript = 500

interface Document {
  verbs: Verb[]
  /** The address the document came from, which relative addresses in it are counted from. */
  url: string | undefined
}

type Next = { kind: 'ends' } | { kind: 'goes-on'; request: Fetch }
type Fetch = { url: string; method: 'GET' | 'POST'; fields: Record<string, string> }

interface Carrier {
  /** Asks the service for a document with the voice parameters and these fields. */
  ask(fetch: Fetch): Promise<CallbackAnswer>
  recordFailure(url: string, status: number | null, code: number): void
  /** Something that shows on the phone changed. */
  changed(): void
}

/**
 * One run through the TwiML of a call, from a document to the end of the call:
 *
 * 1. a document is fetched, or was given with the call; a document that cannot be had or read is asked for once more
 *    at the call's fallback address, and otherwise ends the call (Twilio says "an application error has occurred");
 * 2. its verbs are obeyed in order: Say is heard, Pause waits, Hangup ends the call, Redirect goes to 1;
 * 3. Gather is heard and waits: with digits it goes to 1 at its action, without it goes on with the next verb;
 * 4. after the last verb the call ends.
 *
 * `abandon` leaves it at any point: the caller hung up, or the service sent the call elsewhere.
 */
export class Conversation {
  readonly #call: Call
  readonly #carrier: Carrier
  readonly #secondMs: number
  readonly #abandoned = new AbortController()
  #keypad: Keypad | undefined
  #waits = Promise.withResolvers<void>()

  constructor(call: Call, carrier: Carrier, secondMs: number) {
    this.#call = call
    this.#carrier = carrier
    this.#secondMs = secondMs
  }

  /** Resolves when the caller may act: a Gather waits, or the run is over. */
  untilItWaits(): Promise<void> {
    return this.#waits.promise
  }

  /** True when the digits completed what a Gather waits for; `untilItWaits` then is about what follows. */
  press(digits: string): 'complete' | 'incomplete' | 'nobody-listens' {
    if (this.#keypad === undefined) return 'nobody-listens'
    const waits = this.#waits
    this.#waits = Promise.withResolvers()
    if (this.#keypad.press(digits)) return 'complete'
    this.#waits = waits
    return 'incomplete'
  }

  abandon(): void {
    this.#abandoned.abort()
    this.#keypad?.abandon()
    this.#waits.resolve()
  }

  /** Resolves true when the call ended by itself, false when it was abandoned. */
  async run(instructions: Instructions): Promise<boolean> {
    let document = await this.#begin(instructions)
    for (let count = 0; document !== undefined && count < mostDocuments; count += 1) {
      const next: Next = await this.#obey(document)
      if (this.#abandoned.signal.aborted) return false
      if (next.kind === 'ends') break
      document = await this.#fetchOrFallBack(next.request)
    }
    if (this.#abandoned.signal.aborted) return false
    this.#waits.resolve()
    return true
  }

  async #begin(instructions: Instructions): Promise<Document | undefined> {
    if ('url' in instructions) return this.#fetchOrFallBack({ ...instructions, fields: {} })
    const parsed = parseTwiml(instructions.twiml)
    return parsed.kind === 'document' ? { verbs: parsed.verbs, url: undefined } : undefined
  }

  async #fetchOrFallBack(fetch: Fetch): Promise<Document | undefined> {
    const document = await this.#fetch(fetch)
    const { fallback } = this.#call
    if (document !== undefined || fallback === undefined || this.#abandoned.signal.aborted) return document
    return this.#fetch({ ...fallback, fields: { ErrorCode: '11200', ErrorUrl: fetch.url } })
  }

  async #fetch(fetch: Fetch): Promise<Document | undefined> {
    const answer = await this.#carrier.ask(fetch)
    if (answer.kind === 'failed' || this.#abandoned.signal.aborted) return undefined
    const parsed = parseTwiml(answer.body)
    if (parsed.kind === 'document') return { verbs: parsed.verbs, url: fetch.url }
    this.#carrier.recordFailure(fetch.url, answer.status, 12_100)
    return undefined
  }

  async #obey(document: Document): Promise<Next> {
    for (const verb of document.verbs) {
      if (this.#abandoned.signal.aborted) break
      switch (verb.verb) {
        case 'Say':
          this.#say(verb.text)
          break
        case 'Pause':
          await this.#pause(verb.seconds)
          break
        case 'Hangup':
          return { kind: 'ends' }
        case 'Redirect': {
          const request = this.#resolve(document, verb.url, verb.method, {})
          return request === undefined ? { kind: 'ends' } : { kind: 'goes-on', request }
        }
        case 'Gather': {
          for (const text of verb.gather.prompt) this.#say(text)
          const digits = await this.#listen(verb.gather)
          if (digits === undefined && !verb.gather.actionOnEmptyResult) break
          const fields = { Digits: digits ?? '', FinishedOnKey: '' }
          const request = this.#resolve(document, verb.gather.action ?? '', verb.gather.method, fields)
          return request === undefined ? { kind: 'ends' } : { kind: 'goes-on', request }
        }
        default:
          // A verb this carrier does not have is passed over, and seen: 12200 is Twilio's "schema validation warning".
          this.#carrier.recordFailure(document.url ?? '', null, 12_200)
      }
    }
    return { kind: 'ends' }
  }

  #say(text: string): void {
    if (this.#call.said.length < longestTranscript) this.#call.said.push(text)
    this.#carrier.changed()
  }

  async #pause(seconds: number): Promise<void> {
    await sleep(seconds * this.#secondMs, undefined, { signal: this.#abandoned.signal }).catch(() => {})
  }

  /** A machine answers with silence, so its Gather just runs out. */
  async #listen(gather: Gather): Promise<string | undefined> {
    const keypad = new Keypad(gather, this.#secondMs)
    if (gather.takesDigits && this.#call.pickedUpBy === 'human') {
      this.#keypad = keypad
      this.#call.waitingForDigits = true
      this.#carrier.changed()
    }
    this.#waits.resolve()
    const digits = await keypad.pressed
    this.#keypad = undefined
    this.#call.waitingForDigits = false
    this.#carrier.changed()
    return digits
  }

  #resolve(
    document: Document,
    target: string,
    method: 'GET' | 'POST',
    fields: Record<string, string>,
  ): Fetch | undefined {
    try {
      return { url: new URL(target, document.url).href, method, fields }
    } catch {
      this.#carrier.recordFailure(document.url ?? '', null, 11_200)
      return undefined
    }
  }
}
