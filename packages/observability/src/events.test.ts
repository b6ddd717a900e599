import { expect, test, vi } from 'vitest'
import { createEvents } from './events.ts'
import { inRequest, outsideRequests } from './in-request.ts'
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

test.each(['start', 'check-in', 'extend', 'end', 'help'] as const)('%s is one line at the default level', (command) => {
  const lines: string[] = []
  const logger = createLogger({ service: 'api', destination: { write: (line) => void lines.push(line) } })
  const events = createEvents({ logger, metrics: createMetrics() })
  const ids = {
    commandId: '0190a0b0-0000-7000-8000-000000000001',
    sessionId: '0190a0b0-0000-7000-8000-000000000002',
  }
  events.commandHandled({ command, outcome: 'answered', ...ids, tookMs: 3, note: 'Ada' } as never)
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'command handled', command, outcome: 'answered', ...ids })
  expect(lines[0]).not.toContain('Ada')
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

const kept = {
  watched: 3,
  longestOverdueMs: 1_500,
  contradicted: 0,
  doubled: 0,
  overreaching: 0,
  longestUnsentMs: 0,
  openAlerts: 1,
  longestUnownedMs: 90_000,
  silent: 0,
  durable: true,
  sinceBackupMs: 0,
}

test('what the rows say of the promises is shown, and nothing is shown before it was read', async () => {
  const { metrics, events } = instrumented()
  expect(await metrics.text()).toContain('stillhere_longest_overdue_seconds Nan')
  events.promisesRead(kept)
  const text = await metrics.text()
  expect(text).toContain('stillhere_sessions_watched 3')
  expect(text).toContain('stillhere_longest_overdue_seconds 1.5')
  expect(text).toContain('stillhere_longest_unowned_seconds 90')
  expect(text).toContain('stillhere_database_durable 1')
  events.promisesRead({ ...kept, durable: false, silent: 2 })
  expect(await metrics.text()).toMatch(/stillhere_alerts_silent 2\n.*stillhere_database_durable 0/s)
})

test('a reading of half a minute ago is not shown as of now', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const { metrics, events } = instrumented()
    events.promisesRead(kept)
    vi.advanceTimersByTime(29_000)
    expect(await metrics.text()).toContain('stillhere_sessions_watched 3')
    vi.advanceTimersByTime(2_000)
    expect(await metrics.text()).toContain('stillhere_sessions_watched Nan')
  } finally {
    vi.useRealTimers()
  }
})

test('a number that nothing was sent to is counted apart from what a carrier refused (P13)', async () => {
  const { metrics, events } = instrumented()
  const attempt = { attemptId: 'a', channel: 'sms', outcome: 'refused', tookMs: 1 } as const
  events.messageAttempt({ ...attempt, code: '21610', errorClass: 'recipient-blocked' })
  expect(await metrics.text()).toContain('stillhere_destinations_denied_total 0')
  events.messageAttempt({ ...attempt, code: 'not_allowed', errorClass: 'recipient-for-good' })
  expect(await metrics.text()).toContain('stillhere_destinations_denied_total 1')
})

test('what was kept out of lines is counted (P11)', async () => {
  const { metrics, events } = instrumented()
  events.inboundHandled({ outcome: 'claimed', body: 'on my way', from: '+447700900123' } as never)
  expect(await metrics.text()).toContain('stillhere_log_fields_refused 2')
})

test('a line says which request it was written for, also after waiting, and a gathering of many says none', async () => {
  const { lines, events } = instrumented()
  const first = '0190a0b0-0000-7000-8000-000000000001'
  const second = '0190a0b0-0000-7000-8000-000000000002'
  const say = (outcome: string) => events.commandHandled({ command: 'start', outcome, tookMs: 1 })
  await Promise.all(
    [first, second].map((id) =>
      inRequest(id, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        say(id === first ? 'one' : 'two')
        outsideRequests(() => say('gathered'))
      }),
    ),
  )
  say('none')
  const said = lines.map((line) => JSON.parse(line)).map(({ outcome, requestId }) => `${outcome} ${requestId}`)
  expect(said.sort()).toEqual([
    'gathered undefined',
    'gathered undefined',
    'none undefined',
    `one ${first}`,
    `two ${second}`,
  ])
})
