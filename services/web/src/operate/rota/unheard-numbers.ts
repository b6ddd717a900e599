import type { RotaAnswer, SupportersAnswer } from '@stillhere/contracts'

const soonMs = 7 * 86_400_000

/** Who stands in the next seven days with a number that has not said that it is theirs; by name, each once. */
export function unheardNumbers(
  {
    shifts,
    serverNow,
  }: Pick<RotaAnswer, 'serverNow'> & {
    shifts: readonly { supporter: { id: string }; startsAt: string; endsAt: string }[]
  },
  people: readonly Pick<SupportersAnswer['supporters'][number], 'id' | 'name' | 'numberState'>[],
) {
  const now = Date.parse(serverNow)
  const soon = new Set(
    shifts
      .filter(({ startsAt, endsAt }) => Date.parse(endsAt) > now && Date.parse(startsAt) < now + soonMs)
      .map(({ supporter }) => supporter.id),
  )
  return people
    .filter(({ id, numberState }) => soon.has(id) && (numberState === 'waiting' || numberState === 'denied'))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}
