/** Twilio's dates: `Thu, 24 Aug 2023 05:01:45 +0000`. Whole seconds, always UTC. */
export function toRfc2822(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}

const day = /^\d{4}-\d{2}-\d{2}$/
const zone = /(Z|GMT|UTC|MST|[+-]\d{2}:?\d{2})$/
const dayMs = 86_400_000

/**
 * The span of instants that a date in a filter means: a day in UTC, or one second. Undefined when it is no date.
 * Half open: `from` is in it, `until` is not.
 */
export function parseFilterDate(written: string): { from: number; until: number } | undefined {
  const text = written.trim()
  const at = Date.parse(day.test(text) || zone.test(text) ? text : `${text}Z`)
  if (Number.isNaN(at)) return undefined
  if (day.test(text)) return { from: at, until: at + dayMs }
  const second = Math.floor(at / 1000) * 1000
  return { from: second, until: second + 1000 }
}

/** A filter as Twilio lists take it: `Name=date` on it, `Name<=date` up to it, `Name>=date` from it on, all inclusive. */
export function parseDateFilter(
  name: string,
  query: Record<string, string | undefined>,
): { kind: 'filter'; passes: (at: number) => boolean } | { kind: 'invalid' } {
  const tests: Array<(at: number) => boolean> = []
  for (const [suffix, test] of comparisons) {
    const written = query[name + suffix]
    if (written === undefined || written === '') continue
    const span = parseFilterDate(written)
    if (span === undefined) return { kind: 'invalid' }
    tests.push((at) => test(at, span))
  }
  return { kind: 'filter', passes: (at) => tests.every((test) => test(at)) }
}

type Span = { from: number; until: number }
const comparisons: Array<[string, (at: number, span: Span) => boolean]> = [
  ['', (at, span) => at >= span.from && at < span.until],
  ['<', (at, span) => at < span.until],
  ['>', (at, span) => at >= span.from],
]
