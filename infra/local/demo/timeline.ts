/** A text as it went by, from the service to a phone or back. */
export interface DemoText {
  who: string
  direction: 'to' | 'from'
  body: string
  atMs: number
}

/** What `npm run demo -- --json` prints (contract.md). Milliseconds count from the first step. */
export interface DemoResult {
  ok: boolean
  steps: { what: string; atMs: number }[]
  latenessMs: number | null
  firstTextMs: number | null
  claimMs: number | null
  texts: DemoText[]
}

/** What happened, in order, told to whoever watches and kept for `--json`. */
export class Timeline {
  readonly #say: (line: string) => void
  readonly #steps: DemoResult['steps'] = []
  readonly #texts: DemoText[] = []
  readonly #measured = { latenessMs: null, firstTextMs: null, claimMs: null } as Pick<
    DemoResult,
    'latenessMs' | 'firstTextMs' | 'claimMs'
  >
  #startedAt: number | undefined
  #ok = false

  constructor(say: (line: string) => void) {
    this.#say = say
  }

  get lastStep(): string {
    const last = this.#steps.at(-1)
    return last === undefined ? 'the start' : `"${last.what}"`
  }

  step(what: string): void {
    const atMs = this.#now()
    this.#steps.push({ what, atMs })
    this.#say(`${seconds(atMs)}  ${what}`)
  }

  text(direction: DemoText['direction'], who: string, body: string): void {
    const atMs = this.#now()
    this.#texts.push({ who, direction, body, atMs })
    this.#say(`${' '.repeat(9)}  ${direction === 'to' ? '✉ to' : '✎ from'} ${who}: ${body}`)
  }

  measure(name: 'latenessMs' | 'firstTextMs' | 'claimMs', ms: number): void {
    this.#measured[name] = ms
  }

  /** Everything went as it should. An alert before its time would be a defect however well the rest went (P3). */
  succeed(): void {
    const { latenessMs, firstTextMs, claimMs } = this.#measured
    this.#ok = [latenessMs, firstTextMs, claimMs].every((ms) => ms !== null && ms >= 0)
  }

  result(): DemoResult {
    return { ok: this.#ok, steps: this.#steps, ...this.#measured, texts: this.#texts }
  }

  summary(): string {
    const { latenessMs, firstTextMs, claimMs } = this.#measured
    const told = (ms: number | null) => (ms === null ? 'not measured' : `${Math.round(ms)} ms`)
    return [
      '',
      this.#ok ? 'All of it worked.' : 'It did NOT all work.',
      `  the alert, after its instant:           ${told(latenessMs)}`,
      `  the first text accepted, after that:    ${told(firstTextMs)}`,
      `  the claim recorded, after the reply:    ${told(claimMs)}`,
      '',
    ].join('\n')
  }

  #now(): number {
    this.#startedAt ??= performance.now()
    return Math.round(performance.now() - this.#startedAt)
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2).padStart(7)} s`
