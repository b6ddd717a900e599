import { createHash } from 'node:crypto'
import { defaults, paced } from '@stillhere/domain'
import {
  findLinkOf,
  insertDisclosure,
  type MessageRow,
  newId,
  readClock,
  recordDisclosed,
  recordJournal,
  touchSessions,
} from '@stillhere/persistence'
import type { OperationContext } from './context.ts'

/** A link and what it opens, sealed to the key in its fragment. */
export interface SealedLink {
  linkId: string
  /** What the page sends as `x-link-proof`; only its hash is kept. */
  proof: string
  /** base64url of nonce, ciphertext and tag. */
  minimum: string
  brief: string
}

/** The link this recipient has of this alert, if any: one each, whoever sends. */
export const findRecipientLink = (
  ctx: OperationContext,
  alertId: string,
  recipientId: string,
): Promise<string | undefined> => findLinkOf(ctx.db, alertId, recipientId)

/**
 * Writes that a named person is let read the plan, with its audit line, in one transaction, before the text leaves.
 * @returns the id of the link that counts: another worker may have been first
 */
export async function recordDisclosure(
  ctx: OperationContext,
  message: MessageRow,
  alertId: string,
  link: SealedLink,
): Promise<string> {
  const done = await ctx.db.transaction(async (tx) => {
    const changed = message.sessionId ? await touchSessions(tx, [message.sessionId]) : []
    const now = await readClock(tx)
    const isNew = await insertDisclosure(tx, {
      id: newId(),
      organisationId: message.organisationId,
      alertId,
      recipientKind: message.recipientKind === 'supporter' ? 'supporter' : 'rescuer',
      recipientId: message.recipientId,
      linkId: link.linkId,
      proofHash: createHash('sha256').update(link.proof).digest(),
      minimum: Buffer.from(link.minimum, 'base64url'),
      brief: Buffer.from(link.brief, 'base64url'),
      expiresAt: now + paced(defaults.linkLifeSeconds, ctx.pace),
    })
    if (!isNew) return { linkId: (await findLinkOf(tx, alertId, message.recipientId)) ?? link.linkId, changed }
    await recordDisclosed(tx, [alertId], now)
    await recordJournal(tx, [
      {
        organisationId: message.organisationId,
        at: now,
        kind: 'disclosed',
        ...(message.sessionId ? { sessionId: message.sessionId } : {}),
        alertId,
        actor: { kind: 'service' },
        detail: { to: message.recipientKind, recipientId: message.recipientId },
      },
    ])
    return { linkId: link.linkId, changed }
  })
  ctx.wake.changed(done.changed)
  return done.linkId
}
