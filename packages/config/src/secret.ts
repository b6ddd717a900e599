import { inspect } from 'node:util'

const REDACTED = '[REDACTED]'

/** A value that prints as `[REDACTED]` wherever it is printed, logged or turned into JSON. Only `reveal()` gives it. */
export class Secret<T = string> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  /** The value itself. Call it where it is used, and keep what it gives in no field. */
  reveal(): T {
    return this.#value
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }

  [inspect.custom](): string {
    return REDACTED
  }
}

/** A phone number in E.164, which prints as `[REDACTED]`. It has the form; whether it may be reached is `domain`'s. */
export class PhoneNumber extends Secret<string> {
  static readonly #form = /^\+[1-9][0-9]{6,14}$/

  /** The number, or `null` when this is not E.164. */
  static parse(e164: string): PhoneNumber | null {
    return PhoneNumber.#form.test(e164) ? new PhoneNumber(e164) : null
  }

  equals(other: PhoneNumber): boolean {
    return this.reveal() === other.reveal()
  }
}
