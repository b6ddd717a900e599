import { dayAndClock, dayInWords, weekdayAndClock } from '../../shared/words/days.ts'

export const dateAndTime = (at: string): string => dayAndClock(at)

/** To the second, as a timeline needs it. */
export const toTheSecond = (at: string): string => dayAndClock(at, 'toTheSecond')

export { dayInWords as day, weekdayAndClock as weekdayTime }
