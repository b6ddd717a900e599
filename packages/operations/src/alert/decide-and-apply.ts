import {
  type AlertCommand,
  type AlertDecision,
  type AlertEffect,
  decideAlert,
  decideSession,
  lineOfDecision,
  resumeRows,
} from '@stillhere/domain'
import {
  type AlertRow,
  cancelQueued,
  cancelSteps,
  findHeard,
  findRecipients,
  insertMessages,
  insertSteps,
  loadAlertForUpdate,
  loadSessionsForUpdate,
  type NewMessage,
  newId,
  newStep,
  priorities,
  type RecipientRow,
  readAlertFacts,
  readClock,
  recordAnswer,
  recordClosedBy,
  recordJournal,
  releaseHeldBack,
  type SessionRow,
  shredBriefs,
  storeAlert,
  storeSessions,
  type Transaction,
  touchSessions,
} from '@stillhere/persistence'
import { advanceLadder } from '../climb-ladder.ts'
import type { OperationContext } from '../context.ts'
import { destinationOfRecipient } from '../destinations.ts'

/** How somebody answered. Only a text is answered by a text; a call and a page answer for themselves. */
export type AnsweredBy = 'text' | 'call' | 'link'

export interface AppliedDecision {
  alert: AlertRow
  session: SessionRow
  outcome: AlertDecision['outcome']
  /** The text that answers the one who spoke, for a call or a page to say in its own way. */
  answerText?: Extract<AlertEffect, { kind: 'answer' }>['text']
  changed: { id: string; version: number }[]
  now: number
}

/**
 * Locks session and alert (in this order everywhere), lets the alert machine decide, and carries its effects out in the
 * caller's transaction. The caller calls `announceAlert` after the commit.
 */
export async function decideAndApply(
  ctx: OperationContext,
  tx: Transaction,
  ids: { alertId: string; sessionId: string },
  command: (recipients: readonly RecipientRow[], now: number) => AlertCommand | undefined,
  by: {
    kind: 'person' | 'rescuer' | 'supporter' | 'service'
    id?: string
    answeredBy?: AnsweredBy
    /** What else the journal's line says. */
    detail?: Record<string, string | number | boolean>
  },
): Promise<AppliedDecision | undefined> {
  const [session] = await loadSessionsForUpdate(tx, [ids.sessionId])
  const alert = await loadAlertForUpdate(tx, ids.alertId)
  if (!session || !alert) return undefined
  const recipients = await findRecipients(tx, [alert.id])
  const now = await readClock(tx)
  const given = command(recipients, now)
  if (!given) return undefined
  const decision = decideAlert(alert, given, await readAlertFacts(tx, alert.id), now, ctx.pace)
  const decided: AlertRow = decision.kind === 'changed' ? { ...stripped(alert), ...decision.alert } : alert
  const effects = decision.effects
  if (effects.some((effect) => effect.kind === 'resume-ladder')) decided.ladderFromAt = now
  if (decision.kind === 'changed') await storeAlert(tx, decided, alert.version, now)
  // Behind every end there is somebody, or the rule (K8).
  if (effects.some((effect) => effect.kind === 'closed')) await recordClosedBy(tx, alert.id, by)

  const speakerId = given.kind === 'answer' ? given.recipient.id : given.kind === 'take-over' ? given.by.id : undefined
  const speaker = recipients.find(({ id }) => id === speakerId)
  // What is cancelled is cancelled before anything new is said.
  if (effects.some((effect) => effect.kind === 'cancel-messages')) await cancelQueued(tx, { alertId: alert.id })
  const heard = effects.some((effect) => effect.kind === 'tell') ? await findHeard(tx, alert.id) : new Set<string>()
  const told: NewMessage[] = []
  for (const effect of effects)
    await applyEffect(
      ctx,
      tx,
      { alert: decided, formerOwner: alert.owner, recipients, heard, speaker, now, told, by },
      effect,
    )
  await insertMessages(tx, told)

  const changed = await storeSessionAfter(
    ctx,
    tx,
    session,
    effects,
    // What supporters see changes too where the machine's alert does not: something recorded, somebody sent home.
    decision.kind === 'changed' || speaker !== undefined || given.kind === 'progress' || given.kind === 'stand-down',
    decided.outcome === 'abandoned',
    now,
  )
  await recordJournal(tx, [
    {
      organisationId: alert.organisationId,
      at: now,
      kind: lineOfDecision(decision.outcome),
      sessionId: session.id,
      alertId: alert.id,
      actor: { kind: by.kind, ...(by.id ? { id: by.id } : {}) },
      detail: { ...whyOf(given), ...by.detail },
    },
  ])
  const answerText = effects.find((effect) => effect.kind === 'answer')?.text
  return {
    alert: decided,
    session,
    outcome: decision.outcome,
    ...(answerText ? { answerText } : {}),
    changed,
    now,
  }
}

