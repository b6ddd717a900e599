import type { AddressInfo } from 'node:net'
import type { ApiConfig } from '@stillhere/config'
import { createEvents, createHealth, createMetrics, type Logger, type RunningService } from '@stillhere/observability'
import { checkGoingLive, engineHealth, openStore } from '@stillhere/operations'
import { parsePublicKey, sealFor, sealInbound, sealNumber, sealPlan, sealWord } from '@stillhere/sealing/seal'
import { createSignals } from '@stillhere/signals'
import { createWakeUps, wakeThrough } from '@stillhere/timers'
import { createApiEvents } from './api-events.ts'
import { bindOperations } from './bind-operations.ts'
import { buildApi } from './build-api.ts'
import { RefusedToStartError } from './refused-to-start-error.ts'
import { testPlan } from './test-plan.ts'
import { watchKey } from './watch-key.ts'
import { testWebhook } from './webhook-self-test.ts'

/** What is being answered is answered sooner; whoever is cut off asks again. */
const stopWithinMs = 3_000

/**
 * Builds the process from its settings and starts it: the internal listener first, so that whoever waits can see why,
 * then the public one.
 * @throws RefusedToStartError when the service could not keep its word
 */
export async function startApi(config: ApiConfig, logger: Logger): Promise<RunningService & { port: number }> {
  const metrics = createMetrics({ process: true })
  const events = createEvents({ logger, metrics })
  const key = await parsePublicKey(config.disclosureKey)
  if (key.kind === 'refused')
    throw new RefusedToStartError('bad_disclosure_key', 'DISCLOSURE_PUBLIC_KEY is no P-256 point.')
  const worker = key.key
  const { authToken, nextAuthToken } = config.carrier
  const tokens = [authToken, ...(nextAuthToken ? [nextAuthToken] : [])].map((token) => token.reveal())

  const store = openStore({
    url: config.databaseUrl.reveal(),
    size: config.databasePoolSize,
    applicationName: 'still-here-api',
    events,
  })
  const redisUrl = config.redisUrl?.reveal()
  const signals = createSignals({ redisUrl, events })
  const wakeUps = createWakeUps({ redisUrl, events })
  const health = createHealth({ port: config.internalPort, host: config.host, metrics, logger })
  health.check('database', async () => ({ ok: await store.answers() }))
  // Ready means that the public listener answers, too: it is the last to come.
  let listening = false
  health.check('listener', () => ({ ok: listening }))
  const { port: internalPort } = await health.start()

  const context = await store.context(wakeThrough(wakeUps, signals))
  const { accountSid, number, isSimulator } = config.carrier
  await checkGoingLive(context, {
    live: config.mode === 'live',
    sends: false,
    carrier: { accountSid, number: number.reveal(), isSimulator },
  })
  health.check('engine', async () => {
    const engine = await engineHealth(context)
    return engine.kind === 'well' ? { ok: true } : { ok: false, note: engine.reason }
  })
  const watch = watchKey({ ctx: context, key: config.disclosureKey, events, logger })
  health.check('disclosureKey', watch.check)
  await watch.say()
  const app = await buildApi({
    operations: bindOperations(context, config.mode === 'trial'),
    seal: {
      word: (whose, word) => sealWord(worker, whose, word),
      inbound: (carrierSid, json) => sealInbound(worker, { carrierSid }, json),
      staffNumber: ({ organisationId: planId, supporterId: rescuerId }, number) =>
        sealNumber(worker, { planId, rescuerId }, number),
      testHandset: async ({ planId, rescuerId }, number) => ({
        plan: await sealPlan(worker, { planId, planVersion: 1 }, testPlan(rescuerId)),
        number: await sealNumber(worker, { planId, rescuerId }, number),
      }),
      note: (alertId, note) => sealFor(worker, 'stillhere/note/v1', `${alertId}.${worker.keyId}`, note),
      feedback: (id, text) => sealFor(worker, 'stillhere/feedback/v1', `${id}.${worker.keyId}`, text),
    },
    webhooks: { publicUrl: config.apiUrl, tokens },
    events: createApiEvents({ logger, metrics, events }),
    service: {
      trial: config.mode === 'trial',
      liveUrl: config.liveUrl,
      disclosureKey: { ...config.disclosureKey, signedBy: [...config.disclosureKey.signedBy] },
      ...(config.vapidPublicKey && { webPush: { publicKey: config.vapidPublicKey } }),
    },
    webOrigins: [config.webUrl],
    trustedProxies: config.trustedProxies,
    ...(!config.carrier.isSimulator && { limiter: signals }),
  })
  await app.listen({ host: config.host, port: config.port, backlog: 4_096 })
  listening = true

  const stop = async () => {
    watch.stop()
    // A browser opens connections before it has anything to ask: they are not idle yet, and would be waited for.
    const bound = setTimeout(() => app.server.closeAllConnections(), stopWithinMs)
    await app.close()
    clearTimeout(bound)
    await Promise.allSettled([wakeUps.close(), signals.close(), store.close(), health.close()])
  }
  const webhook = await testWebhook({ apiUrl: config.apiUrl, token: authToken.reveal() })
  if (webhook.kind === 'refused') {
    await stop()
    throw new RefusedToStartError(
      'webhook_signature_refused',
      'A callback signed for STILLHERE_API_URL is refused when it arrives: it is not the address the carrier calls.',
    )
  }
  if (webhook.kind === 'unreachable') events.trouble('signature', { reason: 'publicUrlUnreachable' })
  return { port: (app.server.address() as AddressInfo).port, internalPort, stop }
}
