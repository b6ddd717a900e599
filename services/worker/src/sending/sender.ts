/**
 * The sender: takes messages out of the outbox and hands them to the carrier.
 *
 *   claim (lease, fence, attempt: one transaction) → render → call the carrier, no transaction open → write back
 *
 * At most `concurrency` requests are under way for alerts, as many for what follows them and as many for all else, so a
 * carrier that hangs on the one does not hold the other up (C73), and claims are made only for what can start at once:
 * most urgent first, whatever came meanwhile. Acceptances of a few milliseconds share one write-back. If this process dies anywhere, the lease runs out and another finds the message.
 */
import type { Carrier, PushCarrier, SendOutcome } from '@stillhere/carriers/outbound'
import type { DeliveryEvent } from '@stillhere/domain'
import {
  type AcceptedAttempt,
  applyDelivery,
  type ClaimedMessage,
  claimForSending,
  type EndedAttempt,
  forgetPush,
  isLadderMessage,
  type MessageRow,
  type OperationContext,
  placeOf,
  priorities,
  recordAcceptedApart,
} from '@stillhere/operations'
import type { Keyring } from '../disclosure/keyring.ts'
import { renderMessage } from '../disclosure/render-message.ts'

/** Alerts' texts are worth nothing after two minutes (the carrier's default is ten hours); others may take an hour. */
const validitySeconds = { ladder: 120, other: 3_600 }
/** As the log and the metrics say it. */
const channelWord = { text: 'sms', call: 'voice', push: 'push' } as const
const lanes = { urgent: 'alert', following: 'following', ordinary: 'other', push: 'other' } as const
/** Acceptances that come within this time share a transaction. */
const gatherMs = 4

export interface Sender {
  /** Something may be due: claim and send. Returns at once. */
  prod(): void
  /** Claims once; resolves with how many when they are claimed (not sent). For the sweep. */
  sweep(): Promise<{ found: number }>
  /** Nothing is under way any more, or the bound has passed. */
  stop(boundMs: number): Promise<void>
  underWay(): number
}

export interface SenderSettings {
  concurrency: number
  webUrl: string
  /** Origin the carrier calls back. */
  apiUrl: string
}

/** @param pushing absent: this installation has no key for it, and nobody was offered it */
export function createSender(
  ctx: OperationContext,
  keys: Keyring,
  carrier: Carrier,
  settings: SenderSettings,
  pushing?: PushCarrier,
): Sender {
  const underWay = { urgent: 0, following: 0, ordinary: 0, push: 0 }
  const allUnderWay = () => underWay.urgent + underWay.following + underWay.ordinary + underWay.push
  let claiming: Promise<number> | undefined
  let prodded = false
  let stopping = false
  let idle: (() => void) | undefined
  const accepted = gatherAccepted(ctx)

  async function claimAndSend(): Promise<number> {
    const room = {
      urgent: settings.concurrency - underWay.urgent,
      following: settings.concurrency - underWay.following,
      ordinary: settings.concurrency - underWay.ordinary,
      push: settings.concurrency - underWay.push,
    }
    if (stopping || Object.values(room).every((places) => places <= 0)) return 0
    const claimed = await claimForSending(ctx, room, keys.nonceOf)
    for (const { message } of claimed) underWay[placeOf(message)] += 1
    for (const one of claimed)
      void sendOne(one).finally(() => {
        underWay[placeOf(one.message)] -= 1
        if (allUnderWay() === 0) idle?.()
        prod()
      })
    return claimed.length
  }

  function prod(): void {
    if (stopping) return
    prodded = true
    if (claiming) return
    prodded = false
    claiming = claimAndSend()
      .catch((error) => {
        ctx.events.sweepPassFailed({ pass: 'outbox', reason: 'threw', error })
        return 0
      })
      .finally(() => {
        claiming = undefined
        if (prodded) prod()
      })
  }

  async function sendOne(claimed: ClaimedMessage): Promise<void> {
    const { message } = claimed
    try {
      const startedAt = performance.now()
      const outcome = await deliver(claimed)
      if (outcome.kind !== 'obsolete')
        ctx.events.messageAttempt({
          attemptId: message.id,
          messageId: message.id,
          ...whence(claimed),
          channel: channelWord[message.channel],
          outcome: outcome.kind,
          ...('class' in outcome ? { errorClass: outcome.class } : {}),
          ...('code' in outcome ? { code: outcome.code } : {}),
          ...('reason' in outcome ? { reason: outcome.reason } : {}),
          tookMs: Math.round(performance.now() - startedAt),
        })
      await writeBack(message, outcome)
    } catch (error) {
      // The lease runs out and the message is found again; a message that cannot be rendered is an emergency.
      ctx.events.trouble('poisonRow', { reason: 'message', error })
    }
  }

  async function deliver(claimed: ClaimedMessage): Promise<SendOutcome | { kind: 'obsolete' }> {
    if (claimed.stopped) return { kind: 'refused', code: '21610', class: 'recipient-blocked' }
    const { message } = claimed
    const rendered = await renderMessage(ctx, keys, claimed, settings)
    if (rendered.kind === 'obsolete') return rendered
    if (rendered.kind === 'refused') {
      if (rendered.code === 'unreadable') ctx.events.trouble('poisonRow', { reason: 'destination' })
      // Nothing is known against the phone when its number does not open: the next recipient and a human, now.
      const errorClass = rendered.code === 'unreadable' ? 'content' : 'recipient-for-good'
      return { kind: 'refused', code: rendered.code, class: errorClass }
    }
    if (rendered.kind === 'push') {
      const { target, payload, ttlSeconds } = rendered
      if (!pushing) return { kind: 'refused', code: 'no_push', class: 'recipient-for-good' }
      const outcome = await pushing.push({ target, payload, ttlSeconds, id: message.id })
      if (outcome.kind === 'refused' && outcome.code === 'gone' && message.sessionId)
        await forgetPush(ctx, message.sessionId)
      return outcome
    }
    const nonce = keys.nonceOf(message)
    const back = (path: string) => `${settings.apiUrl}/v1/carriers/twilio/${path}?n=${nonce}`
    const lane = message.priority === priorities.firstOfAlert ? 'first' : lanes[placeOf(message)]
    return rendered.kind === 'call'
      ? carrier.placeCall({
          to: rendered.to,
          from: rendered.from,
          url: back('calls'),
          statusCallbackUrl: back('calls'),
          timeoutSeconds: 25,
          machineDetection: true,
          lane,
        })
      : carrier.send({
          to: rendered.to,
          from: rendered.from,
          body: rendered.body,
          statusCallbackUrl: back('receipts'),
          validitySeconds: isLadderMessage(message) ? validitySeconds.ladder : validitySeconds.other,
          lane,
        })
  }

  async function writeBack(message: MessageRow, outcome: Awaited<ReturnType<typeof deliver>>): Promise<void> {
    if (outcome.kind === 'accepted') return accepted.add({ message, sid: outcome.sid })
    const { event, attempt } = eventOf(outcome)
    await applyDelivery(ctx, message, event, attempt)
  }

  return {
    prod,
    async sweep() {
      if (claiming) return { found: 0 }
      claiming = claimAndSend().finally(() => {
        claiming = undefined
      })
      return { found: await claiming }
    },
    async stop(boundMs) {
      stopping = true
      if (allUnderWay() > 0)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, boundMs)
          idle = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      await accepted.flush()
    },
    underWay: allUnderWay,
  }
}

