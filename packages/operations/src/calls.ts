import type { RecipientAnswer, SessionCommand } from '@stillhere/domain'
import { findAttempt, findMessage, loadSessionsForUpdate, type MessageRow } from '@stillhere/persistence'
import { actingForOwnerOf } from './acting-for.ts'
import { announceAlert } from './alert/decide-and-apply.ts'
import { answerAlert } from './answer-alert.ts'
import { announceChanged, changeSession } from './change-session.ts'
import type { OperationContext } from './context.ts'
import { hashNonce } from './delivery/claim-messages.ts'

/** What a call is about, for the api to put into words. Nothing personal is ever said. */
export type CallDescription =
  | { kind: 'alert'; code: string; to: 'rescuer' | 'supporter'; language: string }
  | { kind: 'prompt'; digit: string; language: string }
  | { kind: 'rehearsal'; digit: string; language: string }
  /** The operator's: what it is about stands in the text beside it. No key answers it. */
  | { kind: 'pager'; language: string }
  | { kind: 'unknown' }

/** The digits to press on the person's own phone; the menu names both. */
const promptDigit = '0'
const ownKeys: Partial<Record<string, { command: SessionCommand; said: 'ok-noted' | 'help-noted' }>> = {
  [promptDigit]: { command: { kind: 'check-in', pressedAgoMs: 0 }, said: 'ok-noted' },
  '7': { command: { kind: 'help', quiet: false }, said: 'help-noted' },
}

export async function describeCall(ctx: OperationContext, input: { nonce: string }): Promise<CallDescription> {
  const { message } = await messageOf(ctx, input.nonce)
  if (!message) return { kind: 'unknown' }
  if (message.template === 'prompt-call') return { kind: 'prompt', digit: promptDigit, language: message.language }
  if (message.template === 'rehearsal-call')
    return { kind: 'rehearsal', digit: promptDigit, language: message.language }
  if (message.template === 'pager-call') return { kind: 'pager', language: message.language }
  if (message.template !== 'alert-call' || message.recipientKind === 'person' || message.recipientKind === 'pager')
    return { kind: 'unknown' }
  const { recipientKind: to, language } = message
  return { kind: 'alert', code: String(message.detail.code), to, language }
}

type OwnKey = 'ok-noted' | 'help-noted' | 'test-noted'

export type KeyOutcome =
  | {
      kind: 'noted'
      said: 'going-noted' | 'taken-noted' | 'already-taken' | 'cannot-noted' | 'over-noted' | OwnKey
      /** Of `already-taken`: since when, epoch ms. */
      at?: number
    }
  /** Not a digit that means something: the menu again. Silence and machines press nothing. */
  | { kind: 'menu' }
  | { kind: 'unknown' }

const alertKeys: Partial<Record<string, Exclude<RecipientAnswer, 'none'>>> = { '1': 'going', '2': 'cannot' }

/** A pressed key: only an exact digit counts. */
export async function recordDigits(
  ctx: OperationContext,
  input: { nonce: string; digit: string | null },
): Promise<KeyOutcome> {
  const { acting, message } = await messageOf(ctx, input.nonce)
  if (!message) return { kind: 'unknown' }
  if (input.digit === null) return { kind: 'menu' }
  if (message.template === 'prompt-call') return pressOnOwnPhone(acting, message, input.digit)
  // A test touches no session: it says that it was one.
  if (message.template === 'rehearsal-call')
    return input.digit === promptDigit ? { kind: 'noted', said: 'test-noted' } : { kind: 'menu' }
  const said = alertKeys[input.digit]
  const { alertId, sessionId, recipientKind } = message
  if (!said || !alertId || !sessionId || recipientKind === 'person' || recipientKind === 'pager')
    return { kind: 'menu' }
  const ids = { alertId, sessionId, recipientId: message.recipientId }
  const applied = await acting.db.transaction((tx) =>
    answerAlert(acting, tx, ids, said, { kind: recipientKind, answeredBy: 'call' }),
  )
  if (!applied) return { kind: 'unknown' }
  announceAlert(ctx, applied)
  if (applied.outcome === 'tooLate') return { kind: 'noted', said: 'over-noted' }
  if (said === 'cannot') return { kind: 'noted', said: 'cannot-noted' }
  if (recipientKind === 'rescuer') return { kind: 'noted', said: 'going-noted' }
  const { ownedAt } = applied.alert
  // Nobody who pressed second may believe that they have it.
  return applied.answerText === 'claim-confirmed'
    ? { kind: 'noted', said: 'taken-noted' }
    : { kind: 'noted', said: 'already-taken', ...(ownedAt === undefined ? {} : { at: ownedAt }) }
}

async function pressOnOwnPhone(ctx: OperationContext, message: MessageRow, digit: string): Promise<KeyOutcome> {
  const { sessionId } = message
  const key = ownKeys[digit]
  if (!key || !sessionId) return { kind: 'menu' }
  const result = await ctx.db.transaction(async (tx) => {
    const [session] = await loadSessionsForUpdate(tx, [sessionId])
    return session && changeSession(ctx, tx, session, key.command)
  })
  // Closed, or to look closed: nobody is told "noted" about a session that nobody watches.
  if (result?.answer.kind !== 'answer') return { kind: 'unknown' }
  announceChanged(ctx, result.changed)
  return { kind: 'noted', said: key.said }
}

/** What a call was about, and the context on behalf of its organisation. */
async function messageOf(
  ctx: OperationContext,
  nonce: string,
): Promise<{ acting: OperationContext; message: MessageRow | undefined }> {
  const nonceHash = hashNonce(nonce)
  const acting = (await actingForOwnerOf(ctx, 'attempt', nonceHash)) ?? ctx
  const attempt = await findAttempt(acting.db, nonceHash)
  return { acting, message: attempt && (await findMessage(acting.db, attempt.messageId)) }
}