/** What was said or asked, for the journal. */
function whyOf(command: AlertCommand): Record<string, string> {
  switch (command.kind) {
    case 'answer':
      return { said: command.answer }
    case 'hand-over':
      return { to: command.to.id }
    case 'all-clear':
      return { outcome: command.outcome }
    default:
      return {}
  }
}

/** Optional fields that a decision may drop must not survive from the former row. */
function stripped(alert: AlertRow): AlertRow {
  const { owner: _o, ownedAt: _a, dutyUntilAt: _d, requestedAt: _q, requestLapsesAt: _l, ...rest } = alert
  return rest
}

interface Applying {
  alert: AlertRow
  /** Who had it before this decision. */
  formerOwner: AlertRow['owner']
  recipients: readonly RecipientRow[]
  /** Ids of those to whom something went out, or may have. */
  heard: ReadonlySet<string>
  speaker: RecipientRow | undefined
  now: number
  told: NewMessage[]
  by: { answeredBy?: AnsweredBy }
}

async function applyEffect(ctx: OperationContext, tx: Transaction, at: Applying, effect: AlertEffect): Promise<void> {
  const { alert, now } = at
  switch (effect.kind) {
    case 'answer':
      if (at.speaker && at.by.answeredBy === 'text')
        at.told.push(...messageTo(alert, at.speaker, effect.text, priorities.answer, now))
      return
    case 'record-answer':
      if (at.speaker) await recordAnswer(tx, alert.id, at.speaker.id, effect.answer, now)
      return
    case 'forget-owner-answer':
      return recordAnswer(tx, alert.id, effect.owner.id, 'none', now)
    case 'tell':
      for (const recipient of audienceOf(effect.whom, at)) {
        // Who has left is told that it is over, and asked nothing more.
        if (effect.text === 'request-all-clear' && recipient.answer === 'left') continue
        // Sent home, they are asked again like everybody else if the owner falls silent.
        if (effect.text === 'stand-down') await recordAnswer(tx, alert.id, recipient.id, 'none', now)
        at.told.push(
          ...messageTo(
            alert,
            recipient,
            effect.text,
            effect.text === 'all-clear' ? priorities.allClear : priorities.answer,
            now,
          ),
        )
      }
      return
    case 'stop-ladder':
      return cancelSteps(tx, { alertIds: [alert.id] }, ['ladder', 'repeat'], now)
    case 'resume-ladder':
      await releaseHeldBack(tx, alert.id)
      await cancelSteps(tx, { alertIds: [alert.id] }, ['ladder', 'repeat', 'duty', 'request'], now)
      return insertSteps(
        tx,
        resumeRows(alert.ladder, now, ctx.pace).map((row) =>
          newStep({
            ...stepOf(alert),
            kind: row.kind,
            position: row.position,
            ...(row.kind === 'ladder' ? { spec: row.step } : {}),
            dueAt: row.dueAt,
          }),
        ),
      )
    case 'advance-ladder':
      await advanceLadder(tx, alert.id, now)
      return
    case 'schedule':
      await cancelSteps(tx, { alertIds: [alert.id] }, [effect.step], now)
      return insertSteps(tx, [newStep({ ...stepOf(alert), kind: effect.step, position: 0, dueAt: effect.dueAt })])
    case 'tell-everyone':
      return insertSteps(tx, [
        newStep({
          ...stepOf(alert),
          kind: 'ladder',
          position: alert.ladder.length,
          spec: { afterSeconds: 0, to: 'everyone', channel: 'text', forced: true },
          dueAt: now,
        }),
      ])
    case 'cancel-messages':
      return
    case 'closed':
      await cancelSteps(tx, { alertIds: [alert.id] }, ['ladder', 'repeat', 'duty', 'request'], now)
      return shredBriefs(tx, alert.id, now)
  }
}

