import { type AllClearOutcome, defaults, paced } from '@stillhere/domain'
import {
  type AlertRow,
  findRecipients,
  findRunningSession,
  findSessionsWithAlert,
  insertMessages,
  insertSession,
  loadSessionsForUpdate,
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
import { findAlertFor } from './alert-view.ts'
import { alreadyClaimed, commandAlert, decideFor } from './command-alert.ts'
import { openDebrief } from './open-debrief.ts'
import { standingOf } from './standing.ts'

/**
 * "It is over", confirmed by a human, with what became of it. After naloxone a watch begins in the same transaction. What
 * another supporter has is not closed over their head: that the person is safe is passed on to them, and who has it is said.
 * After a rescue whoever had it is off the queue until they say that they are ready; of a rescuer's alert it is who closes it.
 */
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
    async (tx, seen) => {
      watch = undefined
      await loadSessionsForUpdate(tx, [seen.sessionId])
      const alert = (await findAlertFor(tx, caller, seen.id)) ?? seen
      if (alert.state === 'closed') return { refused: refuse('gone') }
      const by = await standingOf(tx, caller, alert)
      const applied = await decideFor(ctx, tx, caller, alert, { kind: 'all-clear', by, outcome }, { naloxone })
      if (applied?.outcome === 'notOnShift') return { refused: refuse('not_on_shift') }
      if (applied?.outcome === 'reported' || applied?.outcome === 'notOwner')
        return { applied, refused: await alreadyClaimed(tx, alert, ctx.pace, 'not_owner') }
      if (applied?.outcome !== 'closed') return { refused: refuse('gone') }
      await recordClosedBy(tx, alert.id, { kind: 'supporter', id: caller.id }, naloxone)
      // A rescue is hard on whoever had it at a desk, whatever they write of it later; where a rescuer had it, on who closes it.
      const atTheDesk = alert.owner?.kind === 'supporter' ? alert.owner.id : caller.id
      if (outcome === 'rescued') await openDebrief(tx, atTheDesk, applied.now)
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
