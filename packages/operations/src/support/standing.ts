import type { Actor } from '@stillhere/domain'
import { type AlertRow, findRecipients, findSupporters, type Role, type Transaction } from '@stillhere/persistence'
import type { Caller } from '../context.ts'

/** They answer for the service: an alert may be taken from whoever has it, and closed, on their word. */
const answerForService: ReadonlySet<Role> = new Set(['duty-lead', 'supervisor', 'operator'])

/**
 * How a supporter stands to an alert. Who is off shift and was told nothing stays out of it while anybody is on shift;
 * while nobody is, whoever is there may act, because somebody is better than nobody. The caller holds the session's lock.
 */
export async function standingOf(tx: Transaction, caller: Caller, alert: AlertRow): Promise<Actor> {
  const supporters = await findSupporters(tx, alert.organisationId)
  const own = supporters.find(({ id }) => id === caller.id)
  const actor = (standing: Actor['standing']): Actor => ({ id: caller.id, standing })
  if (own && answerForService.has(own.role)) return actor('answers')
  if (own?.onShift || supporters.every(({ onShift }) => !onShift)) return actor('acts')
  const asked = (await findRecipients(tx, [alert.id])).find(({ id }) => id === caller.id)
  return actor(asked?.toldAt !== undefined || asked?.lastTextAt !== undefined ? 'acts' : 'away')
}
