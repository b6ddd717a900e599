import { createHash, timingSafeEqual } from 'node:crypto'
import {
  findCommands,
  findLink,
  insertCommands,
  type LinkRow,
  readClock,
  recordJournal,
  recordOpened,
  StaleWriteError,
} from '@stillhere/persistence'
import { actingForOwnerOf } from './acting-for.ts'
import { type AppliedDecision, announceAlert } from './alert/decide-and-apply.ts'
import { answerAlert } from './answer-alert.ts'
import { type Answer, answer, type OperationContext, refuse } from './context.ts'
import { hashPayload, recordable, replay } from './run-command.ts'

export type LinkReply = 'going' | 'cannot' | 'there' | 'safe'

const hashProof = (proof: string): Buffer => createHash('sha256').update(proof).digest()

/** The link, if the proof is right. Without it there is no such link; closed and expired ones are over. */
async function openLink(
  ctx: OperationContext,
  linkId: string,
  proof: string,
): Promise<{ kind: 'link'; link: LinkRow } | { kind: 'refused'; code: 'not_found' | 'gone' }> {
  const link = await findLink(ctx.db, linkId)
  if (!link || !timingSafeEqual(link.proofHash, hashProof(proof))) return { kind: 'refused', code: 'not_found' }
  if (link.expired || link.shredded || link.alertState === 'closed') return { kind: 'refused', code: 'gone' }
  return { kind: 'link', link }
}

/** What a visitor sees first. Changes nothing: previews open links too. */
export async function openRescueLink(ctx: OperationContext, input: { linkId: string; proof: string }): Promise<Answer> {
  const acting = await actingForOwnerOf(ctx, 'link', input.linkId)
  if (!acting) return refuse('not_found')
  const opened = await openLink(acting, input.linkId, input.proof)
  if (opened.kind === 'refused') return refuse(opened.code)
  const { link } = opened
  return answer(200, { state: link.alertState, minimum: link.minimum?.toString('base64url') ?? '' })
}

/** A reply on the page: what a text would say, confirmed by a button. `going` brings the brief. */
export async function replyByLink(
  ctx: OperationContext,
  input: { linkId: string; proof: string; commandId: string; reply: LinkReply },
): Promise<Answer> {
  const acting = await actingForOwnerOf(ctx, 'link', input.linkId)
  if (!acting) return refuse('not_found')
  const opened = await openLink(acting, input.linkId, input.proof)
  const payloadHash = hashPayload('link-reply', { linkId: input.linkId, reply: input.reply })
  if (opened.kind === 'refused' && opened.code === 'not_found') return refuse('not_found')
  let applied: AppliedDecision | undefined
  const given = await acting.db.transaction(async (tx) => {
    applied = undefined
    const link = opened.kind === 'link' ? opened.link : await findLink(tx, input.linkId)
    if (!link) return refuse('not_found')
    const [earlier] = await findCommands(tx, [{ callerId: link.id, commandId: input.commandId }])
    // A repeated `going` brings the brief for as long as there is one; the close takes it from everybody.
    if (opened.kind === 'refused' && (!earlier || input.reply === 'going')) return refuse('gone')
    if (earlier) return withBrief(replay(earlier, payloadHash, await readClock(tx)), link, input.reply)
    if (opened.kind === 'refused') return refuse('gone')
    const decided = await answerAlert(acting, tx, link, input.reply, { kind: link.recipientKind, answeredBy: 'link' })
    if (!decided || decided.outcome === 'tooLate') return refuse('gone')
    applied = decided
    if (input.reply === 'going') {
      await recordOpened(tx, link.id, decided.now)
      await recordJournal(tx, [
        {
          organisationId: link.organisationId,
          at: decided.now,
          kind: 'brief-opened',
          sessionId: link.sessionId,
          alertId: link.alertId,
          actor: { kind: link.recipientKind, id: link.recipientId },
        },
      ])
    }
    // Remembered without the brief, so that shredding it at the close leaves no copy.
    const done = answer(200, { state: decided.alert.state })
    const record = recordable(done)
    if (record) {
      const stored = await insertCommands(tx, [
        { callerId: link.id, commandId: input.commandId, payloadHash, ...record },
      ])
      if (stored === 0) throw new StaleWriteError('the same reply was answered at the same time')
    }
    return withBrief(done, link, input.reply)
  })
  if (applied) announceAlert(ctx, applied)
  return given
}

function withBrief(given: Answer, link: LinkRow, reply: LinkReply): Answer {
  if (given.kind !== 'answer' || reply !== 'going' || !link.brief) return given
  return { ...given, body: { ...given.body, brief: link.brief.toString('base64url') } }
}
