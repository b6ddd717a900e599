import type { Carrier, FetchedStatus } from '@stillhere/carriers/outbound'
import type { DeliveryEvent } from '@stillhere/domain'
import {
  applyDelivery,
  type ClaimedMessage,
  claimChecks,
  type DueCheck,
  findKnownSids,
  keepWaiting,
  type OperationContext,
  recordAcceptedAttempts,
} from '@stillhere/operations'
import type { Keyring } from '../disclosure/keyring.ts'
import { renderMessage } from '../disclosure/render-message.ts'

/**
 * A second look at messages that are due again: a lease that ran out (its sender is gone), an unknown outcome, a text
 * without `delivered`. `underWay` holds the looks that are not over, for whoever must wait for them. Unknown: the other channel has been started; if the carrier's list has the text it was accepted,
 * else it is sent once more (law 4). The claim raised the fence, so a sender that wakes up late changes nothing.
 */
export async function lookAgain(
  ctx: OperationContext,
  keys: Keyring,
  carrier: Carrier,
  settings: { webUrl: string },
  limit: number,
  underWay: Set<Promise<void>>,
): Promise<{ found: number }> {
  const checks = await claimChecks(ctx, limit)
  // Not awaited by the sweep: a carrier that hangs must not hold the clock. The lease bounds each look.
  for (const check of checks) {
    const looking = look(ctx, keys, carrier, settings, check)
      .catch((error) => ctx.events.trouble('reconcile', { reason: check.task, error }))
      .finally(() => underWay.delete(looking))
    underWay.add(looking)
  }
  return { found: checks.length }
}

async function look(
  ctx: OperationContext,
  keys: Keyring,
  carrier: Carrier,
  settings: { webUrl: string },
  { claimed, task }: DueCheck,
): Promise<void> {
  const { message } = claimed
  if (task === 'silence') {
    await applyDelivery(ctx, message, { kind: 'silence' })
    return
  }
  if (task === 'poll') {
    // A receipt that never came may be known to the carrier; whatever it says, silence is acted upon in time.
    const status = message.carrierSid === undefined ? undefined : await carrier.fetchStatus(message.carrierSid)
    const event = status?.kind === 'found' ? eventOfStatus(status) : undefined
    if (event) return void (await applyDelivery(ctx, message, event))
    return keepWaiting(ctx, message)
  }
  // The sender died with its lease: what it did is unknown, and the other channel starts now.
  if (message.status === 'sending' && !(await applyDelivery(ctx, message, { kind: 'unknown' }))) return
  const sid = await findAtCarrier(ctx, keys, carrier, settings, claimed)
  if (sid !== undefined) return recordAcceptedAttempts(ctx, [{ message, sid }])
  await applyDelivery(ctx, message, { kind: 'not-found' })
}

function eventOfStatus(found: Extract<FetchedStatus, { kind: 'found' }>): DeliveryEvent | undefined {
  if (found.status === 'delivered') return { kind: 'delivered' }
  if (found.status !== 'undelivered' && found.status !== 'failed') return undefined
  return { kind: 'undelivered', class: found.class ?? 'recipient-for-now', code: found.code ?? 'none' }
}

async function findAtCarrier(
  ctx: OperationContext,
  keys: Keyring,
  carrier: Carrier,
  settings: { webUrl: string },
  claimed: ClaimedMessage,
): Promise<string | undefined> {
  const { message } = claimed
  // A push service keeps no list; a second one takes the place of the first on the screen.
  if (message.channel === 'push') return undefined
  const rendered = await renderMessage(ctx, keys, claimed, settings)
  // Counted back from now: the carrier's clock is not the one that decides (law 7). What lies in between and is another
  // message's is known by its id, so the allowance costs nothing.
  const sinceFirstMs = claimed.now - (message.firstAttemptAt ?? message.createdAt)
  const sentAfterMs = Date.now() - sinceFirstMs - clockAllowanceMs
  const knownOf = (sids: readonly string[]) => findKnownSids(ctx, sids)
  if (rendered.kind === 'call') {
    const { to, from } = rendered
    const call = await carrier.findCall({ to, from, placedAfterMs: sentAfterMs, knownOf })
    return call.kind === 'found' ? call.sid : undefined
  }
  if (rendered.kind !== 'text') return undefined
  const code = String(message.detail.code ?? '')
  const found = await carrier.findSent({
    to: rendered.to,
    from: rendered.from,
    sentAfterMs,
    knownOf,
    // The wording may have changed with what is true; the code and the kind of text have not.
    bodyMatches: (body) =>
      body === rendered.body || (code !== '' && body.includes(code) && sameKind(body, rendered.body)),
  })
  return found.kind === 'found' ? found.sid : undefined
}

/** How far this host's clock and the carrier's may be apart before a text that was taken is sent twice. */
const clockAllowanceMs = 60_000

/** First texts and repeats begin alike whatever flags they carry. */
const sameKind = (one: string, other: string): boolean => one.slice(0, 18) === other.slice(0, 18)
