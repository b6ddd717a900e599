import type { RotaAnswer } from '@stillhere/contracts'
import { CalendarPlus, Trash2 } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { Table } from '../parts/table.tsx'
import { day, weekdayName } from '../parts/when.ts'
import type { Somebody } from '../people/person-form.tsx'
import { Engagement, Phone, phoneState } from '../people/phone.tsx'
import { say } from '../words.ts'
import type { Planned } from './shift-form.tsx'

type Pattern = RotaAnswer['patterns'][number]

/** As they are on clocks: `22:00–06:00`. */
export const sayHours = (starts: string, ends: string): string => `${starts}–${ends}`

/** "Saturday 22:00–06:00, from 1 December 2026". */
export function sayDates({ weekday, starts, ends, fromDay, untilDay }: Pattern): string {
  const bounds = [
    ...(fromDay ? [say('rota.from', { day: day(fromDay) })] : []),
    ...(untilDay ? [say('rota.untilDay', { day: day(untilDay) })] : []),
  ]
  return [`${weekdayName(weekday)} ${sayHours(starts, ends)}`, ...bounds].join(', ')
}

/** Everybody who may be in the rota: how they are with the service, whether their phone works, their week. */
export function WeeklyShifts(of: {
  people: readonly Somebody[]
  patterns: readonly Pattern[]
  onPlan?: ((planned: Planned) => void) | undefined
  onEnd?: ((pattern: Pattern) => void) | undefined
}) {
  const theirs = (id: string) =>
    of.patterns
      .filter(({ supporter }) => supporter.id === id)
      .sort((a, b) => a.weekday - b.weekday || (a.starts < b.starts ? -1 : 1))
  // An auditor answers nobody; an operator who never stands in the rota needs no row of it.
  const rows = of.people.filter(({ id, role }) => role !== 'auditor' && (role !== 'operator' || theirs(id).length > 0))
  return (
    <Table
      caption={say('rota.weekly')}
      rows={rows}
      keyOf={({ id }) => id}
      order="name"
      columns={[
        {
          key: 'name',
          label: say('person.name'),
          cell: ({ name, role }) => (
            <>
              <span class="typed">{name}</span> <span class="why">{say(`role.${role}`)}</span>
            </>
          ),
          by: ({ name }) => name,
        },
        {
          key: 'engagement',
          label: say('person.engagement'),
          cell: (one) => <Engagement of={one} />,
          by: ({ engagement }) => engagement ?? '',
        },
        { key: 'phone', label: say('person.phone'), cell: (one) => <Phone of={one} />, by: phoneState },
        {
          key: 'week',
          label: say('rota.weekly'),
          cell: ({ id, name, role }) => {
            const week = theirs(id)
            if (week.length === 0) return <span class="small">{say('rota.noWeek')}</span>
            return (
              <ul class="plain shift-list">
                {week.map((pattern) => (
                  <li key={pattern.id}>
                    <span>
                      {sayDates(pattern)}
                      {pattern.role !== role && pattern.role === 'duty-lead' && (
                        <span class="small"> {say('role.duty-lead')}</span>
                      )}
                    </span>
                    {of.onEnd && (
                      <button type="button" class="link" onClick={() => of.onEnd?.(pattern)}>
                        <Icon of={Trash2} size={18} /> {say('rota.end')}{' '}
                        <span class="heard-only">
                          {name} {sayDates(pattern)}
                        </span>
                      </button>
                    )}
                  </li>
                ))}
              </ul>
            )
          },
        },
        ...(of.onPlan
          ? [
              {
                key: 'do',
                label: say('person.do'),
                cell: ({ id, name }: Somebody) => (
                  <span class="doings">
                    <button type="button" onClick={() => of.onPlan?.({ what: 'weekly', supporterId: id })}>
                      <Icon of={CalendarPlus} size={18} /> {say('rota.addWeekly')}{' '}
                      <span class="heard-only">{name}</span>
                    </button>
                    <button type="button" onClick={() => of.onPlan?.({ what: 'one', supporterId: id })}>
                      <Icon of={CalendarPlus} size={18} /> {say('rota.addOne')} <span class="heard-only">{name}</span>
                    </button>
                  </span>
                ),
              },
            ]
          : []),
      ]}
    />
  )
}
