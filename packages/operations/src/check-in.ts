/**
 * A check-in: the commonest command, and the one that must never wait. Check-ins that arrive within a millisecond or two
 * share one transaction and one commit: sessions are locked in id order, the clock is read once, every press is decided,
 * and all is stored with one statement a table. No queue is written. A batch that fails is answered one by one.
 * A check-in while alerting concerns people who were told: it is decided alone, with its alert.
 */
import { decideSession, type Rhythm } from '@stillhere/domain'
import { outsideRequests } from '@stillhere/observability'
import {
  cancelQueued,
  cancelSteps,
  findCommands,
  insertCommands,
  loadSessionsForUpdate,
  type RecordedCommand,
  readClock,
  recordJournal,
  type SessionRow,
  StaleWriteError,
  storeSessions,
  type Transaction,
} from '@stillhere/persistence'
import { announceChanged, changeSession, findRhythm, promptTemplates } from './change-session.ts'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { counted, hashPayload, recordable, replay, runCommand } from './run-command.ts'
import { bareSessionView, serverNow, sessionView } from './views.ts'

export interface CheckInInput {
  commandId: string
  sessionId: string
  /** Real seconds, by the device's monotonic clock. */
  pressedSecondsAgo?: number | undefined
  /** The press on our clock as the device estimates it: stays true however long the network holds the command back. */
  pressedAt?: string | undefined
  /** "Using again": the rhythm that starts now. */
  rhythmId?: string | undefined
}

interface Waiting {
  caller: Caller
  input: CheckInInput
  payloadHash: Buffer
  resolve: (given: Answer) => void
  reject: (error: unknown) => void
}

/** Long enough to share a commit, short enough that nobody feels it. */
const gatherMs = 2
const mostInBatch = 256
/** Batches under way at once: two keep Postgres busy while a third gathers. */
const mostUnderWay = 3

const batches = new WeakMap<OperationContext, Batch>()

/** A sign of life. Never compares versions: whatever the client knew, the press counts. */
export function checkIn(ctx: OperationContext, caller: Caller, input: CheckInInput): Promise<Answer> {
  let batch = batches.get(ctx)
  if (!batch) {
    batch = new Batch(ctx)
    batches.set(ctx, batch)
  }
  const gathered = batch
  return counted(ctx, { ...input, what: 'check-in' }, () => gathered.add(caller, input))
}

class Batch {
  readonly #ctx: OperationContext
  #gathered: Waiting[] = []
  #timer: NodeJS.Timeout | undefined
  #underWay = 0

  constructor(ctx: OperationContext) {
    this.#ctx = ctx
  }

  add(caller: Caller, input: CheckInInput): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#gathered.push({ caller, input, payloadHash: hashOf(input), resolve, reject })
      this.#timer ??= outsideRequests(() => setTimeout(() => this.#go(), gatherMs))
    })
  }

  #go(): void {
    this.#timer = undefined
    while (this.#gathered.length > 0 && this.#underWay < mostUnderWay) {
      const items = this.#gathered.splice(0, mostInBatch)
      this.#underWay += 1
      void answerBatch(this.#ctx, items).finally(() => {
        this.#underWay -= 1
        if (this.#gathered.length > 0) this.#timer ??= setTimeout(() => this.#go(), 0)
      })
    }
  }
}

const hashOf = ({ sessionId, pressedSecondsAgo, pressedAt, rhythmId }: CheckInInput): Buffer =>
  hashPayload('check-in', {
    sessionId,
    ...(pressedSecondsAgo === undefined ? {} : { pressedSecondsAgo }),
    ...(pressedAt === undefined ? {} : { pressedAt }),
    ...(rhythmId === undefined ? {} : { rhythmId }),
  })

