import type { SignedGuidance, SignGuidanceBody } from '@stillhere/contracts'
import {
  findGuidanceSignOffs,
  findSupporter,
  type GuidanceSignOffRow,
  iso,
  type Queryable,
  readClock,
  recordJournal,
  removeGuidanceSignOff,
  saveGuidanceSignOff,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { recordChange } from './record-change.ts'

export async function listGuidanceSignOffs(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const [rows, now] = await Promise.all([findGuidanceSignOffs(ctx.db, caller.organisationId), readClock(ctx.db)])
  return answer(200, { signOffs: rows.map(viewOf), serverNow: iso(now) })
}

/** The caller answers for these words, in their own name, until the day they must be read again. */
export async function signGuidance(
  ctx: OperationContext,
  caller: Caller,
  input: SignGuidanceBody & { document: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'sign-guidance', payload }, async (tx) => {
    const now = await readClock(tx)
    const { document, contentHash, reviewBy, qualification } = input
    if (reviewBy < dayOf(now))
      return refuseBecause('conflict', 'Its day of review has passed: it is read again before anybody signs it.')
    const supporter = await findSupporter(tx, caller.id)
    if (!supporter) return refuse('not_authenticated')
    const row = { document, contentHash, reviewBy, qualification, signedBy: caller.id, signedAt: now }
    await saveGuidanceSignOff(tx, caller.organisationId, row)
    await recordSignature(tx, caller, 'guidance-signed', { document, contentHash, reviewBy }, now)
    return answer(200, { signOff: viewOf({ ...row, name: supporter.name }) })
  })
}

/** Taken back: every screen says again that nobody has approved it. */
export async function withdrawGuidance(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; document: string },
): Promise<Answer> {
  const { commandId, document } = input
  return runCommand(ctx, caller, { commandId, what: 'withdraw-guidance', payload: { document } }, async (tx) => {
    if (!(await removeGuidanceSignOff(tx, caller.organisationId, document))) return refuse('not_found')
    await recordSignature(tx, caller, 'guidance-withdrawn', { document }, await readClock(tx))
    return answer(200, {})
  })
}

/**
 * What screens may show as approved today, with who stands for it. A page still compares the hash with the words it shows.
 * Whoever left the organisation stands for nothing any more.
 */
export async function signedGuidanceOf(db: Queryable, organisationId: string, now: number): Promise<SignedGuidance> {
  const rows = await findGuidanceSignOffs(db, organisationId)
  return rows.flatMap(({ document, contentHash, reviewBy, name, qualification, signedAt }) =>
    name === undefined || reviewBy < dayOf(now)
      ? []
      : [{ document, contentHash, reviewBy, by: `${name}, ${qualification}`, on: dayOf(signedAt) }],
  )
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

async function recordSignature(
  tx: Transaction,
  caller: Caller,
  action: 'guidance-signed' | 'guidance-withdrawn',
  detail: Record<string, string>,
  now: number,
): Promise<void> {
  await recordChange(tx, caller, { action, thing: detail.document ?? '', fields: [] })
  const { organisationId, id } = caller
  await recordJournal(tx, [{ organisationId, at: now, kind: action, actor: { kind: 'operator', id }, detail }])
}

const viewOf = ({ signedBy: id, name, signedAt, ...row }: GuidanceSignOffRow) => ({
  ...row,
  signedBy: { id, ...(name === undefined ? {} : { name }) },
  signedAt: iso(signedAt),
})
