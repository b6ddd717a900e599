/**
 * Whether there are as many people as there should be. The rota only says who is expected: it never puts anybody on shift,
 * because only the person can say that they are fit. So a rota without holes is no promise, and what counts of an alert is
 * who is on shift.
 */

/** From the first instant up to, but not at, the second; epoch ms. */
export interface Span {
  startsAt: number
  endsAt: number
}

/** Somebody who is expected for a while. */
export interface Expected extends Span {
  supporterId: string
}

/** A time in which fewer are expected than the floor. `people`: the fewest at any moment of it. */
export interface StaffingGap extends Span {
  people: number
}

/**
 * Holes in the rota: where fewer different people are expected than `floor`, within the times that need them. What touches
 * is one hole. Whoever stands in the rota twice at once counts once.
 * @param needed not overlapping, in order: opening hours, or the whole time that is looked at
 */
export function findStaffingGaps(expected: readonly Expected[], needed: readonly Span[], floor: number): StaffingGap[] {
  const gaps: StaffingGap[] = []
  if (floor <= 0) return gaps
  for (const span of needed) {
    const here = expected.filter((one) => one.startsAt < span.endsAt && one.endsAt > span.startsAt)
    const edges = [span.startsAt, span.endsAt, ...here.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])]
    const inside = [...new Set(edges)].filter((at) => at >= span.startsAt && at <= span.endsAt).sort((a, b) => a - b)
    for (const [index, startsAt] of inside.entries()) {
      const endsAt = inside[index + 1]
      if (endsAt === undefined) break
      const people = expectedAt(here, startsAt).size
      if (people >= floor) continue
      const last = gaps.at(-1)
      if (last?.endsAt === startsAt) {
        last.endsAt = endsAt
        last.people = Math.min(last.people, people)
      } else gaps.push({ startsAt, endsAt, people })
    }
  }
  return gaps
}

/** Who is expected at an instant. */
export const expectedAt = (expected: readonly Expected[], at: number): Set<string> =>
  new Set(expected.filter((one) => one.startsAt <= at && at < one.endsAt).map(({ supporterId }) => supporterId))
