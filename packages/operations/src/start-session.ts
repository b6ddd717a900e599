import { randomInt } from 'node:crypto'
import { bounds, type Company, intervalAtMs, type Language, paced, type Rhythm } from '@stillhere/domain'
import {
  type ConfiguredOrganisation,
  findOrganisation,
  findRescuers,
  findRhythms,
  findRunningSession,
  findSessionsWithAlert,
  insertMessages,
  insertSession,
  isSomeoneHere,
  loadPlanForUpdate,
  newId,
  type PlanRow,
  priorities,
  readClock,
  readSweepAgeMs,
  recordJournal,
  type SessionRow,
  type Transaction,
} from '@stillhere/persistence'
import { canBeTold } from './can-be-told.ts'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { destinationOfPerson } from './destinations.ts'
import { languageOf } from './language-of.ts'
import { openStateAt } from './operate/staffing/opening.ts'
import { runCommand } from './run-command.ts'
import { bareSessionView, serverNow, sessionView } from './views.ts'

/** P14: without a completed sweep in this time nobody may be told that they are watched. */
export const sweepSilenceMs = 5_000

export interface StartSessionInput {
  commandId: string
  planId: string
  rhythmId?: string | undefined
  countdownSeconds?: number | undefined
  company: Company
  /** In which the own phone is spoken to; one that we do not speak counts as English. */
  language?: string | undefined
}

/** From here on the server holds a deadline. Refused where it could not keep its word. */
export async function startSession(ctx: OperationContext, caller: Caller, input: StartSessionInput): Promise<Answer> {
  const { commandId, ...payload } = input
  let started: { session: SessionRow; now: number } | undefined
  const given = await runCommand(ctx, caller, { commandId, what: 'start', payload }, async (tx) => {
    started = undefined
    if ((await readSweepAgeMs(tx)) > sweepSilenceMs) return { ...refuse('cannot_protect'), retryAfterSeconds: 5 }
    const plan = await loadPlanForUpdate(tx, caller.id, input.planId)
    if (!plan) return refuse('not_found')
    const running = await findRunningSession(tx, caller.id)
    if (running) {
      const [session] = await findSessionsWithAlert(tx, [running])
      return refuse('session_running', {
        ...(session ? { session: sessionView(session) } : {}),
        serverNow: serverNow(await readClock(tx)),
      })
    }
    const organisation = await findOrganisation(tx, { id: caller.organisationId })
    if (!organisation) throw new Error('the organisation of a device is gone')
    const closed = refuseClosed(organisation, input.company, await readClock(tx))
    if (closed) return closed
    if (plan.check !== 'ok') return refuse('plan_unreadable')
    const rhythm = await chooseRhythm(tx, caller.organisationId, input)
    if ('code' in rhythm) return refuse(rhythm.code)
    const rescuers = await findRescuers(tx, [plan.id])
    if (!rescuers.some(canBeTold) && !(await isSomeoneHere(tx, caller.organisationId))) return refuse('no_one_to_alert')

    const now = await readClock(tx)
    const session = await newSession(
      ctx,
      tx,
      caller,
      organisation,
      plan,
      { rhythm: rhythm.intervals, company: input.company, language: languageOf(input.language) },
      now,
    )
    started = { session, now }
    return answer(201, { session: bareSessionView(session), serverNow: serverNow(now) })
  })
  if (started && given.kind === 'answer') {
    const { session, now } = started
    ctx.wake.sessions([{ id: session.id, version: session.version, dueInMs: session.deadlineAt - now }])
    ctx.wake.changed([{ id: session.id, version: session.version }])
    ctx.wake.prod('outbox')
  }
  return given
}

async function chooseRhythm(
  tx: Transaction,
  organisationId: string,
  input: StartSessionInput,
): Promise<{ intervals: Rhythm } | { code: 'invalid' | 'limit' }> {
  if (input.countdownSeconds !== undefined) {
    const { minSeconds, maxSeconds } = bounds.countdown
    const seconds = input.countdownSeconds
    return seconds < minSeconds || seconds > maxSeconds ? { code: 'limit' } : { intervals: [seconds] }
  }
  const rhythms = await findRhythms(tx, organisationId)
  const rhythm = rhythms.find(({ id }) => id === input.rhythmId)
  return rhythm ? { intervals: rhythm.intervalsSeconds } : { code: 'invalid' }
}

/** Out of hours, and shortly before them: no company is promised that is about to go home. */
function refuseClosed(organisation: ConfiguredOrganisation, company: Company, now: number): Answer | undefined {
  const { mayStart, opensAt, closesAt } = openStateAt(organisation, now)
  if (company === 'supporter' ? mayStart.withSupporter : mayStart.alone) return undefined
  return refuse('service_closed', {
    mayStart,
    ...(opensAt === undefined ? {} : { opensAt: serverNow(opensAt) }),
    ...(closesAt === undefined ? {} : { closesAt: serverNow(closesAt) }),
  })
}

/** Writes the session, its journal line, and the start text to the own phone where there is one. */
async function newSession(
  ctx: OperationContext,
  tx: Transaction,
  caller: Caller,
  organisation: ConfiguredOrganisation,
  plan: PlanRow,
  chosen: { rhythm: Rhythm; company: Company; language: Language },
  now: number,
): Promise<SessionRow> {
  const deadlineAt = now + intervalAtMs(chosen.rhythm, 0, ctx.pace)
  const session: SessionRow = {
    id: newId(),
    organisationId: caller.organisationId,
    deviceId: caller.id,
    planId: plan.id,
    kind: 'ordinary',
    company: chosen.company,
    state: 'counting',
    version: 1,
    rhythm: [...chosen.rhythm],
    prompts: organisation.prompts,
    startedAt: now,
    anchorAt: now,
    deadlineAt,
    alertAt: deadlineAt + paced(organisation.prompts.alertAfterSeconds, ctx.pace),
    lastPressAt: now,
    raised: false,
    quiet: false,
    endCode: String(randomInt(1_000)).padStart(3, '0'),
    language: chosen.language,
  }
  await insertSession(tx, session)
  const destination = destinationOfPerson(plan)
  if (destination)
    await insertMessages(tx, [
      {
        organisationId: session.organisationId,
        sessionId: session.id,
        recipientKind: 'person',
        recipientId: session.id,
        channel: 'text',
        template: 'session-start',
        detail: { endCode: session.endCode },
        language: chosen.language,
        destination,
        ...(plan.ownNumberHash ? { numberHash: plan.ownNumberHash } : {}),
        priority: priorities.answer,
        dedupeKey: `start.${session.id}`,
        dueAt: now,
      },
    ])
  await recordJournal(tx, [
    {
      organisationId: session.organisationId,
      at: now,
      kind: 'session-started',
      sessionId: session.id,
      actor: { kind: 'person' },
    },
  ])
  return session
}
