import { createHash } from 'node:crypto'
import {
  type AlertFactsForTexts,
  type ConfiguredOrganisation,
  claimDueChecks,
  claimMessages,
  findAlertFacts,
  findClaimable,
  findDueChecks,
  findOrganisations,
  findPushTargets,
  findSealedWords,
  findKnownSids as findSids,
  type MessageRow,
  type Room,
  readClock,
  type SealedValue,
  type Transaction,
} from '@stillhere/persistence'
import { listAside, putAside } from '../aside.ts'
import type { OperationContext } from '../context.ts'
import { workOffInHalves } from '../in-halves.ts'
import { bundleAsks } from './bundle-asks.ts'

export { placeOf, type Room } from '@stillhere/persistence'

/** A message this process may send now, and what its wording must know at this moment. */
export interface ClaimedMessage {
  message: MessageRow
  /** The phone said STOP since it was queued: the carrier must not be called. */
  stopped: boolean
  alert?: AlertFactsForTexts
  organisation: Pick<ConfiguredOrganisation, 'smsNumber' | 'pagerNumber' | 'pageHost' | 'texts'>
  /** Of an invitation: the sealed word, and the plan it is bound to. */
  word?: { planId: string; sealed: SealedValue }
  /** Of a push: where its session's browser is, while that session asks. Absent: there is nobody to remind. */
  push?: { sealed: SealedValue; alertAt: number }
  /** The clock at the claim, epoch ms. */
  now: number
}

/** The nonce of an attempt's callback address: only its hash is stored. */
export type NonceOf = (message: { id: string; fence: number }) => string

export const hashNonce = (nonce: string): Buffer => createHash('sha256').update(nonce).digest()

/** Claims what is due, most urgent first. No transaction is open while the carrier is called (law 5). */
export async function claimForSending(ctx: OperationContext, room: Room, nonceOf: NonceOf): Promise<ClaimedMessage[]> {
  const claimed = await claimDue(ctx, room, (message) => hashNonce(nonceOf(message)))
  const stopped = new Set(claimed.filter((message) => message.stopped).map((message) => message.id))
  const messages = claimed.map(({ stopped: _, ...message }) => message)
  return (await withFacts(ctx, messages)).map((one) => ({ ...one, stopped: stopped.has(one.message.id) }))
}

/** A message that cannot be claimed is tried again after this long. */
const asideMs = 2_000

type Claimed = Awaited<ReturnType<typeof claimMessages>>

/**
 * In one transaction; where that fails in halves, each text for itself. One that nobody can claim is said, stays due and is left
 * alone for seconds: everybody else's leave.
 */
async function claimDue(ctx: OperationContext, room: Room, newNonceHash: (message: MessageRow) => Buffer) {
  const except = listAside(ctx, 'message')
  try {
    return await ctx.db.transaction(async (tx) =>
      bundleAsks(tx, await claimMessages(tx, room, newNonceHash, { except })),
    )
  } catch (error) {
    const ids = await findClaimable(ctx.db, room, except)
    if (ids.length === 0) throw error
    return claimApart<Claimed[number]>(ctx, ids, (tx, among) => claimMessages(tx, room, newNonceHash, { among }))
  }
}

async function claimApart<Row>(
  ctx: OperationContext,
  ids: readonly string[],
  claim: (tx: Transaction, among: readonly string[]) => Promise<Row[]>,
): Promise<Row[]> {
  const claimed: Row[] = []
  await workOffInHalves(
    ctx,
    ids,
    async (among) => {
      const some = await ctx.db.transaction((tx) => claim(tx, among))
      claimed.push(...some)
      return some.length
    },
    (id, error) => {
      ctx.events.trouble('poisonRow', { reason: 'message', error })
      putAside(ctx, 'message', id, asideMs)
    },
  )
  return claimed
}

/** What is claimed is claimed: one whose facts cannot be read waits for its lease, and the others leave. */
async function withFacts(ctx: OperationContext, messages: readonly MessageRow[]): Promise<ClaimedMessage[]> {
  const claimed: ClaimedMessage[] = []
  await workOffInHalves(
    ctx,
    messages,
    async (some) => {
      claimed.push(...(await readFacts(ctx, some)))
      return some.length
    },
    (_message, error) => ctx.events.trouble('poisonRow', { reason: 'message', error }),
  )
  return claimed
}

/** What the wording of these messages must know now, read in a few statements for all of them. */
async function readFacts(ctx: OperationContext, messages: readonly MessageRow[]): Promise<ClaimedMessage[]> {
  const [alerts, organisations, words, pushes, now] = await Promise.all([
    findAlertFacts(
      ctx.db,
      messages.flatMap((message) => (message.alertId ? [message.alertId] : [])),
    ),
    findOrganisations(ctx.db, [...new Set(messages.map((message) => message.organisationId))]),
    findSealedWords(
      ctx.db,
      messages.filter((message) => message.template === 'invitation').map((message) => message.recipientId),
    ),
    findPushTargets(
      ctx.db,
      messages.flatMap(({ channel, sessionId }) => (channel === 'push' && sessionId ? [sessionId] : [])),
    ),
    readClock(ctx.db),
  ])
  return messages.map((message) => {
    const organisation = organisations.find((one) => one.id === message.organisationId)
    if (!organisation) throw new Error('the organisation of a message is gone')
    const alert = message.alertId === undefined ? undefined : alerts.get(message.alertId)
    const word = words.get(message.recipientId)
    const push = message.channel === 'push' && message.sessionId ? pushes.get(message.sessionId) : undefined
    return {
      message,
      stopped: false,
      organisation,
      now,
      ...(alert ? { alert } : {}),
      ...(word ? { word } : {}),
      ...(push ? { push } : {}),
    }
  })
}

/** What a message that is due again needs: a look at the carrier's list, a look at its status, or action on its silence. */
export interface DueCheck {
  claimed: ClaimedMessage
  task: 'reconcile' | 'poll' | 'silence'
}

/**
 * Claims messages whose lease ran out (their sender is gone: unknown), whose outcome is unknown, or which wait for
 * `delivered`.
 */
export async function claimChecks(ctx: OperationContext, limit: number): Promise<DueCheck[]> {
  const due = await claimLooks(ctx, limit)
  return (await withFacts(ctx, due)).map((claimed): DueCheck => {
    if (claimed.message.status !== 'accepted') return { claimed, task: 'reconcile' }
    return { claimed, task: claimed.message.polled ? 'silence' : 'poll' }
  })
}

async function claimLooks(ctx: OperationContext, limit: number): Promise<MessageRow[]> {
  const except = listAside(ctx, 'message')
  try {
    return await ctx.db.transaction((tx) => claimDueChecks(tx, limit, { except }))
  } catch (error) {
    const ids = await findDueChecks(ctx.db, limit, except)
    if (ids.length === 0) throw error
    return claimApart(ctx, ids, (tx, among) => claimDueChecks(tx, limit, { among }))
  }
}

/** Which of the carrier's ids belong to a message already: what is found at the carrier must be this attempt's own. */
export const findKnownSids = (ctx: OperationContext, sids: readonly string[]): Promise<Set<string>> =>
  findSids(ctx.db, sids)
