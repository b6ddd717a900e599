import type { RetentionAnswer } from '@stillhere/contracts'
import { fewest } from '@stillhere/domain'
import { findOldestOver, findRetentionRounds, readClock } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext } from '../../context.ts'
import { everyRule, type RetentionRule, retentionRules } from '../../retention.ts'
import { serverNow } from '../../views.ts'

/** What is kept how long and why, when each rule last looked and last removed something, and what of one's own goes next. */
export async function showRetention(ctx: OperationContext, caller: Caller): Promise<Answer<RetentionAnswer>> {
  const now = await readClock(ctx.db)
  const rounds = new Map((await findRetentionRounds(ctx.db)).map((round) => [round.what, round]))
  const walked = rounds.get(everyRule)
  const oldest = await findOldestOver(ctx.db, caller.organisationId)
  const since: Readonly<Record<string, number | null>> = {
    'sessions without an alert': oldest.endedSessionAt,
    'alerts, all that was said and shown in them, and their sessions': oldest.closedAlertAt,
    'plans that nobody used': oldest.unusedPlanAt,
    'deleted plans and their rescuers': oldest.deletedPlanAt,
    'who changed which setting': oldest.auditAt,
    'texts that belong to no session and no alert': oldest.looseTextAt,
    'invitations of supporters and operators': oldest.invitationAt,
    'what people said of the service': oldest.feedbackAt,
    'what tests of the alarm path showed': oldest.syntheticRunAt,
    'incidents that are closed': oldest.incidentAt,
    'single dates of the rota': oldest.rotaDateAt,
    'swaps of shifts': oldest.rotaSwapAt,
    'holes in staffing': oldest.staffingGapAt,
  }
  const stamp = (at: number) => new Date(at).toISOString()
  const nextOf = ({ what, keptMs }: RetentionRule) => {
    const at = since[what]
    // What is not looked for is not said to be nothing.
    if (at === undefined) return { nextIsKnown: false }
    return { nextIsKnown: true, ...(at === null ? {} : { nextDueAt: stamp(at + keptMs) }) }
  }
  return answer(200, {
    rules: retentionRules.map((rule) => {
      const round = rounds.get(rule.what)
      return {
        what: rule.what,
        why: rule.why,
        keptSeconds: Math.round(rule.keptMs / 1_000),
        ...(round?.lastRemovedAt
          ? // Of the whole installation, so a count may be of another organisation: only where it names nobody.
            { lastRemovedAt: stamp(round.lastRemovedAt), removed: round.removed < fewest ? null : round.removed }
          : {}),
        ...nextOf(rule),
      }
    }),
    ...(walked ? { lastLookedAt: stamp(walked.lastAt) } : {}),
    serverNow: serverNow(now),
  })
}