/** What the carrier said, as the delivery table reads it. */
function eventOf(outcome: Exclude<SendOutcome, { kind: 'accepted' }> | { kind: 'obsolete' }): {
  event: DeliveryEvent
  attempt: EndedAttempt
} {
  switch (outcome.kind) {
    case 'obsolete':
      return { event: { kind: 'obsolete' }, attempt: { outcome: 'failed', reason: 'obsolete' } }
    case 'refused':
      return {
        event: { kind: 'refused', class: outcome.class, code: String(outcome.code) },
        attempt: { outcome: 'refused', reason: String(outcome.code) },
      }
    case 'failed':
      return {
        event: {
          kind: 'not-sent',
          ...(outcome.retryAfterMs === undefined ? {} : { retryAfterMs: outcome.retryAfterMs }),
        },
        attempt: { outcome: 'failed', reason: outcome.reason },
      }
    case 'unknown':
      return { event: { kind: 'unknown' }, attempt: { outcome: 'unknown', reason: outcome.reason } }
  }
}

/** Acceptances share write-backs: one under way at a time, the next takes all that came meanwhile. */
function gatherAccepted(ctx: OperationContext) {
  let gathered: { attempt: AcceptedAttempt; done: () => void; failed: (error: unknown) => void }[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    timer = undefined
    const batch = gathered
    gathered = []
    if (batch.length === 0) return
    try {
      const unwritten = await recordAcceptedApart(
        ctx,
        batch.map(({ attempt }) => attempt),
      )
      for (const { attempt, done, failed } of batch)
        if (unwritten.has(attempt.message.id)) failed(unwritten.get(attempt.message.id))
        else done()
    } catch (error) {
      for (const { failed } of batch) failed(error)
    }
  }

  function schedule(): void {
    if (timer || writing) return
    timer = setTimeout(() => {
      writing = write().finally(() => {
        writing = undefined
        if (gathered.length > 0) schedule()
      })
    }, gatherMs)
  }

  return {
    add: (attempt: AcceptedAttempt) =>
      new Promise<void>((done, failed) => {
        gathered.push({ attempt, done, failed })
        schedule()
      }),
    async flush(): Promise<void> {
      await writing
      await write()
    },
  }
}

/** By which a message is followed back: the request that made it or raised its alert, and what it is about. */
const whence = ({ message, alert }: ClaimedMessage) => {
  const requestId = message.requestId ?? alert?.requestId
  return {
    ...(requestId === undefined ? {} : { requestId }),
    ...(message.alertId === undefined ? {} : { alertId: message.alertId }),
    ...(message.sessionId === undefined ? {} : { sessionId: message.sessionId }),
  }
}
