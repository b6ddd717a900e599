import { createHash, timingSafeEqual } from 'node:crypto'
import type { RescueLinkEnd, RescueProgressKind } from '@stillhere/contracts'
import {
  countOthersGoing,
  findCommands,
  findLink,
  findProgress,
  insertCommands,
  insertProgress,
  type LinkRow,
  newId,
  readClock,
  recordJournal,
  recordOpened,
  StaleWriteError,
  type Transaction,
} from '@stillhere/persistence'
import { actingForOwnerOf } from './acting-for.ts'
import { type AppliedDecision, announceAlert, decideAndApply } from './alert/decide-and-apply.ts'
import { answerAlert } from './answer-alert.ts'
import { type Answer, answer, type OperationContext, refuse } from './context.ts'
import { signedGuidanceOf } from './operate/guidance.ts'
import { hashPayload, recordable, replay } from './run-command.ts'

export type LinkReply = 'going' | 'cannot' | 'there' | 'safe'
type OnLink = { linkId: string; proof: string; commandId: string }

const hashProof = (proof: string): Buffer => createHash('sha256').update(proof).digest()

/** Over, and which of the two: whoever holds the link need not guess whether somebody still needs them. */
const ended = (reason: RescueLinkEnd): Answer<never> => refuse('gone', { reason })

/** Why this link opens nothing any more; `undefined` while it does. A closed alert is the better reason to know. */
function endOf(link: LinkRow): RescueLinkEnd | undefined {
  if (link.alertState === 'closed') return 'closed'
  return link.expired || link.shredded ? 'expired' : undefined
}

/** The link, if the proof is right. Without it there is no such link. */
async function findProved(ctx: OperationContext, linkId: string, proof: string): Promise<LinkRow | undefined> {
  const link = await findLink(ctx.db, linkId)
  return link && timingSafeEqual(link.proofHash, hashProof(proof)) ? link : undefined
}

/** What a visitor sees first. Changes nothing: previews open links too. */
export async function openRescueLink(ctx: OperationContext, input: { linkId: string; proof: string }): Promise<Answer> {
  const acting = await actingForOwnerOf(ctx, 'link', input.linkId)
  const link = acting && (await findProved(acting, input.linkId, input.proof))
  if (!link) return refuse('not_found')
  const end = endOf(link)
  if (end) return ended(end)
  const signed = await signedGuidanceOf(acting.db, link.organisationId, await readClock(acting.db))
  return answer(200, {
    state: link.alertState,
    minimum: link.minimum?.toString('base64url') ?? '',
    othersGoing: await countOthersGoing(acting.db, link.alertId, link.recipientId),
    ...(signed.length > 0 ? { signedGuidance: signed } : {}),
  })
}

