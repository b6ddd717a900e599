/** The console's words for instants and days. */
export {
  dayAndClock as dateAndTime,
  dayAndClockIn as dayAndTimeIn,
  dayInWords as day,
  hoursIn,
  weekdayAndClock as weekdayTime,
  weekdayAndDay,
  weekdayName,
} from '../../shared/words/days.ts'

import { dayAndClock } from '../../shared/words/days.ts'

/** To the second, as a timeline needs it. */
export const toTheSecond = (at: string): string => dayAndClock(at, 'toTheSecond')
