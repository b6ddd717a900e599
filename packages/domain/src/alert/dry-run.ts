/**
 * What a ladder would do if an alert were raised at some instant, with the people who are expected then. The same rules as
 * a real climb (`resolveStep`, repeats, and C25: a step that finds nobody lets the next one come at once), but nobody
 * answers. Pure; it speaks of roles and counts, never of a person.
 *
 * A rota is who is expected, not who is there, so a step without anybody is a finding and never a reason to refuse the
 * ladder: people come on shift whom no rota named. What no hour could help (`checkLadder`) is refused before this.
 */
import { bounds } from '../bounds.ts'
import type { Expected } from '../rota/staffing.ts'
import {
  type AlertOrder,
  type LadderAudience,
  type LadderChannel,
  type LadderStep,
  ladderRows,
  nextRepeat,
  type Reachable,
  repeatAudience,
  resolveStep,
} from './ladder.ts'

export interface ExpectedSupporter extends Expected {
  role: 'supporter' | 'duty-lead'
  /** Whether their phone can be told now; without one they see the console. */
  reachable: boolean
}

export type DryRunRole = 'rescuer' | 'supporter' | 'duty-lead'

export interface DryRunLine {
  /** Seconds after the alert. */
  atSeconds: number
  /** Which step of the ladder, from 1; none: a repeat, which every alert has beside its ladder. */
  step?: number
  to: LadderAudience | 'told'
  channel: LadderChannel
  who: { role: DryRunRole; count: number }[]
  /** There is nobody whom it could tell; not that all have heard a moment ago. */
  nobody: boolean
  /** The step before it found nobody, so it did not wait (C25). */
  early?: true
}

export interface DryRun {
  lines: DryRunLine[]
  findings: ({ kind: 'nobody-in-step'; step: number; atSeconds: number } | { kind: 'nobody-at-all' })[]
  /** When the first person is texted or rung; none: only the operator's pager rings. */
  firstToldSeconds?: number
}

/** @param of.rescuers how many agreed rescuers the plan has: a ladder serves plans with none and with five */
export function dryRunLadder(of: {
  ladder: readonly LadderStep[]
  order: AlertOrder
  at: number
  expected: readonly ExpectedSupporter[]
  rescuers: number
}): DryRun {
  const { ladder, order, at } = of
  const people = new Map<string, Reachable>()
  for (let position = 1; position <= of.rescuers; position += 1)
    people.set(`rescuer ${position}`, person('rescuer', `rescuer ${position}`, position, true))
  const roles = new Map<string, ExpectedSupporter['role']>()
  for (const { supporterId, role, reachable } of of.expected) {
    if (roles.get(supporterId) !== 'duty-lead') roles.set(supporterId, role)
    people.set(supporterId, person('supporter', supporterId, 0, reachable))
  }
  const here = (now: number): Reachable[] =>
    [...people.values()].filter(
      ({ kind, id }) =>
        kind === 'rescuer' ||
        of.expected.some((one) => one.supporterId === id && one.startsAt <= now && now < one.endsAt),
    )

  const lastAt = at + 1_000 * Math.max(untilSeconds, ...ladder.map(({ afterSeconds }) => afterSeconds))
  const rows: Row[] = ladderRows(ladder, at, 1)
  const lines: DryRunLine[] = []
  while (rows.length > 0) {
    rows.sort(
      (a, b) => a.dueAt - b.dueAt || (a.kind === b.kind ? a.position - b.position : a.kind === 'ladder' ? -1 : 1),
    )
    const row = rows.shift()
    if (!row || row.dueAt > lastAt) break
    const now = row.dueAt
    const waiting = rows.filter((other) => other.kind === 'ladder')
    const asked = row.kind === 'ladder' ? row.step : repeatOf(row.position, waiting)
    const present = here(now)
    const asks = asked.channel === 'console' ? consoles(present) : resolveStep(asked, order, present, now, 1)
    const nobody =
      asked.channel === 'console'
        ? asks.length === 0
        : resolveStep(asked, order, present, Number.MAX_SAFE_INTEGER, 1).length === 0
    lines.push({
      atSeconds: (now - at) / 1_000,
      ...(row.kind === 'ladder' ? { step: row.position + 1 } : {}),
      to: asked.to,
      channel: asked.channel,
      who: countRoles(asks, roles),
      nobody,
      ...('early' in row && row.early ? { early: true as const } : {}),
    })
    if (asked.channel === 'text')
      for (const { recipient } of asks) Object.assign(recipient, { told: true, lastTextAt: now })
    if (row.kind === 'repeat') rows.push(nextRepeat(row.position + 1, at, 1))
    else if (nobody && asked.channel !== 'console') {
      const [next] = waiting.sort((a, b) => a.position - b.position)
      if (next) Object.assign(next, { early: next.dueAt > now, dueAt: now })
    }
  }
  const told = lines.find(({ channel, who }) => channel !== 'console' && who.length > 0)
  return {
    lines,
    findings: [
      ...lines.flatMap(({ step, nobody, atSeconds }) =>
        nobody && step !== undefined ? [{ kind: 'nobody-in-step' as const, step, atSeconds }] : [],
      ),
      ...(told ? [] : [{ kind: 'nobody-at-all' as const }]),
    ],
    ...(told ? { firstToldSeconds: told.atSeconds } : {}),
  }
}

/** At least so long is shown: every repeat but the endless one, and until everybody must have been told. */
const untilSeconds = Math.max(540, bounds.ladder.everyoneSeconds)

type Row = ReturnType<typeof ladderRows>[number] & { early?: boolean }

const person = (kind: Reachable['kind'], id: string, position: number, reachable: boolean): Reachable => ({
  kind,
  id,
  told: false,
  answer: 'none',
  position,
  textable: reachable,
  callable: reachable,
})

const repeatOf = (position: number, waiting: readonly Row[]) => ({
  to: repeatAudience(
    position,
    waiting.flatMap((row) => (row.kind === 'ladder' ? [row.step] : [])),
  ),
  channel: 'text' as const,
})

/** Whoever is on shift has the console before them, with or without a phone. */
const consoles = (present: readonly Reachable[]) =>
  present.filter(({ kind }) => kind === 'supporter').map((recipient) => ({ recipient }))

function countRoles(
  asks: readonly { recipient: Reachable }[],
  roles: ReadonlyMap<string, ExpectedSupporter['role']>,
): DryRunLine['who'] {
  const counts = new Map<DryRunRole, number>()
  for (const { recipient } of asks) {
    const role = recipient.kind === 'rescuer' ? 'rescuer' : (roles.get(recipient.id) ?? 'supporter')
    counts.set(role, (counts.get(role) ?? 0) + 1)
  }
  return [...counts].map(([role, count]) => ({ role, count }))
}
