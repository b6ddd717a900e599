import { iso, readAlertExport } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { verifyAlertJournal } from '../journal/verify-journal.ts'

/**
 * One alert as one document: its lines with their places in the chain, each message with its attempts and receipts, who
 * was shown what, and the chain's head, so that a copy kept elsewhere can be held against the service later. Pseudonymous:
 * ids and words, no number, no name, nothing of a plan.
 */
export async function exportAlert(ctx: OperationContext, caller: Caller, alertId: string): Promise<Answer> {
  const found = await ctx.db.transaction((tx) => readAlertExport(tx, caller.organisationId, alertId))
  if (!found) return refuse('not_found')
  const { alert, journal, messages, attempts, disclosures, views, now } = found
  const damage = verifyAlertJournal(journal)
  const attemptsOf = Map.groupBy(attempts, (attempt) => attempt.messageId)
  return answer(200, {
    form: 'stillhere/alert/v1',
    exportedAt: iso(now),
    alert: {
      id: alert.id,
      synthetic: alert.synthetic === true,
      state: alert.state,
      reason: alert.reason,
      ...instants({
        dueAt: alert.dueAt,
        raisedAt: alert.raisedAt,
        disclosedAt: alert.disclosedAt,
        ownedAt: alert.ownedAt,
        requestedAt: alert.requestedAt,
        closedAt: alert.closedAt,
      }),
      ...(alert.owner ? { owner: alert.owner } : {}),
      ...(alert.outcome ? { outcome: alert.outcome } : {}),
    },
    chain: {
      length: journal.chain?.length ?? 0,
      head: journal.chain?.head.toString('hex') ?? null,
      waiting: journal.lines.filter(({ position }) => position === null).length,
      sound: damage === undefined,
      ...(damage ? { damage: damage.damage, position: damage.position ?? null } : {}),
    },
    lines: journal.lines.map(({ hash, alertId: _, organisationId, ...line }) => ({
      ...line,
      organisationId,
      hash: hash?.toString('hex') ?? null,
    })),
    messages: messages.map(({ acceptedAt, deliveredAt, createdAt, ...message }) => ({
      ...message,
      ...instants({ createdAt, acceptedAt, deliveredAt }),
      attempts: (attemptsOf.get(message.id) ?? []).map(({ startedAt, finishedAt, messageId: _, ...attempt }) => ({
        ...attempt,
        ...instants({ startedAt, finishedAt }),
      })),
    })),
    disclosures: disclosures.map(({ openedAt, createdAt, shreddedAt, ...of }) => ({
      ...of,
      ...instants({ createdAt, openedAt, shreddedAt }),
    })),
    views: views.map(({ supporterId, seenAt }) => ({ supporterId, seenAt: iso(seenAt) })),
  })
}

/** ISO, and nothing where it did not happen. */
const instants = (of: Record<string, number | null | undefined>): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(of).flatMap(([name, at]) => (at === null || at === undefined ? [] : [[name, iso(at)]])),
  )
