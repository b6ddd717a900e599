import type { RotaAnswer } from '@stillhere/contracts'
import { CalendarPlus, CalendarX, TriangleAlert } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { hoursIn, weekdayAndDay } from '../parts/when.ts'
import { say } from '../words.ts'
import { addDays, instantOf, wallClock } from './wall-clock.ts'

type Shift = RotaAnswer['shifts'][number]
type Gap = RotaAnswer['gaps'][number]
const dayMs = 86_400_000

/** Day by day: who is expected, where they stand, and the hours in which too few are. */
export function Days(of: {
  of: RotaAnswer
  from: string
  days: number
  onFill?: ((gap: { onDay: string; starts: string; ends: string }) => void) | undefined
  onOff?: ((shift: Shift) => void) | undefined
  onDrop?: ((exceptionId: string) => void) | undefined
}) {
  const { shifts, timeZone } = of.of
  const gaps = of.of.gaps.flatMap((gap) => byDay(gap, timeZone))
  const days = Array.from({ length: of.days }, (_, index) => addDays(of.from, index))
  // What began the day before stands on the first day that is shown.
  const dayOf = (at: string) => {
    const { day } = wallClock(Date.parse(at), timeZone)
    if (day < of.from) return of.from
    return day
  }
  return (
    <ol class="plain rota-days">
      {days.map((day) => {
        const there = shifts.filter((one) => dayOf(one.startsAt) === day)
        const short = gaps.filter((one) => dayOf(one.startsAt) === day)
        return (
          <li key={day} class="card">
            <h3>{weekdayAndDay(day)}</h3>
            {there.length === 0 && short.length === 0 && <p class="small">{say('rota.nobody')}</p>}
            <ul class="plain">
              {short.map((gap) => (
                <GapLine key={gap.startsAt} gap={gap} of={of.of} onFill={of.onFill} />
              ))}
              {there.map((shift) => (
                <ShiftLine key={shift.id} shift={shift} timeZone={timeZone} onOff={of.onOff} onDrop={of.onDrop} />
              ))}
            </ul>
          </li>
        )
      })}
    </ol>
  )
}

/** A gap of more than a day stands on each of its days; a night's stays whole. */
function byDay(gap: Gap, timeZone: string): Gap[] {
  const [startsAt, endsAt] = [Date.parse(gap.startsAt), Date.parse(gap.endsAt)]
  if (endsAt - startsAt <= dayMs) return [gap]
  const pieces: Gap[] = []
  for (let from = startsAt; from < endsAt; ) {
    const midnight = instantOf(addDays(wallClock(from, timeZone).day, 1), '00:00', timeZone)
    const to = Math.min(endsAt, midnight > from ? midnight : endsAt)
    pieces.push({ ...gap, startsAt: new Date(from).toISOString(), endsAt: new Date(to).toISOString() })
    from = to
  }
  return pieces
}

function GapLine(of: {
  gap: Gap
  of: RotaAnswer
  onFill?: ((gap: { onDay: string; starts: string; ends: string }) => void) | undefined
}) {
  const { startsAt, endsAt, people } = of.gap
  const { timeZone, staffingFloor: floor } = of.of
  const begins = wallClock(Date.parse(startsAt), timeZone)
  const over = wallClock(Date.parse(endsAt), timeZone)
  const hours = hoursIn(startsAt, endsAt, timeZone)
  return (
    <li class="gap">
      <p>
        <span class="mark wrong">
          <Icon of={TriangleAlert} size={16} /> {say('rota.gap', { people, floor })}
        </span>
        <span class="shift-hours">{hours}</span>
      </p>
      {of.onFill && (
        <button type="button" onClick={() => of.onFill?.({ onDay: begins.day, starts: begins.time, ends: over.time })}>
          <Icon of={CalendarPlus} size={18} /> {say('rota.fill')}{' '}
          <span class="heard-only">
            {weekdayAndDay(begins.day)} {hours}
          </span>
        </button>
      )}
    </li>
  )
}

const looks = { coming: '', here: 'good', late: 'look', 'not-come': 'wrong', over: '' } as const

function ShiftLine(of: {
  shift: Shift
  timeZone: string
  onOff?: ((shift: Shift) => void) | undefined
  onDrop?: ((exceptionId: string) => void) | undefined
}) {
  const { shift } = of
  const { name } = shift.supporter
  const exceptionId = shift.exceptionId
  const mayChange = shift.state === 'coming'
  const hours = hoursIn(shift.startsAt, shift.endsAt, of.timeZone)
  return (
    <li class={shift.state === 'over' ? 'over' : ''}>
      <p>
        <span class="shift-hours">{hours}</span> <strong>{name}</strong>
        {shift.role === 'duty-lead' && <span class="small"> {say('role.duty-lead')}</span>}
      </p>
      <p class="marks">
        {shift.state !== 'coming' && (
          <span class={`mark ${looks[shift.state]}`}>{say(`rota.state.${shift.state}`)}</span>
        )}
        {shift.offered && <span class="mark look">{say('rota.offered')}</span>}
        {shift.takenFrom && <span class="small">{say('rota.takenFrom', { name: shift.takenFrom.name })}</span>}
      </p>
      {mayChange && exceptionId === undefined && of.onOff && (
        <button type="button" class="link" onClick={() => of.onOff?.(shift)}>
          <Icon of={CalendarX} size={18} /> {say('rota.off')}{' '}
          <span class="heard-only">
            {name} {hours}
          </span>
        </button>
      )}
      {mayChange && exceptionId !== undefined && of.onDrop && (
        <button type="button" class="link" onClick={() => of.onDrop?.(exceptionId)}>
          <Icon of={CalendarX} size={18} /> {say('rota.drop')}{' '}
          <span class="heard-only">
            {name} {hours}
          </span>
        </button>
      )}
    </li>
  )
}
