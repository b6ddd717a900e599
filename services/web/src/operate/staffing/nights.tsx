import type { RotaAnswer } from '@stillhere/contracts'
import { Answered, useAsked } from '../parts/asked.tsx'
import { Table } from '../parts/table.tsx'
import { weekdayAndDay } from '../parts/when.ts'
import { addDays, instantOf, wallClock } from '../rota/wall-clock.ts'
import { say } from '../words.ts'

const nights = 7
const time = '03:00'

/** Whom the rota expects at three in each of the coming nights; where nobody, only rescuers and the pager are told. */
export function Nights() {
  const rota = useAsked<RotaAnswer>(`/v1/operate/rota?days=${nights + 1}`, 60_000)
  return <Answered of={rota}>{(body) => <List of={body} />}</Answered>
}

function List({ of }: { of: RotaAnswer }) {
  const { timeZone, shifts, gaps } = of
  const now = Date.parse(of.serverNow)
  const { day: today } = wallClock(now, timeZone)
  const first = instantOf(today, time, timeZone) > now ? today : addDays(today, 1)
  const covers = (at: number) => (one: { startsAt: string; endsAt: string }) =>
    Date.parse(one.startsAt) <= at && at < Date.parse(one.endsAt)
  const rows = Array.from({ length: nights }, (_, index) => {
    const day = addDays(first, index)
    const at = instantOf(day, time, timeZone)
    return { day, here: shifts.filter(covers(at)), isGap: gaps.some(covers(at)) }
  })
  return (
    <Table
      caption={say('nights.title')}
      rows={rows}
      keyOf={({ day }) => day}
      columns={[
        { key: 'night', label: say('nights.night'), cell: ({ day }) => weekdayAndDay(day) },
        {
          key: 'who',
          label: say('nights.who'),
          cell: ({ here }) =>
            here.length === 0 ? (
              say('nights.nobody')
            ) : (
              <ul class="plain">
                {here.map(({ id, supporter, role }) => (
                  <li key={id}>
                    {supporter.name} {role === 'duty-lead' && <span class="small">{say('role.duty-lead')}</span>}
                  </li>
                ))}
              </ul>
            ),
        },
        {
          key: 'so',
          label: say('nights.so'),
          cell: ({ here, isGap }) =>
            isGap ? (
              <span class="mark wrong">{say('nights.tooFew', { floor: of.staffingFloor })}</span>
            ) : here.length === 0 ? (
              <span class="mark look">{say('nights.pagerOnly')}</span>
            ) : (
              <span class="mark good">{say('nights.enough')}</span>
            ),
        },
      ]}
    />
  )
}
