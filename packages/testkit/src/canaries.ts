/**
 * What was seeded and may be seen by nobody: numbers, names, plan texts, tokens. At the end everything that a process
 * wrote is searched for them, however it may have been spelt on the way (promise P11).
 */
export class Canaries {
  readonly #seeded = new Map<string, { kind: CanaryKind; spellings: string[] }>()
  readonly #public = new Set<string>()

  /** @param known values that are nobody's secret, such as the service's own number: never canaries */
  constructor(known: readonly string[] = []) {
    for (const value of known) this.#public.add(value)
  }

  /** What is too short is left out, short numbers above all: it would be found everywhere. */
  add(kind: CanaryKind, ...values: readonly (string | undefined)[]): void {
    for (const value of values) {
      if (value === undefined || this.#public.has(value)) continue
      // A number may be written with or without its country.
      const text = kind === 'number' ? value.replace(/^\+44/, '') : value
      if (text.length < (kind === 'number' ? 9 : 4)) continue
      this.#seeded.set(text, { kind, spellings: spellingsOf(text) })
    }
  }

  get size(): number {
    return this.#seeded.size
  }

  /** The kinds of what is found in `text`; empty when it is clean. */
  findIn(text: string): CanaryKind[] {
    const found = new Set<CanaryKind>()
    for (const { kind, spellings } of this.#seeded.values()) {
      if (spellings.some((spelling) => text.includes(spelling))) found.add(kind)
    }
    return [...found]
  }
}

export type CanaryKind = 'number' | 'name' | 'plan text' | 'word' | 'token'

/** As it is, percent-encoded, in JSON, in hexadecimal, and in base64 at each of the three places it may begin. */
function spellingsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  const base64 = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    // Characters at either end that hold bits of what stands beside it.
    const inner = encoded.slice(Math.ceil((before * 8) / 6), encoded.length - 1)
    return inner.length < 8 ? [] : [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
  return [
    ...new Set([text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), bytes.toString('hex'), ...base64]),
  ]
}
