/**
 * Which disclosure keys the running processes have in use (H8). What devices seal to must be held by a worker, and a plan
 * that nobody can open must not say `ok` until the alert.
 */
import {
  findKeyUses,
  type KeyUse,
  readClock,
  recheckPlansOfKeys,
  recordJournal,
  recordKeyUse,
  refusePlansWithoutKey,
} from '@stillhere/persistence'
import type { OperationContext } from './context.ts'

/** Who has not said so for longer is gone. A process says it every 5 s. */
export const keyUseHoldsMs = 60_000
/** How often a process says which keys it has in use. */
export const sayKeysEveryMs = 5_000
/** Plans are looked through when what is held changes, and otherwise this often. */
const lookThroughEveryMs = 600_000
const plansAtOnce = 200

/** Says which keys this process has in use. */
export const sayKeysInUse = (ctx: Pick<OperationContext, 'db'>, use: KeyUse): Promise<void> => recordKeyUse(ctx.db, use)

/** Whether a worker holds what the api hands out. `noWorker`: none has said what it holds. @param key `keyId:fingerprint` */
export async function isKeyHeld(
  ctx: Pick<OperationContext, 'db'>,
  key: string,
): Promise<'held' | 'notHeld' | 'noWorker'> {
  const workers = (await findKeyUses(ctx.db, keyUseHoldsMs)).filter(({ service }) => service === 'worker')
  if (workers.length === 0) return 'noWorker'
  return workers.some(({ keys }) => keys.includes(key)) ? 'held' : 'notHeld'
}

/**
 * For the sweep of a worker: says which keys it holds, and sees to it that no plan is `ok` whose key no worker holds, and
 * that it is checked again when one does. Each that is found is a trouble: a person must save it anew.
 */
export function watchKeysInUse(ctx: OperationContext, mine: KeyUse): () => Promise<{ found: number; more?: boolean }> {
  let saidAtMs = Number.NEGATIVE_INFINITY
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let lookedWith = ''
  return async () => {
    if (performance.now() - saidAtMs < sayKeysEveryMs) return { found: 0 }
    await recordKeyUse(ctx.db, mine)
    const uses = await findKeyUses(ctx.db, keyUseHoldsMs)
    const held = [...new Set(uses.filter(({ service }) => service === 'worker').flatMap(({ keys }) => keys.map(idOf)))]
    const same = held.sort().join() === lookedWith
    if (same && performance.now() - lookedAtMs < lookThroughEveryMs) {
      saidAtMs = performance.now()
      return { found: 0 }
    }
    const done = await ctx.db.transaction(async (tx) => {
      const refused = await refusePlansWithoutKey(tx, held, plansAtOnce)
      const at = await readClock(tx)
      const line = { at, kind: 'plan-checked', actor: { kind: 'service' } } as const
      await recordJournal(
        tx,
        refused.map(({ id, organisationId }) => ({
          ...line,
          organisationId,
          detail: { planId: id, outcome: 'unknown_key' },
        })),
      )
      return { refused: refused.length, again: await recheckPlansOfKeys(tx, held, plansAtOnce) }
    })
    if (done.refused > 0) ctx.events.trouble('unreadablePlan', { reason: 'noWorkerHoldsItsKey' })
    const found = done.refused + done.again
    if (done.refused === plansAtOnce || done.again === plansAtOnce) return { found, more: true }
    saidAtMs = lookedAtMs = performance.now()
    lookedWith = held.join()
    return { found }
  }
}

const idOf = (key: string): string => key.slice(0, key.indexOf(':'))
