import type { DryRunBody } from '@stillhere/contracts'
import { dryRunLadder, expectedAt } from '@stillhere/domain'
import { findSite, iso, readClock } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../../context.ts'
import { refuseSilent } from '../ladders.ts'
import { ownOrganisation } from '../organisation.ts'
import { dayAndTime } from './in-zone.ts'
import { readRota } from './read-rota.ts'

/** An hour before, for who came on shift then, to an hour after the last step that a ladder may have. */
const hourMs = 3_600_000
const mostAwayMs = 366 * 24 * hourMs

/** What this ladder would do at that instant by the present rota. Changes nothing and writes nothing. */
export async function dryRun(ctx: OperationContext, caller: Caller, input: DryRunBody): Promise<Answer> {
  const silent = refuseSilent(input.steps)
  if (silent) return silent
  const at = Date.parse(input.at)
  // The rota says nothing of other years, and clocks nothing of the year 1.
  const away = Math.abs(at - (await readClock(ctx.db)))
  if (!(away <= mostAwayMs)) return refuseBecause('invalid', 'at must be an instant within a year from now.')
  const organisation = await ownOrganisation(ctx.db, caller)
  const site =
    input.siteId === undefined ? undefined : await findSite(ctx.db, caller.organisationId, { id: input.siteId })
  if (input.siteId !== undefined && !site) return refuse('not_found')
  const { shifts, staff } = await readRota(ctx.db, organisation, { startsAt: at - hourMs, endsAt: at + 2 * hourMs })
  const expected = shifts.map(({ supporterId, role, startsAt, endsAt }) => ({
    supporterId,
    role,
    startsAt,
    endsAt,
    reachable: staff.get(supporterId)?.reachable ?? false,
  }))
  const { rescuers = 1, alertOrder: order = 'both' } = input
  const run = dryRunLadder({ ladder: input.steps, order, at, expected, rescuers })
  const people = expectedAt(expected, at).size
  return answer(200, {
    at: iso(at),
    onClocks: dayAndTime(at, organisation.timeZone),
    timeZone: organisation.timeZone,
    assumed: { rescuers, alertOrder: order, expected: people, staffingFloor: organisation.staffingFloor },
    lines: run.lines,
    findings: [
      ...run.findings.map((finding) =>
        finding.kind === 'nobody-in-step' ? { ...finding, at: iso(at + finding.atSeconds * 1_000) } : finding,
      ),
      ...(people < organisation.staffingFloor ? [{ kind: 'below-floor' as const }] : []),
    ],
    ...(run.firstToldSeconds === undefined ? {} : { firstToldSeconds: run.firstToldSeconds }),
    // As the site says it: roles and hours in words. No step of a ladder tells them.
    ...(site?.template.staffOnSite ? { staffOnSite: site.template.staffOnSite } : {}),
  })
}
