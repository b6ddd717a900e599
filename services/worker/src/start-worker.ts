import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { createTwilio, createWebPush } from '@stillhere/carriers/outbound'
import { SettingsError, type WorkerConfig } from '@stillhere/config'
import { checkDestination } from '@stillhere/domain'
import { createEvents, createHealth, createMetrics, type Logger, type RunningService } from '@stillhere/observability'
import { beginRestoreHold, checkGoingLive, openStore, reachDeadlines } from '@stillhere/operations'
import { createSignals } from '@stillhere/signals'
import { createWakeUps, processWakeUps, wakeThrough } from '@stillhere/timers'
import { createInspector } from './disclosure/inspect-saved.ts'
import { createKeyring } from './disclosure/keyring.ts'
import { createInboundOpener } from './disclosure/open-inbound.ts'
import { createFeedbackSealer } from './disclosure/seal-feedback.ts'
import { createInboundSealer } from './disclosure/seal-inbound.ts'
import { createOpeningSealer } from './disclosure/seal-opening.ts'
import { createBriefSealer } from './disclosure/seal-supporter-brief.ts'
import { listMissedTexts } from './engine/list-missed-texts.ts'
import { sweepPasses } from './engine/passes.ts'
import { pingDeadMan } from './engine/ping-dead-man.ts'
import { rememberAlerts } from './engine/remember-alerts.ts'
import { runSweeps, type Sweeps } from './engine/run-sweeps.ts'
import { lateAfterMs, superviseSweep } from './engine/supervise-sweep.ts'
import { lookAgain } from './sending/look-again.ts'
import { createSender } from './sending/sender.ts'

/** A worker: watches, decides, opens and sends. Any number may run; none is the leader. */
export interface Worker extends RunningService {
  /** Attempts and second looks that are not over. */
  underWay(): number
  /** Ends in at most 10 s, whatever is gone. What was claimed and not sent is found by its lease. */
  stop(): Promise<void>
}

const stopBoundsMs = { sweep: 3_000, sending: 4_500 }

/** A pager that the carrier is never asked to ring would be found out on the night it is needed. @throws SettingsError */
function refuseUnreachablePager({ operatorPagerNumber }: WorkerConfig): void {
  const number = operatorPagerNumber?.reveal()
  if (number !== undefined && checkDestination(number).kind === 'refused')
    throw new SettingsError(
      'bad_setting',
      'OPERATOR_PAGER_NUMBER',
      'must be a UK mobile or landline: nothing else is ever texted or rung',
    )
}

export async function startWorker(config: WorkerConfig, logger: Logger): Promise<Worker> {
  refuseUnreachablePager(config)
  const processId = randomUUID()
  const metrics = createMetrics({ process: true })
  const events = createEvents({ logger, metrics })
  const keys = await createKeyring(config)
  const store = openStore({
    url: config.databaseUrl.reveal(),
    size: config.databasePoolSize,
    applicationName: 'still-here-worker',
    events,
  })
  const redisUrl = config.redisUrl?.reveal()
  const signals = createSignals({ redisUrl, events })
  const wakeUps = createWakeUps({ redisUrl, events })
  const health = createHealth({ port: config.internalPort, host: config.host, metrics, logger })
  health.check('database', async () => ({ ok: await store.answers() }))
  const { port: internalPort } = await health.start()
  const ctx = await store.context(wakeThrough(wakeUps, signals))
  await checkGoingLive(ctx, {
    live: config.mode === 'live',
    sends: true,
    carrier: {
      accountSid: config.carrier.accountSid,
      number: config.carrier.number.reveal(),
      isSimulator: config.carrier.baseUrl !== undefined,
    },
  })
  // Before anything is looked for: what a restored backup says is long overdue waits a minute for people (F54).
  await beginRestoreHold(ctx)
  const carrier = createTwilio({
    accountSid: config.carrier.accountSid,
    authToken: config.carrier.authToken.reveal(),
    baseUrl: config.carrier.baseUrl,
    mayContact: (to) => checkDestination(to).kind === 'allowed',
    size: config.carrier.concurrency,
    onCircuitOpen: () => events.carrierTrouble({ trouble: 'circuitOpen' }),
  })
  const settings = { concurrency: config.carrier.concurrency, webUrl: config.webUrl, apiUrl: config.apiUrl }
  const looks = new Set<Promise<void>>()
  const pushing = config.webPush && createWebPush({ ...config.webPush, privateKey: config.webPush.privateKey.reveal() })
  const sender = createSender(ctx, keys, carrier, settings, pushing)
  const sweeps: Sweeps = runSweeps({
    ctx,
    events,
    intervalMs: config.sweepMs,
    passes: sweepPasses({
      ctx,
      inspector: createInspector(keys),
      openInbound: createInboundOpener(keys),
      sealBrief: createBriefSealer(keys),
      sealFeedback: createFeedbackSealer(keys),
      sealOpening: createOpeningSealer(keys),
      pagesOrigin: new URL(config.webUrl).origin,
      sender,
      lookAgain: (limit) => lookAgain(ctx, keys, carrier, settings, limit, looks),
      housekeeping: {
        remember: () => remembering.pass(),
        deadMan: pingDeadMan({ ctx, url: config.deadManUrl?.reveal(), events, isWell: () => sweeps.isWell() }),
      },
      listMissedTexts: listMissedTexts({ ctx, carrier, seal: await createInboundSealer(config) }),
      removeCopy: async (sid) => (await carrier.removeMessage(sid)) !== 'failed',
      processId,
      keysInUse: keys.keysInUse,
      wakeUps: redisUrl !== undefined,
      sinceAlarmPathMs: () => sweeps.sinceAlarmPathMs(),
    }),
  })
  const pagerNumber = config.operatorPagerNumber?.reveal()
  const remembering = rememberAlerts({
    ctx,
    carrier,
    events,
    sinceSweepMs: () => sweeps.sinceAlarmPathMs(),
    pager: pagerNumber === undefined ? undefined : { to: pagerNumber, from: config.carrier.number.reveal() },
  })
  const unsubscribe = [
    signals.onProd('outbox', () => sender.prod()),
    signals.onProd('deadlines', () => sweeps.prod('deadlines')),
    ...(['inbound', 'checks'] as const).map((name) => signals.onProd(name, () => sweeps.prod('rest'))),
  ]
  const processor = processWakeUps({
    redisUrl,
    events,
    handle: (batch) =>
      reachDeadlines(
        ctx,
        batch.map((wakeUp) => wakeUp.id),
      ),
  })
  const supervision = superviseSweep({
    oldest: sweeps.oldest,
    standsStillMs: sweeps.standsStillMs,
    answers: () => store.answers(),
    events,
  })
  health.check('sweep', () => {
    const { pass, sinceMs } = sweeps.oldest()
    return sinceMs < lateAfterMs ? { ok: true } : { ok: false, note: pass }
  })
  sweeps.start()

  return {
    internalPort,
    underWay: () => sender.underWay() + looks.size,
    async stop() {
      supervision.stop()
      remembering.stop()
      for (const off of unsubscribe) off()
      await Promise.all([sweeps.stop(stopBoundsMs.sweep), processor.close()])
      // Looks end by the carrier's own time-out; their writing needs the database.
      await Promise.all([
        sender.stop(stopBoundsMs.sending),
        Promise.race([Promise.all(looks), wait(stopBoundsMs.sending, undefined, { ref: false })]),
      ])
      await Promise.all([wakeUps.close(), signals.close(), health.close()])
      carrier.close()
      await store.close()
    },
  }
}
