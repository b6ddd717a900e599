import {
  findFeedback,
  findFeedbackToCopy,
  iso,
  readClock,
  recordJournal,
  type SealedValue,
  saveFeedbackCopy,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext } from '../context.ts'

/** The disclosure folder seals one person's words to one reader's key; undefined when they do not open. */
export type SealFeedback = (
  feedback: { id: string; sealed: SealedValue },
  to: { supporterId: string; keyId: string; publicKey: string },
) => Promise<SealedValue | undefined>

const shown = 200

/** Copies for those who may read and have none: a supervisor or operator with a new browser gets what was said before. */
export async function copyFeedback(
  ctx: OperationContext,
  seal: SealFeedback,
  limit: number,
): Promise<{ found: number }> {
  const due = await findFeedbackToCopy(ctx.db, limit)
  for (const { id, organisationId, sealed: given, supporterId, keyId, publicKey } of due) {
    const sealed = await seal({ id, sealed: given }, { supporterId, keyId, publicKey })
    if (sealed) await saveFeedbackCopy(ctx.db, { feedbackId: id, supporterId, organisationId, keyId, sealed })
    else ctx.events.trouble('poisonRow', { reason: 'feedback' })
  }
  return { found: due.length }
}

/** What people said, sealed to the reader's browser. That somebody looked is in the journal. */
export async function listFeedback(ctx: OperationContext, caller: Caller): Promise<Answer> {
  return ctx.db.transaction(async (tx) => {
    const feedback = await findFeedback(tx, caller, shown)
    await recordJournal(tx, [
      {
        organisationId: caller.organisationId,
        at: await readClock(tx),
        kind: 'feedback-read',
        actor: { kind: 'operator', id: caller.id },
        detail: { count: feedback.length },
      },
    ])
    return answer(200, { feedback: feedback.map(({ onDay, ...row }) => ({ ...row, day: iso(onDay)?.slice(0, 10) })) })
  })
}
