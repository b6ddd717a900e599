import { decideSession } from '@stillhere/domain'
import {
  findAlert,
  findFirstSessions,
  findSessionCards,
  iso,
  loadSessionsForUpdate,
  type Queryable,
  readClock,
  type SessionCard,
} from '@stillhere/persistence'
import { announceChanged, changeSession } from '../change-session.ts'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { serverNow } from '../views.ts'
import { readAlertView } from './alert-view.ts'
import { nicknameOf } from './nickname.ts'

/** Cards as supporters see them: a nickname and minutes, never a place. Who was rescued keeps their nickname. */
export async function readCardViews(db: Queryable, cards: readonly SessionCard[], now: number) {
  const watches = cards.filter(({ kind }) => kind === 'post-rescue').map(({ id }) => id)
  const first = watches.length > 0 ? await findFirstSessions(db, watches) : new Map<string, string>()
  return cards.map((card) => cardView(card, first.get(card.id) ?? card.id, now))
}

const cardView = (card: SessionCard, firstSession: string, now: number) => ({
  id: card.id,
  nickname: nicknameOf(firstSession),
  state: card.state,
  startedAt: iso(card.startedAt),
  minutes: Math.floor((now - card.startedAt) / 60_000),
  silentSeconds: Math.max(0, Math.floor((now - card.lastPressAt) / 1_000)),
  deadlineAt: iso(card.deadlineAt),
  alertAt: iso(card.alertAt),
  raised: card.raised,
  kind: card.kind,
  answered: card.lastPressAt > card.startedAt,
})

/** Sessions that asked for a supporter, longest silence first. */
export async function listSessionCards(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const cards = await findSessionCards(ctx.db, caller.organisationId)
  const now = await readClock(ctx.db)
  return answer(200, { sessions: await readCardViews(ctx.db, cards, now), serverNow: serverNow(now) })
}

/** A supporter saw a session go quiet: ten seconds of "Opening your plan in 10", then the alert. */
export async function raiseSession(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; sessionId: string },
): Promise<Answer> {
  const { commandId, sessionId } = input
  let changed: Parameters<typeof announceChanged>[1] | undefined
  const given = await runCommand(ctx, caller, { commandId, what: 'raise', payload: { sessionId } }, async (tx) => {
    changed = undefined
    const [session] = await loadSessionsForUpdate(tx, [sessionId])
    const visible = session?.organisationId === caller.organisationId && session.company === 'supporter'
    if (!session || !visible) return refuse('not_found')
    if (session.state === 'closed') return refuse('session_closed')
    const now = await readClock(tx)
    // It has opened already, by itself or by another's press: whoever presses now is shown the alert.
    const alert = session.state === 'alerting' ? await findAlert(tx, { sessionId }) : undefined
    if (alert)
      return answer(200, {
        alert: await readAlertView(tx, alert, ctx.pace),
        opensAt: iso(session.alertAt),
        serverNow: serverNow(now),
      })
    // Looks first, so that a raise that changes nothing is not answered as if it had.
    if (decideSession(session, { kind: 'raise' }, now, ctx.pace).kind === 'refused') return refuse('conflict')
    const result = await changeSession(
      ctx,
      tx,
      { ...session, quiet: false },
      { kind: 'raise' },
      {
        kind: 'supporter',
        id: caller.id,
      },
    )
    changed = result.changed
    const [row] = result.changed.rows
    const after = row ?? session
    return answer(200, { alert: null, opensAt: iso(after.alertAt), serverNow: serverNow(now) })
  })
  if (changed) announceChanged(ctx, changed)
  return given
}
