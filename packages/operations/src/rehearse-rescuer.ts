import {
  findAlertsOfPhone,
  findRescuers,
  insertMessages,
  loadPlanForUpdate,
  priorities,
  readClock,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { destinationOfRescuer } from './destinations.ts'
import { actorOf, journalChange } from './journal/journal-change.ts'
import { runCommand } from './run-command.ts'

/** One rehearsal per rescuer in this time (nominal and real alike): a rehearsal must not become a nuisance. */
const everyMs = 60_000

/** Sends a text marked TEST to a rescuer who has agreed. */
export async function rehearseRescuer(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; planId: string; rescuerId: string },
): Promise<Answer> {
  const { commandId, planId, rescuerId } = input
  const given = await runCommand(
    ctx,
    caller,
    { commandId, what: 'rehearsal', payload: { planId, rescuerId } },
    async (tx) => {
      const plan = await loadPlanForUpdate(tx, caller.id, planId)
      const rescuer = plan && (await findRescuers(tx, [plan.id])).find((r) => r.id === rescuerId)
      if (!rescuer) return refuse('not_found')
      if (rescuer.consent !== 'agreed' || !rescuer.numberHash) return refuse('conflict')
      // In an alert nobody is told that no one needs help; from outside it looks the same.
      const alerts = await findAlertsOfPhone(tx, rescuer.organisationId, rescuer.numberHash)
      if (alerts.some((alert) => alert.open)) return answer(202, {})
      const now = await readClock(tx)
      await insertMessages(tx, [
        {
          organisationId: rescuer.organisationId,
          recipientKind: 'rescuer',
          recipientId: rescuer.id,
          channel: 'text',
          template: 'rehearsal',
          detail: {},
          language: rescuer.language,
          destination: destinationOfRescuer(rescuer),
          numberHash: rescuer.numberHash,
          priority: priorities.ordinary,
          // The minute is part of the key: a second one within it is the same message.
          dedupeKey: `rehearsal.${rescuer.id}.${Math.floor(now / everyMs)}`,
          dueAt: now,
        },
      ])
      await journalChange(tx, {
        organisationId: caller.organisationId,
        kind: 'rehearsal-asked',
        actor: actorOf(caller),
        detail: { planId, rescuerId },
      })
      return answer(202, {})
    },
  )
  ctx.wake.prod('outbox')
  return given
}
