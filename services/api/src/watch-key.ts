import { createHash, randomUUID } from 'node:crypto'
import type { DisclosurePublicKey } from '@stillhere/config'
import type { Events, HealthAnswer, Logger } from '@stillhere/observability'
import { isKeyHeld, type OperationContext, sayKeysEveryMs, sayKeysInUse } from '@stillhere/operations'

/**
 * H8: devices seal to the key that this process hands out. It says which that is, so that nobody destroys it meanwhile, and
 * is not ready while the workers hold others: a plan would be saved that nobody can open.
 */
export function watchKey(of: { ctx: OperationContext; key: DisclosurePublicKey; events: Events; logger: Logger }): {
  say(): Promise<void>
  check(): Promise<HealthAnswer>
  stop(): void
} {
  const use = { processId: randomUUID(), service: 'api', keys: [named(of.key)] } as const
  let said = false
  async function check(): Promise<HealthAnswer> {
    const lacks = (await isKeyHeld(of.ctx, use.keys[0])) === 'notHeld'
    if (lacks && !said) of.events.trouble('unreadablePlan', { reason: 'noWorkerHoldsTheKey' })
    said = lacks
    return lacks ? { ok: false, note: 'noWorkerHoldsIt' } : { ok: true }
  }
  // Without Postgres nobody can be told; readiness says so, and a start does not fail for it.
  const unsaid = (error: unknown) => of.logger.warn('key not said', { error })
  const say = () => sayKeysInUse(of.ctx, use).catch(unsaid)
  const timer = setInterval(() => void say().then(check).catch(unsaid), sayKeysEveryMs)
  timer.unref()
  return { say, check, stop: () => clearInterval(timer) }
}

/** As a worker says it of each that it holds: the id, and of SHA-256 of the raw point the first 16 characters. */
const named = ({ keyId, publicKey }: DisclosurePublicKey): string =>
  `${keyId}:${createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url').slice(0, 16)}`
