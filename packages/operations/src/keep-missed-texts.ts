import {
  findKnownInbound,
  findOrganisationIds,
  findOrganisations,
  isSomeAnswerAwaited,
  type SealedValue,
} from '@stillhere/persistence'
import type { OperationContext } from './context.ts'
import { workOffEach } from './in-halves.ts'
import { storeInboundText } from './store-inbound-text.ts'

/** A text as the carrier lists it. */
export interface ListedText {
  sid: string
  from: string
  to: string
  body: string
}

/** Seals a text as the api does; the worker opens it again when the row's turn comes. */
export type SealInbound = (text: ListedText) => Promise<SealedValue>

/** The numbers of the service on which answers may come in; none while nobody has been asked anything. */
export async function listNumbersToHear(
  ctx: OperationContext,
): Promise<{ organisationId: string; smsNumber: string }[]> {
  if (!(await isSomeAnswerAwaited(ctx.db))) return []
  const organisations = await findOrganisations(ctx.db, await findOrganisationIds(ctx.db))
  return organisations.map(({ id, smsNumber }) => ({ organisationId: id, smsNumber }))
}

/**
 * Keeps what the carrier took and could not bring: a rescuer's "1" to an api that was away (H33). What is known by its id
 * is left alone, and one that cannot be kept loses none of the others.
 */
export async function keepMissedTexts(
  ctx: OperationContext,
  organisationId: string,
  texts: readonly ListedText[],
  seal: SealInbound,
): Promise<{ found: number; failed: number }> {
  const known = await findKnownInbound(
    ctx.db,
    texts.map(({ sid }) => sid),
  )
  let found = 0
  const failed = await workOffEach(
    ctx,
    texts.filter(({ sid }) => !known.has(sid)),
    async (text) => {
      const { kind } = await storeInboundText(ctx, { sid: text.sid, organisationId, sealed: await seal(text) })
      if (kind === 'stored') found += 1
    },
    (_text, error) => ctx.events.trouble('poisonRow', { reason: 'missedText', error }),
  )
  return { found, failed }
}