/** Answers every item, whatever happens. */
async function answerBatch(ctx: OperationContext, items: readonly Waiting[]): Promise<void> {
  const { firsts, repeats } = apart(items)
  try {
    const done = await ctx.db.transaction((tx) => decideBatch(ctx, tx, firsts))
    ctx.wake.changed(done.changed.map(({ id, version }) => ({ id, version })))
    if (done.sooner.length > 0) ctx.wake.sessions(done.sooner)
    for (const [item, given] of done.answers) item.resolve(given)
    await Promise.all(done.alone.map((item) => answerAlone(ctx, item)))
  } catch (error) {
    if (firsts.length > 1) await Promise.all(firsts.map((item) => answerBatch(ctx, [item])))
    else for (const item of firsts) item.reject(error)
  }
  // The same command twice in one batch: the second finds the first one's answer.
  if (repeats.length > 0) await answerBatch(ctx, repeats)
}

function apart(items: readonly Waiting[]): { firsts: Waiting[]; repeats: Waiting[] } {
  const seen = new Set<string>()
  const firsts: Waiting[] = []
  const repeats: Waiting[] = []
  for (const item of items) {
    const key = keyOf(item.caller.id, item.input.commandId)
    if (seen.has(key)) repeats.push(item)
    else firsts.push(item)
    seen.add(key)
  }
  return { firsts, repeats }
}

const keyOf = (callerId: string, commandId: string): string => `${callerId}.${commandId}`

interface DecidedBatch {
  answers: Map<Waiting, Answer>
  /** Sessions that alert: each is decided with its alert. */
  alone: Waiting[]
  changed: SessionRow[]
  /** Deadlines that came nearer ("using again"): their wake-up would be late. */
  sooner: { id: string; version: number; dueInMs: number }[]
}

async function decideBatch(ctx: OperationContext, tx: Transaction, items: readonly Waiting[]): Promise<DecidedBatch> {
  const keys = items.map(({ caller, input }) => ({ callerId: caller.id, commandId: input.commandId }))
  const earlier = new Map((await findCommands(tx, keys)).map((c) => [keyOf(c.callerId, c.commandId), c]))
  const rows = await loadSessionsForUpdate(tx, [...new Set(items.map(({ input }) => input.sessionId))])
  const now = await readClock(tx)
  const before = new Map(rows.map((row) => [row.id, row]))
  const after = new Map(before)
  const answers = new Map<Waiting, Answer>()
  const alone: Waiting[] = []
  const asked: string[] = []
  const records: RecordedCommand[] = []

  for (const item of items) {
    const { caller, input, payloadHash } = item
    const repeated = earlier.get(keyOf(caller.id, input.commandId))
    if (repeated) {
      answers.set(item, replay(repeated, payloadHash, now))
      continue
    }
    const session = after.get(input.sessionId)
    if (session && session.deviceId === caller.id && session.state === 'alerting' && !session.quiet) {
      alone.push(item)
      continue
    }
    const given = await decideOne(ctx, tx, caller, session, input, now)
    answers.set(item, given.answer)
    if (given.session) after.set(given.session.id, given.session)
    if (given.stopped && session) asked.push(session.id)
    const record = recordable(given.answer)
    if (record) records.push({ callerId: caller.id, commandId: input.commandId, payloadHash, ...record })
  }

  const changed = [...after.values()].filter((row) => row !== before.get(row.id))
  await storeSessions(
    tx,
    changed.map((session) => ({ session, expectedVersion: before.get(session.id)?.version ?? 0 })),
    now,
  )
  // A press is nobody's history; that prompts were stopped, or a watch is over, is a change of state (C80).
  await recordJournal(
    tx,
    changed
      .filter((session) => session.state !== before.get(session.id)?.state)
      .map((session) => ({
        organisationId: session.organisationId,
        at: now,
        kind: session.state === 'closed' ? 'session-ended' : 'session-answered',
        sessionId: session.id,
        actor: { kind: 'person' as const },
      })),
  )
  if (asked.length > 0) {
    await cancelSteps(tx, { sessionIds: asked }, ['prompt'], now)
    for (const sessionId of asked) await cancelQueued(tx, { sessionId, templates: promptTemplates })
  }
  if ((await insertCommands(tx, records)) !== records.length)
    throw new StaleWriteError('a check-in was answered at the same time')
  const sooner = changed
    .filter((session) => session.deadlineAt < (before.get(session.id)?.deadlineAt ?? 0))
    .map((session) => ({ id: session.id, version: session.version, dueInMs: session.deadlineAt - now }))
  return { answers, alone, changed, sooner }
}

