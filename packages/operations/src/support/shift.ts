import { createHash } from 'node:crypto'
import {
  findAlertsToLog,
  findCredentialEnd,
  findStaff,
  findSupporter,
  iso,
  loadSupporterForUpdate,
  readClock,
  recordJournal,
  type StaffRow,
  storeBriefKey,
  storeShift,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { serverNow } from '../views.ts'

/** Roles that may be asked to answer alerts. An auditor only looks. */
const mayAnswer = new Set(['supporter', 'duty-lead', 'supervisor', 'operator'])

/**
 * On or off shift. Not fit today needs no reason and is never on shift; going on shift closes a debrief, because only the
 * supporter can say that they are ready again.
 */
export async function setShift(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; onShift: boolean; fit: boolean },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'shift', payload }, async (tx) => {
    const supporter = await loadSupporterForUpdate(tx, caller.id)
    if (!supporter || !mayAnswer.has(supporter.role)) return refuse('not_authenticated')
    if (input.onShift && !input.fit) return refuse('conflict')
    const now = await readClock(tx)
    const debriefOpen = input.onShift ? false : supporter.debriefOpen
    await storeShift(tx, { id: supporter.id, fit: input.fit, onShift: input.onShift, debriefOpen }, now)
    await recordJournal(tx, [
      {
        organisationId: supporter.organisationId,
        at: now,
        kind: input.onShift ? 'shift-on' : 'shift-off',
        actor: { kind: 'supporter', id: supporter.id },
        detail: { fit: input.fit },
      },
    ])
    return answer(200, {
      shift: {
        onShift: input.onShift,
        fit: input.fit,
        ...(input.onShift ? { since: iso(supporter.onShiftSince ?? now) } : {}),
        ...phoneOf((await findStaff(tx, supporter.organisationId, supporter.id))[0]),
      },
    })
  })
}

/** Being on shift without a number that can be reached means the console alone; nobody has said yet whose a number is that waits. */
const phoneOf = (staff: StaffRow | undefined) => ({
  reachable: staff?.reachable ?? false,
  ...(staff?.numberState ? { numberState: staff.numberState } : {}),
})

/** How the caller stands: on shift or not, what they still owe a log, and until when this token counts. */
export async function getShift(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const supporter = await findSupporter(ctx.db, caller.id)
  const until = caller.credentialId === undefined ? undefined : await findCredentialEnd(ctx.db, caller.credentialId)
  if (!supporter || until === undefined) return refuse('not_authenticated')
  return answer(200, {
    shift: {
      onShift: supporter.onShift,
      fit: supporter.fit,
      ...(supporter.onShiftSince === undefined ? {} : { since: iso(supporter.onShiftSince) }),
      ...phoneOf((await findStaff(ctx.db, supporter.organisationId, supporter.id))[0]),
    },
    debriefOpen: supporter.debriefOpen,
    signedInUntil: iso(until),
    toLog: await findAlertsToLog(ctx.db, supporter.id),
    serverNow: serverNow(await readClock(ctx.db)),
  })
}

/** The key of the caller's browser, to which briefs are sealed from now on. */
export async function putBriefKey(ctx: OperationContext, caller: Caller, publicKey: string): Promise<Answer> {
  const keyId = `brief-${createHash('sha256').update(publicKey).digest('hex').slice(0, 16)}`
  return ctx.db.transaction(async (tx) => {
    const supporter = await findSupporter(tx, caller.id)
    if (!supporter) return refuse('not_authenticated')
    await storeBriefKey(tx, supporter.id, { keyId, publicKey })
    return answer(200, { recipientId: supporter.id, keyId })
  })
}
