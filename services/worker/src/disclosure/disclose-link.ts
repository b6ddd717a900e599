/**
 * Lets one recipient read the plan: the brief is sealed to a key that travels only in the fragment of the link in their
 * text. Written with its audit line in one transaction, before the text leaves.
 */
import { createHash, randomBytes } from 'node:crypto'
import { defaults, paced } from '@stillhere/domain'
import type { OperationContext } from '@stillhere/operations'
import {
  type AlertFactsForTexts,
  findLinkOf,
  insertDisclosure,
  type MessageRow,
  newId,
  readClock,
  recordDisclosed,
  recordJournal,
  touchSessions,
} from '@stillhere/persistence'
import { openNumber, openPlan } from '@stillhere/sealing/open'
import { deriveLinkKeys, deriveLinkSecret, encodeLinkSecret, sealLinkBrief } from '@stillhere/sealing/seal'
import type { Keyring } from './keyring.ts'
import { type OpenedPlan, readPlan } from './plan-form.ts'

export type Disclosed =
  | { kind: 'disclosed'; plan: OpenedPlan; link: string }
  /** The plan does not open: nobody may be left without a word because of it. */
  | { kind: 'unreadable' }

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

export async function discloseLink(
  ctx: OperationContext,
  keys: Keyring,
  message: MessageRow,
  alert: AlertFactsForTexts,
  webUrl: string,
): Promise<Disclosed> {
  const opened = await openPlan(
    keys.openingKeys,
    { planId: alert.planId, planVersion: alert.planVersion },
    alert.sealedPlan,
  )
  const read = opened.kind === 'opened' ? readPlan(opened.text) : undefined
  if (read?.kind !== 'plan') return { kind: 'unreadable' }
  const { plan } = read
  const linkId =
    (await findLinkOf(ctx.db, alert.alertId, message.recipientId)) ?? (await newLink(ctx, keys, message, alert, plan))
  const secret = await deriveLinkSecret(keys.linkKey, linkId)
  return { kind: 'disclosed', plan, link: `${webUrl}/r/${linkId}#${encodeLinkSecret(secret)}` }
}

async function newLink(
  ctx: OperationContext,
  keys: Keyring,
  message: MessageRow,
  alert: AlertFactsForTexts,
  plan: OpenedPlan,
): Promise<string> {
  const { linkId, secret } = await chooseLink(keys)
  const linkKeys = await deriveLinkKeys(secret)
  const alertCode = String(message.detail.code ?? alert.code)
  const ownNumber = await readOwnNumber(keys, alert)
  const minimum = { alertCode, ...(plan.area ? { area: plan.area } : {}) }
  const brief = { ...plan, ...(ownNumber ? { ownNumber } : {}), alertCode }
  const sealed = {
    minimum: await sealLinkBrief(linkKeys, linkId, JSON.stringify(minimum)),
    brief: await sealLinkBrief(linkKeys, linkId, JSON.stringify(brief)),
  }
  const done = await ctx.db.transaction(async (tx) => {
    const changed = message.sessionId ? await touchSessions(tx, [message.sessionId]) : []
    const now = await readClock(tx)
    const isNew = await insertDisclosure(tx, {
      id: newId(),
      organisationId: message.organisationId,
      alertId: alert.alertId,
      recipientKind: message.recipientKind === 'supporter' ? 'supporter' : 'rescuer',
      recipientId: message.recipientId,
      linkId,
      proofHash: createHash('sha256').update(linkKeys.proof).digest(),
      minimum: Buffer.from(sealed.minimum, 'base64url'),
      brief: Buffer.from(sealed.brief, 'base64url'),
      expiresAt: now + paced(defaults.linkLifeSeconds, ctx.pace),
    })
    // Another worker was first: its link is the one.
    if (!isNew) return { linkId: (await findLinkOf(tx, alert.alertId, message.recipientId)) ?? linkId, changed }
    await recordDisclosed(tx, [alert.alertId], now)
    await recordJournal(tx, [
      {
        organisationId: message.organisationId,
        at: now,
        kind: 'disclosed',
        ...(message.sessionId ? { sessionId: message.sessionId } : {}),
        alertId: alert.alertId,
        actor: { kind: 'service' },
        detail: { to: message.recipientKind, recipientId: message.recipientId },
      },
    ])
    return { linkId, changed }
  })
  ctx.wake.changed(done.changed)
  return done.linkId
}

/** An id and its secret in which no four digits stand in a row: only the alert's code may (contract, "Texts"). */
async function chooseLink(keys: Keyring): Promise<{ linkId: string; secret: Uint8Array }> {
  for (;;) {
    // 22 of 58 letters are over 128 bits; a byte's remainder favours some letters by a fifth, which costs half a bit each.
    const linkId = [...randomBytes(22)].map((byte) => base58[byte % 58]).join('')
    const secret = await deriveLinkSecret(keys.linkKey, linkId)
    if (!/\d{4}/.test(linkId) && !/\d{4}/.test(encodeLinkSecret(secret))) return { linkId, secret }
  }
}

async function readOwnNumber(keys: Keyring, alert: AlertFactsForTexts): Promise<string | undefined> {
  if (!alert.sealedOwnNumber) return undefined
  const opened = await openNumber(keys.openingKeys, { planId: alert.planId, rescuerId: 'own' }, alert.sealedOwnNumber)
  return opened.kind === 'opened' ? opened.text : undefined
}