const stepOf = (alert: AlertRow) => ({
  organisationId: alert.organisationId,
  sessionId: alert.sessionId,
  alertId: alert.id,
})

/** Everyone of the group who was told, or may have been, and may still be texted, the speaker excepted. */
function audienceOf(whom: Extract<AlertEffect, { kind: 'tell' }>['whom'], at: Applying): RecipientRow[] {
  return at.recipients.filter((recipient) => {
    if (recipient.id === at.speaker?.id || recipient.stopped) return false
    if (whom === 'owner') return recipient.id === at.alert.owner?.id
    if (whom === 'former-owner') return recipient.id === at.formerOwner?.id
    // The owner sends home the others, not themselves.
    if (whom === 'going') return recipient.answer === 'going' && recipient.id !== at.alert.owner?.id
    return at.heard.has(recipient.id) && (whom === 'told' || recipient.kind === 'supporter')
  })
}

/** Nothing for somebody who has no phone with us: they watch the console. */
function messageTo(
  alert: AlertRow,
  recipient: RecipientRow,
  template: string,
  priority: number,
  now: number,
): NewMessage[] {
  const destination = destinationOfRecipient(recipient)
  if (!destination || !recipient.numberHash) return []
  return [
    {
      organisationId: alert.organisationId,
      sessionId: alert.sessionId,
      alertId: alert.id,
      recipientKind: recipient.kind,
      recipientId: recipient.id,
      channel: 'text',
      template,
      detail: { code: recipient.code },
      language: recipient.language,
      destination,
      numberHash: recipient.numberHash,
      priority,
      dedupeKey: `${alert.id}.${recipient.id}.${template}.${newId()}`,
      dueAt: now,
    },
  ]
}

/** Whatever the device can see of the alert has changed; at the close the session closes with it. */
async function storeSessionAfter(
  ctx: OperationContext,
  tx: Transaction,
  session: SessionRow,
  effects: readonly AlertEffect[],
  visible: boolean,
  abandoned: boolean,
  now: number,
): Promise<{ id: string; version: number }[]> {
  if (!effects.some((effect) => effect.kind === 'closed')) return visible ? touchSessions(tx, [session.id]) : []
  const decision = decideSession(session, { kind: 'alert-closed', abandoned }, now, ctx.pace)
  if (decision.kind !== 'changed') return []
  const closed = { ...session, ...decision.session }
  await storeSessions(tx, [{ session: closed, expectedVersion: session.version }], now)
  return [{ id: closed.id, version: closed.version }]
}

/** After the commit: devices, the outbox, the sweep and the log hear of it. */
export function announceAlert(ctx: OperationContext, applied: AppliedDecision): void {
  ctx.wake.changed(applied.changed)
  ctx.wake.prod('outbox')
  ctx.wake.prod('deadlines')
  if (applied.alert.state === 'closed' && applied.outcome !== 'tooLate')
    ctx.events.alertClosed({ alertId: applied.alert.id, outcome: applied.alert.outcome ?? 'safe' })
}
