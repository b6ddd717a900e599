import { expect, test } from 'vitest'
import { createEvents } from './events.ts'
import { createLogger } from './logger.ts'
import { createMetrics } from './metrics.ts'

const instrumented = () => {
  const lines: string[] = []
  const logger = createLogger({ service: 'worker', level: 'debug', destination: { write: (l) => void lines.push(l) } })
  const metrics = createMetrics()
  return { lines, metrics, events: createEvents({ logger, metrics }) }
}

test('an alert is one line and one count, with its lateness', async () => {
  const { lines, metrics, events } = instrumented()
  events.alertRaised({ alertId: '0190a0b0-0000-7000-8000-000000000001', latenessMs: 300 })
  expect(lines).toHaveLength(1)
  const text = await metrics.text()
  expect(text).toContain('stillhere_alerts_raised_total 1')
  expect(text).toContain('stillhere_alert_lateness_seconds_bucket{le="0.25"} 0')
  expect(text).toContain('stillhere_alert_lateness_seconds_bucket{le="0.5"} 1')
  expect(text).toContain('stillhere_alerts_early_total 0')
})

test('an alert before its time is counted as a broken promise', async () => {
  const { metrics, events } = instrumented()
  events.alertRaised({ alertId: '0190a0b0-0000-7000-8000-000000000001', latenessMs: -1 })
  expect(await metrics.text()).toContain('stillhere_alerts_early_total 1')
})

test('a word outside its set becomes "other", never a label of its own', async () => {
  const { metrics, events } = instrumented()
  events.wakeUpOutcome('+447700900123' as never)
  events.sweepCompleted({ tookMs: 1, found: { 'Ada Lovelace': 2 } })
  const text = await metrics.text()
  expect(text).toContain('stillhere_wake_ups_total{outcome="other"} 1')
  expect(text).not.toMatch(/7700900123|Lovelace/)
})

test('every outcome word is there from the start at zero', async () => {
  const { metrics } = instrumented()
  expect(await metrics.text()).toContain('stillhere_wake_ups_total{outcome="fired"} 0')
})
