import {
  insertMessages,
  loadPhoneForUpdate,
  loadRescuersToInviteForUpdate,
  priorities,
  readClock,
  recordInvitation,
  storePhone,
} from '@stillhere/persistence'
import type { OperationContext } from './context.ts'
import { destinationOfRescuer } from './destinations.ts'
import { journalChange } from './journal/journal-change.ts'
import { workOffWaiting } from './work-off-waiting.ts'

/** One unanswered invitation per phone in this time, whoever asks: nobody is messaged twice before they answered (X1). */
const unansweredForMs = 7 * 24 * 3_600_000

/** Sends invitations that are due. One that must wait for another's answer stays due; nobody can tell from outside. */
export async function inviteRescuers(ctx: OperationContext, limit: number): Promise<{ found: number }> {
  const of = { kind: 'invitations', reason: 'invitation', limit } as const
  const { found } = await workOffWaiting(ctx, of, async (tx, among) => {
    const rescuers = await loadRescuersToInviteForUpdate(tx, limit, among)
    for (const rescuer of rescuers) {
      // Its number is looked at anew: that makes it due again.
      if (!rescuer.numberHash) {
        await recordInvitation(tx, rescuer.id, {})
        continue
      }
      const phone = await loadPhoneForUpdate(tx, rescuer.organisationId, rescuer.numberHash)
      const now = await readClock(tx)
      if (phone.stoppedAt !== undefined || phone.badCode !== undefined || rescuer.consent !== 'waiting') {
        await recordInvitation(tx, rescuer.id, {})
        continue
      }
      if (phone.invitedAt !== undefined && now - phone.invitedAt < unansweredForMs) {
        await recordInvitation(tx, rescuer.id, { inviteDueAt: phone.invitedAt + unansweredForMs })
        continue
      }
      await insertMessages(tx, [
        {
          organisationId: rescuer.organisationId,
          recipientKind: 'rescuer',
          recipientId: rescuer.id,
          channel: 'text',
          template: 'invitation',
          detail: {},
          language: rescuer.language,
          destination: destinationOfRescuer(rescuer),
          numberHash: rescuer.numberHash,
          priority: priorities.ordinary,
          dedupeKey: `invite.${rescuer.id}`,
          dueAt: now,
        },
      ])
      await recordInvitation(tx, rescuer.id, { invitedAt: now })
      await journalChange(tx, {
        organisationId: rescuer.organisationId,
        kind: 'rescuer-invited',
        actor: { kind: 'service' },
        detail: { planId: rescuer.planId, rescuerId: rescuer.id },
      })
      await storePhone(tx, rescuer.organisationId, rescuer.numberHash, { invitedAt: now })
    }
    return rescuers.length
  })
  if (found > 0) ctx.wake.prod('outbox')
  return { found }
}
