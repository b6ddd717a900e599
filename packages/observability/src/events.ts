import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'
import * as words from './words.ts'

/** Bounds of P2 and P6 are among the edges, so that a promise can be read off the histogram. */
const LATENESS_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300]
/** A worker reads every 5 s. */
const READING_HOLDS_MS = 30_000
const DURATION_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5]

/** What the database's rows say about the promises; `readPromises` of `persistence`. */
interface PromisesReading {
  watched: number
  longestOverdueMs: number
  contradicted: number
  doubled: number
  overreaching: number
  longestUnsentMs: number
  openAlerts: number
  longestUnownedMs: number
  silent: number
  durable: boolean
  sinceBackupMs: number
}

/** One helper a business event: each writes its log line and its metric together, so that they cannot disagree. */
export type Events = ReturnType<typeof createEvents>

export function createEvents({ logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics }) {
  const seconds = (ms: number) => ms / 1000
  const alerts = metrics.counter('alerts_raised_total', 'Alerts opened')
  const lateness = metrics.histogram('alert_lateness_seconds', 'From alertAt to the decision (P2)', LATENESS_SECONDS)
  const early = metrics.counter('alerts_early_total', 'Alerts decided before alertAt, help apart (P3: always 0)')
  const firstMessage = metrics.histogram(
    'first_message_seconds',
    'From the alert to the first message the carrier accepted (P6)',
    LATENESS_SECONDS,
  )
  const rounds = metrics.counter('sweeps_total', 'Completed rounds of the sweep')
  const roundTook = metrics.histogram('sweep_seconds', 'Length of a round of the sweep', DURATION_SECONDS)
  const found = metrics.counter('sweep_found_total', 'Rows a sweep acted on', { pass: words.sweepPasses })
  const passFailed = metrics.counter('sweep_pass_failed_total', 'Passes that threw or ran out of time', {
    pass: words.sweepPasses,
  })
  const bySweep = metrics.counter('found_by_sweep_total', 'Due rows a wake-up should have found first', {
    pass: words.sweepPasses,
  })
  const wakeUps = metrics.counter('wake_ups_total', 'Wake-ups by outcome', { outcome: words.wakeUpOutcomes })
  const asked = metrics.counter('wake_ups_asked_total', 'Wake-ups asked for, by what became of it', {
    outcome: words.wakeUpRequestOutcomes,
  })
  const rebuilt = metrics.counter('wake_up_processor_rebuilt_total', 'Times the wake-up processor was made anew')
  const attempts = metrics.counter('message_attempts_total', 'Attempts at a carrier', {
    channel: words.channels,
    outcome: words.attemptOutcomes,
    class: words.errorClasses,
  })
  const attemptTook = metrics.histogram('message_attempt_seconds', 'Length of an attempt', DURATION_SECONDS)
  const receipts = metrics.counter('receipts_total', 'Delivery receipts', { outcome: words.receiptOutcomes })
  const inbound = metrics.counter('inbound_total', 'Inbound texts and digits', { outcome: words.inboundOutcomes })
  const troubles = metrics.counter('troubles_total', 'Things an operator is told about', { trouble: words.troubles })
  const commands = metrics.counter('commands_total', 'Commands on a session or an alert', { command: words.commands })
  const commandTook = metrics.histogram('command_seconds', 'Length of a command', DURATION_SECONDS, {
    command: words.commands,
  })
  const synthetic = metrics.counter('synthetic_alerts_total', 'Tests of the alarm path that are over', {
    outcome: words.syntheticOutcomes,
  })
  const reconnects = metrics.counter('redis_reconnects_total', 'Times a Redis connection became ready')
  const denied = metrics.counter('destinations_denied_total', 'Numbers that no request was made for (P13: always 0)')
  let reading: PromisesReading | undefined
  let readAt = 0
  const gaugeOf = (name: string, help: string, of: (reading: PromisesReading) => number) =>
    // A reading of the past says nothing about now.
    metrics.gauge(name, help, () =>
      reading && performance.now() - readAt < READING_HOLDS_MS ? of(reading) : Number.NaN,
    )
  gaugeOf('sessions_watched', 'Sessions that are watched', (now) => now.watched)
  gaugeOf('longest_overdue_seconds', 'The most overdue watched session (P1, P2)', (now) =>
    seconds(now.longestOverdueMs),
  )
  gaugeOf(
    'alerts_contradicted',
    'Open alerts raised before the instant their session holds (P3, P5: always 0)',
    (now) => now.contradicted,
  )
  gaugeOf('alerts_doubled', 'Sessions with more than one open alert (P4: always 0)', (now) => now.doubled)
  gaugeOf(
    'roles_overreaching',
    'Database roles of api and gateway that may read what only the worker may (P12: always 0)',
    (now) => now.overreaching,
  )
  gaugeOf('longest_unsent_seconds', 'The most overdue message of an alert not yet handed to a carrier (P6)', (now) =>
    seconds(now.longestUnsentMs),
  )
  gaugeOf('backup_age_seconds', 'Since a backup was last written and read back, or since the installation', (now) =>
    seconds(now.sinceBackupMs),
  )
  gaugeOf('alerts_open', 'Alerts that are not closed', (now) => now.openAlerts)
  gaugeOf('longest_unowned_seconds', 'The alert that nobody owns and that has been open longest (P8)', (now) =>
    seconds(now.longestUnownedMs),
  )
  gaugeOf('alerts_silent', 'Open alerts with no step to come (P8: always 0)', (now) => now.silent)
  gaugeOf('database_durable', 'Whether the database writes before it answers (P9: always 1)', (now) =>
    Number(now.durable),
  )
  metrics.gauge('log_fields_refused', 'Fields kept out of log lines (P11): somebody tried to say too much', () =>
    logger.refused(),
  )
  metrics.gauge('log_lines_dropped', 'Log lines given up because nobody read them', () => logger.dropped())
  let passAges: () => Readonly<Record<string, number>> = () => ({})
  metrics.gauges(
    'sweep_age_seconds',
    'Since a pass that matters last came to a good end in this process (P14: 5 s is red)',
    'pass',
    words.sweepPasses,
    () => Object.fromEntries(Object.entries(passAges()).map(([pass, ms]) => [pass, seconds(ms)])),
  )
  let lastHeartbeatAt = Number.NaN
  metrics.gauge('heartbeat_age_seconds', 'Since this process last wrote its heartbeat', () =>
    seconds(performance.now() - lastHeartbeatAt),
  )

  return {
    /** @param latenessMs on the database's clock, from `alertAt` to the deciding transaction. */
    alertRaised(event: { alertId: string; sessionId?: string; latenessMs: number; asked?: boolean }): void {
      alerts()
      // Help and raise have no deadline to be late or early for.
      if (!event.asked) lateness(seconds(Math.max(0, event.latenessMs)))
      if (!event.asked && event.latenessMs < 0) early()
      logger.info('alert raised', {
        alertId: event.alertId,
        sessionId: event.sessionId,
        latenessMs: event.latenessMs,
        reason: event.asked ? 'asked' : 'deadline',
      })
    },
    alertClosed(event: { alertId: string; outcome: string }): void {
      logger.info('alert closed', event)
    },
    /** A test of the alarm path is over. @param tookMs from its instant to the claim by the reply */
    syntheticAlert(event: {
      outcome: (typeof words.syntheticOutcomes)[number]
      reason?: string
      tookMs?: number
    }): void {
      synthetic({ outcome: event.outcome })
      logger[event.outcome === 'proved' ? 'info' : 'warn']('synthetic alert', event)
    },
    /** @param afterMs from the alert to the first acceptance by a carrier. */
    firstMessageAccepted(event: { alertId: string; afterMs: number }): void {
      firstMessage(seconds(event.afterMs))
      logger.info('first message accepted', { alertId: event.alertId, tookMs: event.afterMs })
    },
    sweepCompleted(report: { tookMs: number; found: Readonly<Record<string, number>> }): void {
      rounds()
      roundTook(seconds(report.tookMs))
      let total = 0
      for (const [pass, count] of Object.entries(report.found)) {
        total += count
        if (count > 0) found({ pass }, count)
      }
      if (total > 0) logger.debug('sweep found', { found: total, tookMs: report.tookMs })
    },
    /** @param read milliseconds since each vital pass last came to a good end, by its name */
    watchSweeps(read: () => Readonly<Record<string, number>>): void {
      passAges = read
    },
    sweepPassFailed(event: { pass: string; error?: unknown; reason: 'threw' | 'timedOut' }): void {
      passFailed({ pass: event.pass })
      logger.warn('sweep pass failed', event)
    },
    /** Due rows the sweep met before any wake-up: the measure of how well wake-ups work. */
    foundBySweep(event: { pass: words.SweepPassName; count: number }): void {
      bySweep({ pass: event.pass }, event.count)
    },
    wakeUpOutcome(outcome: words.WakeUpOutcomeWord, count = 1): void {
      wakeUps({ outcome }, count)
      if (outcome === 'invalid') logger.warn('wake-up dropped', { outcome, count })
    },
    wakeUpAsked(outcome: words.WakeUpRequestOutcome, count = 1): void {
      asked({ outcome }, count)
    },
    wakeUpProcessorRebuilt(event: { waitedMs: number; reason: string }): void {
      rebuilt()
      logger.warn('wake-up processor rebuilt', event)
    },
    messageAttempt(event: {
      attemptId: string
      messageId?: string
      /** The request that made the message, or raised its alert. */
      requestId?: string
      alertId?: string
      sessionId?: string
      channel: words.ChannelWord
      outcome: words.AttemptOutcomeWord
      errorClass?: words.ErrorClassWord
      code?: string | number
      reason?: string
      tookMs: number
    }): void {
      attempts({ channel: event.channel, outcome: event.outcome, class: event.errorClass ?? 'none' })
      attemptTook(seconds(event.tookMs))
      if (event.code === 'not_allowed') denied()
      logger[event.outcome === 'accepted' ? 'info' : 'warn']('message attempt', event)
    },
    receiptApplied(event: { outcome: words.ReceiptOutcome; status?: string; attemptId?: string }): void {
      receipts({ outcome: event.outcome })
      logger.info('receipt', event)
    },
    inboundHandled(event: { outcome: words.InboundOutcome; inboundId?: string; alertId?: string }): void {
      inbound({ outcome: event.outcome })
      logger.info('inbound handled', event)
    },
    /** What somebody did, a line each, refused or not: start, check-in, extend, end, help, and what is done about an alert. */
    commandHandled(event: {
      command: words.CommandWord
      outcome: string
      commandId?: string
      sessionId?: string
      alertId?: string
      tookMs: number
    }): void {
      commands({ command: event.command })
      commandTook(seconds(event.tookMs), { command: event.command })
      logger.info('command handled', event)
    },
    promisesRead(read: PromisesReading): void {
      reading = read
      readAt = performance.now()
    },
    heartbeat(): void {
      lastHeartbeatAt = performance.now()
    },
    /** The database's clock moved by itself and the correction row was changed by as much. */
    clockStep(event: { byMs: number }): void {
      troubles({ trouble: 'clockStep' })
      logger.error('clock stepped', event)
    },
    /** Something an operator must hear of. Paging is the caller's; this is the record. */
    trouble(trouble: words.Trouble, fields: { code?: string | number; reason?: string; error?: unknown } = {}): void {
      troubles({ trouble })
      logger.error('trouble', { ...fields, trouble })
    },
    /** @see {@link trouble} for a carrier. */
    carrierTrouble(event: {
      trouble: Extract<
        words.Trouble,
        'signature' | 'credentials' | 'circuitOpen' | 'content' | 'capacity' | 'ours' | 'unreachable' | 'reconcile'
      >
      code?: string | number
      channel?: words.ChannelWord
    }): void {
      troubles({ trouble: event.trouble })
      logger.warn('carrier trouble', event)
    },
    redisReady(role: string): void {
      reconnects()
      logger.info('redis ready', { role })
    },
    redisAway(role: string, error?: unknown): void {
      logger.warn('redis away', { role, error })
    },
    process(state: words.ProcessEvent, fields: { port?: number; trial?: boolean; reason?: string } = {}): void {
      logger.info(state, fields)
    },
  }
}
