import type { StaffingAnswer } from '@stillhere/contracts'
import { useState } from 'preact/hooks'
import { Confirm } from '../parts/confirm.tsx'
import { Field } from '../parts/field.tsx'
import { addDays, instantOf, wallClock } from '../rota/wall-clock.ts'
import { say } from '../words.ts'
import { aroundTheClock, closedBetween, longestPauseDays, type Opening } from './pause.ts'

type Staffing = StaffingAnswer['staffing']
const minuteMs = 60_000

/** When it closes, and on which day it opens again. It begins with the drain, at once. */
export function PauseDialog(of: {
  staffing: Staffing
  now: number
  onPause: (opening: Opening) => Promise<void>
  onClose: () => void
}) {
  const { staffing, now } = of
  const { timeZone } = staffing
  const { drainMinutes } = staffing.opening ?? aroundTheClock
  // From this minute on nothing new begins; without a drain it closes at the next.
  const soonest = (Math.floor(now / minuteMs) + Math.max(1, drainMinutes)) * minuteMs
  const suggested = wallClock(soonest, timeZone)
  const [time, setTime] = useState(suggested.time)
  const [opensOn, setOpensOn] = useState(addDays(suggested.day, 1))
  // A time that is over today is tomorrow's: 23:50 and a drain of half an hour.
  const { day: today } = wallClock(now, timeZone)
  const day = instantOf(today, time || '00:00', timeZone) > now ? today : addDays(today, 1)
  const isSound = time !== '' && opensOn > day && opensOn <= addDays(day, longestPauseDays)
  return (
    <Confirm
      title={say('pause.title')}
      yes={say('pause.yes')}
      isOff={!isSound}
      onClose={of.onClose}
      onYes={() => of.onPause(closedBetween(staffing.opening, day, time, opensOn))}
    >
      <p>{say('pause.what', { minutes: drainMinutes })}</p>
      <Field kind="time" label={say('pause.closes')} value={time} onInput={setTime} />
      <Field
        kind="date"
        label={say('pause.opensOn')}
        value={opensOn}
        wrong={isSound ? undefined : say('pause.wrong', { days: longestPauseDays })}
        onInput={setOpensOn}
      />
    </Confirm>
  )
}
