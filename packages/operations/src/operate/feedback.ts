import {
  findFeedback,
  findFeedbackToCopy,
  iso,
  readClock,
  recordJournal,
  type SealedValue,
  saveFeedbackCopy,
} from '@stillhere/persistence'
import { listAside, putAside } from '../aside.ts'
import { type Answer, answer, type Caller, type OperationContext } from '../context.ts'
import { workOffEach } from '../in-halves.ts'

/** The disclosure folder seals one person's words to one reader's key; undefined when they do not open. */
export type SealFeedback = (
  feedback: { id: string; sealed: SealedValue },
  to: { supporterId: string; keyId: string; publicKey: string },
) => Promise<SealedValue | undefined>

const shown = 200
/** A copy that cannot be made is tried again after this long, by each process. */
const againMs = 600_000

/**
 * Copies for those who may read and have none: a supervisor or operator with a new browser gets what was said before. One
 * that cannot be made lets the others go first.
 */
export async function copyFeedback(
  ctx: OperationContext,
  seal: SealFeedback,
  limit: number,
): Promise<{ found: number }> {
  const due = await findFeedbackToCopy(ctx.db, limit, listAside(ctx, 'feedback'))
  const putOff = ({ id, supporterId }: (typeof due)[number], error?: unknown) => {
    ctx.events.trouble('poisonRow', { reason: 'feedback', error })
    putAside(ctx, 'feedback', `${id}.${supporterId}`, againMs)
  }
  await workOffEach(
    ctx,
    due,
    async (copy) => {
      const { id: feedbackId, organisationId, sealed: given, supporterId, keyId, publicKey } = copy
      const sealed = await seal({ id: feedbackId, sealed: given }, { supporterId, keyId, publicKey })
      if (sealed) await saveFeedbackCopy(ctx.db, { feedbackId, supporterId, organisationId, keyId, sealed })
      else putOff(copy)
    },
    putOff,
  )
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
