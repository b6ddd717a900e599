/**
 * Lets one recipient read the plan: the brief is sealed to a key that travels only in the fragment of the link in their
 * text. The key is derived from the link's id, so a text that is sent once more is the same text.
 */
import { randomBytes } from 'node:crypto'
import {
  type AlertFactsForTexts,
  findRecipientLink,
  type MessageRow,
  type OperationContext,
  recordDisclosure,
} from '@stillhere/operations'
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
  const { planId, planVersion } = alert
  const opened = await openPlan(keys.openingKeys, { planId, planVersion }, alert.sealedPlan)
  const read = opened.kind === 'opened' ? readPlan(opened.text) : undefined
  if (read?.kind !== 'plan') return { kind: 'unreadable' }
  const linkId =
    (await findRecipientLink(ctx, alert.alertId, message.recipientId)) ??
    (await newLink(ctx, keys, message, alert, read.plan))
  const secret = await deriveLinkSecret(keys.linkKey, linkId)
  return { kind: 'disclosed', plan: read.plan, link: `${webUrl}/r/${linkId}#${encodeLinkSecret(secret)}` }
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
  return recordDisclosure(ctx, message, alert.alertId, {
    linkId,
    proof: linkKeys.proof,
    minimum: await sealLinkBrief(linkKeys, linkId, JSON.stringify(minimum)),
    brief: await sealLinkBrief(linkKeys, linkId, JSON.stringify(brief)),
  })
}

/** An id and its secret in which no four digits stand in a row: only the alert's code may (contract, "Texts"). */
async function chooseLink(keys: Keyring): Promise<{ linkId: string; secret: Uint8Array }> {
  for (;;) {
    // 22 of 58 letters are over 120 bits, a byte's uneven remainder counted.
    const linkId = [...randomBytes(22)].map((byte) => base58[byte % 58]).join('')
    const secret = await deriveLinkSecret(keys.linkKey, linkId)
    if (!/\d{4}/.test(linkId) && !/\d{4}/.test(encodeLinkSecret(secret))) return { linkId, secret }
  }
}

/** The person's own number, for whoever may ring them. */
export async function readOwnNumber(keys: Keyring, alert: AlertFactsForTexts): Promise<string | undefined> {
  if (!alert.sealedOwnNumber) return undefined
  const opened = await openNumber(keys.openingKeys, { planId: alert.planId, rescuerId: 'own' }, alert.sealedOwnNumber)
  return opened.kind === 'opened' ? opened.text : undefined
}
