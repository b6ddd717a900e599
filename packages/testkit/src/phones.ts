import type { SimulatedCall, SimulatedText } from '@stillhere/carrier-simulator'
import type { Canaries } from './canaries.ts'
import type { SimulatedCarrier } from './simulated-carrier.ts'
import { until } from './until.ts'

/** A text as it arrived, with what the expectation matched. */
export interface HeardText extends SimulatedText {
  match: RegExpExecArray
}

/** A call that was picked up. */
export interface PhoneCall {
  sid: string
  /** What was heard so far, in order. */
  said(): Promise<string[]>
  press(digits: string): Promise<void>
}

/** One phone, in the hands of a test. */
export interface Phone {
  readonly number: string
  /**
   * Waits for a text that fits and that no earlier expectation took, oldest first, and takes it.
   * @throws Error with what did arrive when none came in time (default 5 s)
   */
  expectText(wanted: string | RegExp, withinMs?: number): Promise<HeardText>
  /** Sends a text to the service; resolves when its webhook was answered. @throws Error when it was refused */
  reply(body: string): Promise<void>
  /** Once everything has come to rest: @throws Error when a text or call came that no expectation took */
  expectNothingMore(): Promise<void>
  /** How the carrier treats this number from now on: `hang`, `refuse-21610`, `never-deliver` and so on. */
  behave(behaviour: string): Promise<void>
  /** Waits for a call that no earlier expectation took, and lets it be answered. */
  answerCall(by: 'human' | 'machine' | 'nobody', withinMs?: number): Promise<PhoneCall>
  /** What this phone got so far, oldest first, from the service or the carrier. */
  texts(): Promise<SimulatedText[]>
}

/** All phones of one simulator. What arrives and was expected by nobody fails the test at the end. */
export interface Phones {
  phone(number: string): Phone
  /** A phone that nobody has used yet, of the range that Ofcom keeps for drama. */
  newPhone(): Phone
  /** Texts and calls that nobody needs to expect, to any phone. */
  allow(...patterns: RegExp[]): void
  allowCalls(): void
  /** Everything that nobody expected, a line each; for the end. */
  unexpected(): Promise<string[]>
}

/** +447700900000–900099 are the organisation's own. */
const firstNumber = 900_100

/** @param settled resolves when nothing is under way any more; where nobody can tell, `expectNothingMore` looks at once */
export function createPhones(of: {
  carrier: SimulatedCarrier
  canaries: Canaries
  settled?: () => Promise<unknown>
}): Phones {
  const { carrier, canaries } = of
  const taken = new Set<string>()
  const phones = new Map<string, Phone>()
  // Every number that an operator saves is asked about; the tests of that count the questions themselves.
  const allowed: RegExp[] = [/^Alerts for the team of .* will come to this phone\./]
  let callsAllowed = false

  const unexpectedTexts = async (number?: string) =>
    (await carrier.texts(number)).filter(
      (text) =>
        text.direction !== 'inbound' &&
        // The carrier's own confirmation of STOP is not ours to expect.
        !text.automatic &&
        !taken.has(text.sid) &&
        !allowed.some((pattern) => pattern.test(text.body)),
    )
  const unexpectedCalls = async (number?: string) =>
    callsAllowed ? [] : (await carrier.calls(number)).filter((call) => !taken.has(call.sid))
  const linesOf = async (number?: string) => [
    ...(await unexpectedTexts(number)).map((text) => `text to ${text.to}: ${text.body}`),
    ...(await unexpectedCalls(number)).map((call) => `call to ${call.to}: ${call.status}`),
  ]

  function makePhone(number: string): Phone {
    // The organisation's own numbers (the pager's is one) are configuration, and nobody's secret.
    if (number >= `+447700${firstNumber}`) canaries.add('number', number)
    return {
      number,
      async expectText(wanted, withinMs) {
        const pattern = typeof wanted === 'string' ? new RegExp(escaped(wanted)) : wanted
        const look = async (): Promise<HeardText | undefined> => {
          for (const text of await carrier.texts(number)) {
            if (text.direction === 'inbound' || taken.has(text.sid)) continue
            const match = pattern.exec(text.body)
            if (match) return { ...text, match }
          }
          return undefined
        }
        const heard = await until(`a text like ${pattern}`, look, withinMs).catch(async (error) => {
          const came = (await carrier.texts(number)).map(
            (text) => `${text.direction === 'inbound' ? '→' : taken.has(text.sid) ? '(taken)' : '←'} ${text.body}`,
          )
          throw new Error(`${error.message}; ${number} has: ${came.length > 0 ? came.join(' | ') : 'nothing'}`)
        })
        taken.add(heard.sid)
        return heard
      },
      async reply(body) {
        const { webhookStatus } = await carrier.sendText({ from: number, body })
        if (webhookStatus === null || webhookStatus > 299) throw new Error(`the webhook answered ${webhookStatus}`)
      },
      async expectNothingMore() {
        await of.settled?.()
        const lines = await linesOf(number)
        if (lines.length > 0) throw new Error(`nobody expected: ${lines.join(' | ')}`)
      },
      behave: (behaviour) => carrier.behave(number, behaviour),
      async answerCall(by, withinMs) {
        const ringing = (call: SimulatedCall) => !taken.has(call.sid) && call.status === 'ringing'
        const call = await until(
          `a call to ${number}`,
          async () => (await carrier.calls(number)).find(ringing),
          withinMs,
        )
        taken.add(call.sid)
        await carrier.answer(call.sid, by)
        return {
          sid: call.sid,
          said: async () => (await carrier.calls(number)).find(({ sid }) => sid === call.sid)?.said ?? [],
          press: async (digits) => void (await carrier.press(call.sid, digits)),
        }
      },
      texts: () => carrier.texts(number),
    }
  }

  const phone = (number: string): Phone => {
    const known = phones.get(number) ?? makePhone(number)
    phones.set(number, known)
    return known
  }
  return {
    phone,
    newPhone() {
      for (let next = firstNumber; ; next += 1) if (!phones.has(`+447700${next}`)) return phone(`+447700${next}`)
    },
    allow: (...patterns) => void allowed.push(...patterns),
    allowCalls: () => {
      callsAllowed = true
    },
    unexpected: () => linesOf(),
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
