import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { closed } from './words.ts'

type ClosedLabels = Readonly<Record<string, readonly string[]>>

/** Makes metrics whose labels come from closed sets only. One per process; `text()` is what `/metrics` answers. */
export interface Metrics {
  counter(name: string, help: string, labels?: ClosedLabels): (labels?: Record<string, string>, by?: number) => void
  histogram(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: ClosedLabels,
  ): (value: number, labels?: Record<string, string>) => void
  gauge(name: string, help: string, read: () => number): void
  /** A gauge with a series a word of its one label. Words without a reading have no series. */
  gauges(
    name: string,
    help: string,
    label: string,
    words: readonly string[],
    read: () => Readonly<Record<string, number>>,
  ): void
  text(): Promise<string>
  readonly contentType: string
}

/** @param settings.process also Node's own metrics (memory, event loop); for services, not for tests. */
export function createMetrics(settings: { readonly process?: boolean } = {}): Metrics {
  const registry = new Registry()
  if (settings.process) collectDefaultMetrics({ register: registry, prefix: 'stillhere_' })
  const registers = [registry]
  const clean = (sets: ClosedLabels, given: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(sets).map(([name, words]) => [name, closed(words, given[name] ?? 'other')]))

  return {
    counter(name, help, labels = {}) {
      const counter = new Counter({ name: `stillhere_${name}`, help, labelNames: Object.keys(labels), registers })
      // Every label exists from the start at zero, so that a first failure is a step and not a new series.
      const sets = Object.entries(labels)
      if (sets.length === 1) for (const word of sets[0]?.[1] ?? []) counter.inc({ [sets[0]?.[0] ?? '']: word }, 0)
      return (given, by = 1) => counter.inc(clean(labels, given), by)
    },
    histogram(name, help, buckets, labels = {}) {
      const histogram = new Histogram({
        name: `stillhere_${name}`,
        help,
        buckets: [...buckets],
        labelNames: Object.keys(labels),
        registers,
      })
      return (value, given) => histogram.observe(clean(labels, given), value)
    },
    gauge(name, help, read) {
      new Gauge({
        name: `stillhere_${name}`,
        help,
        registers,
        collect() {
          this.set(read())
        },
      })
    },
    gauges(name, help, label, words, read) {
      new Gauge({
        name: `stillhere_${name}`,
        help,
        labelNames: [label],
        registers,
        collect() {
          this.reset()
          for (const [word, value] of Object.entries(read())) this.set({ [label]: closed(words, word) }, value)
        },
      })
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