/** A reply on the page: what a text would say, confirmed by a button. `going` brings the brief. */
export function replyByLink(ctx: OperationContext, input: OnLink & { reply: LinkReply }): Promise<Answer> {
  const { reply } = input
  const command = {
    payloadHash: hashPayload('link-reply', { linkId: input.linkId, reply }),
    // A repeated `going` brings the brief for as long as there is one; the close takes it from everybody.
    repeatsAfterTheEnd: reply !== 'going',
    complete: (given: Answer, link: LinkRow) => (reply === 'going' ? withBrief(given, link) : given),
  }
  return commandByLink(ctx, input, command, async (acting, tx, link) => {
    const decided = await answerAlert(acting, tx, link, reply, { kind: link.recipientKind, answeredBy: 'link' })
    if (reply === 'going' && decided && decided.outcome !== 'tooLate') {
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
    return decided
  })
}

/**
 * What a rescuer says of what happens there: on the timeline under the instant at which it was tapped, and of an owner it
 * renews the duty. `takesBack` withdraws what was said under that command of the same link; that nothing (more) is to be
 * taken back is no fault.
 */
export function recordProgressByLink(
  ctx: OperationContext,
  input: OnLink & {
    kind?: RescueProgressKind | undefined
    /** Real seconds and parts of them; not part of what makes a repeat the same command. */
    secondsAgo?: number | undefined
    takesBack?: string | undefined
  },
): Promise<Answer> {
  const { linkId, kind, takesBack, secondsAgo = 0 } = input
  const payload = { linkId, ...(kind ? { kind } : {}), ...(takesBack ? { takesBack } : {}) }
  const command = { payloadHash: hashPayload('link-progress', payload), repeatsAfterTheEnd: true }
  return commandByLink(ctx, input, command, async (acting, tx, link) => {
    const by = { kind: link.recipientKind, id: link.recipientId }
    const of = takesBack && entryIdOf(link, takesBack)
    const detail = kind ? { kind } : { kind: 'withdrawn', ...(of ? { of } : {}) }
    const decided = await decideAndApply(acting, tx, link, () => ({ kind: 'progress', by }), {
      ...by,
      answeredBy: 'link',
      detail,
    })
    if (!decided || decided.outcome === 'tooLate') return decided
    const recorded = of ? await findProgress(tx, [link.alertId]) : []
    if (of && (!recorded.some(({ id }) => id === of) || recorded.some(({ withdraws }) => withdraws === of)))
      return decided
    await insertProgress(tx, {
      id: kind ? entryIdOf(link, input.commandId) : newId(),
      organisationId: link.organisationId,
      alertId: link.alertId,
      kind: kind ?? 'withdrawn',
      actorKind: link.recipientKind,
      actorId: link.recipientId,
      at: kind ? Math.max(decided.alert.raisedAt, decided.now - Math.round(secondsAgo * 1_000)) : decided.now,
      ...(of ? { withdraws: of } : {}),
    })
    return decided
  })
}

/** The entry that a command of this link made: whoever takes it back knows the command, and nobody else's can be meant. */
function entryIdOf(link: LinkRow, commandId: string): string {
  const bytes = createHash('sha256').update(`${link.id}.${commandId}`).digest()
  // A UUID of one's own making: version 8, RFC 9562.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** A command of whoever holds the link, done once: the same one again is given its first answer. */
async function commandByLink(
  ctx: OperationContext,
  input: OnLink,
  command: {
    payloadHash: Buffer
    repeatsAfterTheEnd: boolean
    /** Adds what is not remembered with the answer, so that shredding it at the close leaves no copy. */
    complete?: (given: Answer, link: LinkRow) => Answer
  },
  work: (acting: OperationContext, tx: Transaction, link: LinkRow) => Promise<AppliedDecision | undefined>,
): Promise<Answer> {
  const acting = await actingForOwnerOf(ctx, 'link', input.linkId)
  const proved = acting && (await findProved(acting, input.linkId, input.proof))
  if (!proved) return refuse('not_found')
  const complete = command.complete ?? ((given: Answer) => given)
  let applied: AppliedDecision | undefined
  const given = await acting.db.transaction(async (tx) => {
    applied = undefined
    const end = endOf(proved)
    const [earlier] = await findCommands(tx, [{ callerId: proved.id, commandId: input.commandId }])
    if (end && (!earlier || !command.repeatsAfterTheEnd)) return ended(end)
    if (earlier) return complete(replay(earlier, command.payloadHash, await readClock(tx)), proved)
    const decided = await work(acting, tx, proved)
    if (!decided || decided.outcome === 'tooLate') return ended('closed')
    applied = decided
    const done = answer(200, { state: decided.alert.state })
    const record = recordable(done)
    if (record) {
      const stored = await insertCommands(tx, [
        { callerId: proved.id, commandId: input.commandId, payloadHash: command.payloadHash, ...record },
      ])
      if (stored === 0) throw new StaleWriteError('the same reply was answered at the same time')
    }
    return complete(done, proved)
  })
  if (applied) announceAlert(ctx, applied)
  return given
}

function withBrief(given: Answer, link: LinkRow): Answer {
  if (given.kind !== 'answer' || !link.brief) return given
  return { ...given, body: { ...given.body, brief: link.brief.toString('base64url') } }
}