async function decideOne(
  ctx: OperationContext,
  tx: Transaction,
  caller: Caller,
  session: SessionRow | undefined,
  input: CheckInInput,
  now: number,
): Promise<{ answer: Answer; session?: SessionRow; stopped?: boolean }> {
  if (!session || session.deviceId !== caller.id) return { answer: refuse('not_found') }
  if (session.quiet) return { answer: closedAnswer(session, now) }
  const rhythm = input.rhythmId === undefined ? undefined : await findRhythm(tx, session.organisationId, input.rhythmId)
  if (input.rhythmId !== undefined && !rhythm) return { answer: refuse('invalid') }
  const decision = decideSession(session, checkInCommand(input, rhythm, now), now, ctx.pace)
  if (decision.kind === 'refused') return { answer: closedAnswer(session, now) }
  const row: SessionRow = decision.kind === 'changed' ? withoutPrompt({ ...session, ...decision.session }) : session
  const body = { outcome: decision.outcome, session: bareSessionView(row), serverNow: serverNow(now) }
  return {
    answer: answer(200, body),
    ...(decision.kind === 'changed' ? { session: row } : {}),
    stopped: decision.effects.some((effect) => effect.kind === 'cancel-prompts'),
  }
}

const checkInCommand = (input: CheckInInput, rhythm: Rhythm | undefined, now: number) => ({
  kind: 'check-in' as const,
  pressedAgoMs: pressedAgoMs(input, now),
  ...(rhythm ? { rhythm } : {}),
})

/** How far a device's estimate of our clock may be off before it counts against the press. */
const estimateMayBeOffMs = 2_000

/** The older of what the device counted and what lies between its press and now: a frame can be held back for minutes. */
function pressedAgoMs({ pressedSecondsAgo = 0, pressedAt }: CheckInInput, now: number): number {
  const heldBackMs = pressedAt === undefined ? 0 : now - Date.parse(pressedAt) - estimateMayBeOffMs
  return Math.max(pressedSecondsAgo * 1_000, heldBackMs)
}

const closedAnswer = (session: SessionRow, now: number): Answer =>
  refuse('session_closed', { session: sessionView({ session }), serverNow: serverNow(now) })

function withoutPrompt(row: SessionRow): SessionRow {
  if (row.state !== 'counting') return row
  const { prompt: _, ...rest } = row
  return rest
}

/** The session alerts: a request for the all-clear, decided with the alert under its own locks. */
async function answerAlone(ctx: OperationContext, { caller, input, resolve, reject }: Waiting): Promise<void> {
  const { commandId, ...payload } = input
  let changed: Parameters<typeof announceChanged>[1] | undefined
  try {
    const given = await runCommand(
      ctx,
      caller,
      { commandId, what: 'check-in', payload: defined(payload) },
      async (tx) => {
        changed = undefined
        const [session] = await loadSessionsForUpdate(tx, [input.sessionId])
        if (!session || session.deviceId !== caller.id) return refuse('not_found')
        const rhythm =
          input.rhythmId === undefined ? undefined : await findRhythm(tx, session.organisationId, input.rhythmId)
        const result = await changeSession(ctx, tx, session, checkInCommand(input, rhythm, await readClock(tx)))
        changed = result.changed
        return result.answer
      },
    )
    if (changed) announceChanged(ctx, changed)
    resolve(given)
  } catch (error) {
    reject(error)
  }
}

const defined = (payload: object): object =>
  Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined))
