import { type AllClearOutcome, defaults, paced } from '@stillhere/domain'
import {
  type AlertRow,
  findRecipients,
  findRunningSession,
  findSessionsWithAlert,
  insertMessages,
  insertSession,
  newId,
  priorities,
  readClock,
  recordClosedBy,
  recordJournal,
  type SessionRow,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { destinationOfRecipient } from '../destinations.ts'
import { commandAlert, decideFor } from './command-alert.ts'

/** "It is over", confirmed by a human, with what became of it. After naloxone a watch begins in the same transaction. */
export async function giveAllClear(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; alertId: string; outcome: AllClearOutcome; naloxone: boolean },
): Promise<Answer> {
  const { commandId, alertId, outcome, naloxone } = input
  let watch: { session: SessionRow; now: number } | undefined
  const payload = { outcome, naloxone }
  const given = await commandAlert(
    ctx,
    caller,
    { commandId, alertId, what: 'all-clear', payload },
    async (tx, alert) => {
      watch = undefined
      if (alert.state === 'closed') return { refused: refuse('gone') }
      const applied = await decideFor(ctx, tx, caller, alert, { kind: 'all-clear', outcome }, { naloxone })
      if (applied?.outcome !== 'closed') return { refused: refuse('gone') }
      await recordClosedBy(tx, alert.id, { kind: 'supporter', id: caller.id }, naloxone)
      if (naloxone) watch = await startPostRescue(ctx, tx, alert)
      return { applied }
    },
  )
  if (watch) {
    const { session, now } = watch
    ctx.wake.sessions([{ id: session.id, version: session.version, dueInMs: session.deadlineAt - now }])
    ctx.wake.changed([{ id: session.id, version: session.version }])
  }
  return given
}

/** Naloxone wears off sooner than what it works against: two hours on the same plan, asked every twenty minutes. */
async function startPostRescue(
  ctx: OperationContext,
  tx: Transaction,
  alert: AlertRow,
): Promise<{ session: SessionRow; now: number } | undefined> {
  const [before] = await findSessionsWithAlert(tx, [alert.sessionId])
  // Under duress the device may have begun another session; that one watches.
  if (!before || (await findRunningSession(tx, before.session.deviceId))) return undefined
  const now = await readClock(tx)
  const { everySeconds, lastsSeconds } = defaults.postRescue
  const deadlineAt = now + paced(everySeconds, ctx.pace)
  const { outcome: _o, closedAt: _c, prompt: _p, quietVersion: _q, ...same } = before.session
  const session: SessionRow = {
    ...same,
    id: newId(),
    kind: 'post-rescue',
    state: 'counting',
    version: 1,
    rhythm: [everySeconds],
    startedAt: now,
    anchorAt: now,
    deadlineAt,
    alertAt: deadlineAt + paced(same.prompts.alertAfterSeconds, ctx.pace),
    lastPressAt: now,
    endsAt: now + paced(lastsSeconds, ctx.pace),
    raised: false,
    quiet: false,
    after: alert.sessionId,
  }
  await insertSession(tx, session)
  const there = (await findRecipients(tx, [alert.id])).filter((r) => r.answer === 'there' && !r.stopped)
  await insertMessages(
    tx,
    there.flatMap((recipient) => {
      const destination = destinationOfRecipient(recipient)
      if (!destination || !recipient.numberHash) return []
      return [
        {
          organisationId: alert.organisationId,
          alertId: alert.id,
          recipientKind: recipient.kind,
          recipientId: recipient.id,
          channel: 'text' as const,
          template: 'post-rescue',
          detail: { code: recipient.code },
          language: recipient.language,
          destination,
          numberHash: recipient.numberHash,
          priority: priorities.allClear,
          dedupeKey: `post-rescue.${session.id}.${recipient.id}`,
          dueAt: now,
        },
      ]
    }),
  )
  await recordJournal(tx, [
    {
      organisationId: alert.organisationId,
      at: now,
      kind: 'post-rescue-started',
      sessionId: session.id,
      alertId: alert.id,
      actor: { kind: 'service' },
    },
  ])
  return { session, now }
}
