import { createHash } from 'node:crypto'
import { type ErrorCode, errorTable } from '@stillhere/contracts'
import { closed, commands } from '@stillhere/observability'
import { findCommands, insertCommands, iso, readClock, StaleWriteError, type Transaction } from '@stillhere/persistence'
import type { Answer, Caller, OperationContext } from './context.ts'
import { refuse, refuseBecause } from './context.ts'

/** What a client asked for, with the id it made for it. `payload` is what must be the same when the id comes again. */
export interface Command {
  commandId: string
  what: string
  payload: object
}

/**
 * Runs a command once: the same command of the same caller is given its first answer again (with a fresh `serverNow`),
 * another payload under the same id is refused. The answer is stored in the transaction of its effect, so a command that
 * was cut off anywhere may be sent again. Refusals are remembered too; only 429 and 5xx may turn out otherwise next time.
 */
export async function runCommand(
  ctx: OperationContext,
  caller: Caller,
  command: Command,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<Answer> {
  // A check-in is counted where it comes in: most never come here.
  return command.what === 'check-in'
    ? runOnce(ctx, caller, command, work)
    : counted(ctx, { ...command, ...idsIn(command.payload) }, () => runOnce(ctx, caller, command, work))
}

/** Which session or alert a command names. */
function idsIn(payload: object): { sessionId?: string; alertId?: string } {
  const { sessionId, alertId } = payload as { sessionId?: unknown; alertId?: unknown }
  return {
    ...(typeof sessionId === 'string' ? { sessionId } : {}),
    ...(typeof alertId === 'string' ? { alertId } : {}),
  }
}

/** Which session an answer is about: of a start nobody knows before. */
function sessionOf(given: Answer): string | undefined {
  const { session } = (given.body ?? {}) as { session?: { id?: unknown } }
  return typeof session?.id === 'string' ? session.id : undefined
}

/** Says and counts a command on a session or an alert, with what became of it. Other commands pass uncounted. */
export async function counted(
  ctx: OperationContext,
  command: { commandId: string; what: string; sessionId?: string; alertId?: string },
  work: () => Promise<Answer>,
): Promise<Answer> {
  const word = closed(commands, command.what)
  if (word === 'other') return work()
  const startedAt = performance.now()
  const given = await work()
  const sessionId = command.sessionId ?? sessionOf(given)
  ctx.events.commandHandled({
    command: word,
    outcome: given.kind === 'answer' ? 'answered' : given.code,
    commandId: command.commandId,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(command.alertId === undefined ? {} : { alertId: command.alertId }),
    tookMs: Math.round(performance.now() - startedAt),
  })
  return given
}

async function runOnce(
  ctx: OperationContext,
  caller: Caller,
  command: Command,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<Answer> {
  const payloadHash = hashPayload(command.what, command.payload)
  return ctx.db.transaction(async (tx) => {
    const [earlier] = await findCommands(tx, [{ callerId: caller.id, commandId: command.commandId }])
    if (earlier) return replay(earlier, payloadHash, await readClock(tx))
    const given = await work(tx)
    const record = recordable(given)
    if (record) {
      const stored = await insertCommands(tx, [
        { callerId: caller.id, commandId: command.commandId, payloadHash, ...record },
      ])
      // The same command is being answered beside us: roll back, read its answer.
      if (stored === 0) throw new StaleWriteError('the same command was answered at the same time')
    }
    return given
  })
}

/** The status and body to remember, or nothing where a repeat may be answered otherwise. */
export function recordable(given: Answer): { status: number; body: object } | undefined {
  if (given.kind === 'answer') return { status: given.status, body: given.body }
  const { status } = errorTable[given.code]
  return status < 500 && status !== 429
    ? {
        status,
        body: { refused: given.code, with: given.body ?? {}, ...(given.message ? { because: given.message } : {}) },
      }
    : undefined
}

/** The first answer, given again. */
export function replay(
  earlier: { payloadHash: Buffer; status: number; body: object },
  payloadHash: Buffer,
  now: number,
): Answer {
  if (!earlier.payloadHash.equals(payloadHash)) return refuse('command_mismatch')
  const body = earlier.body as Record<string, unknown>
  const fresh = (given: object) => ('serverNow' in given ? { ...given, serverNow: iso(now) } : given)
  if (typeof body.refused === 'string') {
    const refused = refuse(body.refused as ErrorCode, fresh(body.with as object))
    return typeof body.because === 'string'
      ? refuseBecause(body.refused as ErrorCode, body.because, fresh(body.with as object))
      : refused
  }
  return {
    kind: 'answer',
    status: earlier.status as 200 | 201 | 202,
    body: fresh(body),
  }
}

/** Keys in one order, so that the same JSON written otherwise is the same payload. */
export const hashPayload = (what: string, payload: object): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([what, sorted(payload)]))
    .digest()

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
