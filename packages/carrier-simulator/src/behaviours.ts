import { isDeliveryCode } from './refusals.ts'

const named = [
  'accept',
  '429',
  '500-before',
  '500-after',
  'hang',
  'reset',
  'garbage',
  'never-deliver',
  'late',
  'doubled',
  'reversed',
] as const

/**
 * How the carrier treats one number:
 *
 * - `accept`: takes the message, reports `sent`, then `delivered`;
 * - `refuse-<code>`: Twilio's five-digit error code. A 30xxx code is a delivery failure: 201, then a receipt with the
 *   code. Any other code answers the request itself;
 * - `429`: too many requests, nothing taken;
 * - `500-before`, `500-after`: a server error, the message not taken, or taken and delivered all the same;
 * - `hang`: never answers, nothing taken; `reset`: reads the request and resets the connection, nothing taken;
 * - `garbage`: 200 with something that is not JSON, nothing taken;
 * - `never-deliver`: taken, `sent`, and nothing ever after; `late`: `delivered` comes late;
 * - `doubled`: each receipt twice; `reversed`: `delivered` before `sent`;
 * - `rate-<n>`: taken at any pace, passed on at `n` messages a second, the rest wait in a queue.
 */
export type Behaviour =
  | { kind: (typeof named)[number]; name: string }
  | { kind: 'refuse'; name: string; code: number; when: 'request' | 'delivery' }
  | { kind: 'rate'; name: string; perSecond: number }

const accept: Behaviour = { kind: 'accept', name: 'accept' }

/** For messages to people: every form a behaviour may take. */
export const behaviourForms = [...named, 'refuse-<code>', 'rate-<n>'].join(', ')

/** The behaviour of that name, or undefined for a name nobody knows. */
export function parseBehaviour(name: string): Behaviour | undefined {
  const kind = named.find((known) => known === name)
  if (kind !== undefined) return { kind, name }
  const refuse = /^refuse-([1-9]\d{4})$/.exec(name)
  if (refuse !== null) {
    const code = Number(refuse[1])
    return { kind: 'refuse', name, code, when: isDeliveryCode(code) ? 'delivery' : 'request' }
  }
  const rate = /^rate-([1-9]\d{0,3})$/.exec(name)
  if (rate !== null) return { kind: 'rate', name, perSecond: Number(rate[1]) }
  return undefined
}

/** What each number was told to do. Bounded: a program that names numbers for ever forgets the oldest. */
export class Behaviours {
  readonly #byNumber = new Map<string, Behaviour>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  set(number: string, behaviour: Behaviour): void {
    this.#byNumber.delete(number)
    this.#byNumber.set(number, behaviour)
    if (this.#byNumber.size > this.#limit) {
      const oldest = this.#byNumber.keys().next().value
      if (oldest !== undefined) this.#byNumber.delete(oldest)
    }
  }

  /** What a phone was told. */
  of(number: string): Behaviour {
    return this.#byNumber.get(number) ?? accept
  }

  /** What holds between a sender and a phone: the phone's own behaviour, else the sender's (a whole route gone bad). */
  between(from: string, to: string): Behaviour {
    return this.#byNumber.get(to) ?? this.#byNumber.get(from) ?? accept
  }

  numbers(): string[] {
    return [...this.#byNumber.keys()]
  }
}
