import type { Gather } from '../twiml.ts'

/** The digits a caller presses while one Gather waits. */
export class Keypad {
  /** What was pressed once the Gather is over: undefined when nothing was. */
  readonly pressed: Promise<string | undefined>
  readonly #gather: Gather
  readonly #secondMs: number
  readonly #resolve: (digits: string | undefined) => void
  #digits = ''
  #silence: NodeJS.Timeout

  constructor(gather: Gather, secondMs: number) {
    this.#gather = gather
    this.#secondMs = secondMs
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    this.pressed = promise
    this.#resolve = resolve
    this.#silence = this.#waitForSilence()
  }

  /** True when the Gather has all it waits for. Each press starts the wait for the next anew, as Twilio does. */
  press(digits: string): boolean {
    clearTimeout(this.#silence)
    for (const digit of digits) {
      if (this.#gather.finishOnKey.includes(digit)) return this.#finish()
      this.#digits += digit
      if (this.#digits.length === this.#gather.numDigits) return this.#finish()
    }
    this.#silence = this.#waitForSilence()
    return false
  }

  /** The call is over, or was sent elsewhere: whatever was pressed goes nowhere. */
  abandon(): void {
    clearTimeout(this.#silence)
    this.#resolve(undefined)
  }

  #finish(): boolean {
    clearTimeout(this.#silence)
    this.#resolve(this.#digits === '' ? undefined : this.#digits)
    return true
  }

  #waitForSilence(): NodeJS.Timeout {
    return setTimeout(() => this.#finish(), this.#gather.timeoutSeconds * this.#secondMs)
  }
}
