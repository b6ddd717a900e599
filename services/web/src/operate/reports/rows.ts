const minuteSeconds = 60
const hourSeconds = 60 * minuteSeconds
const daySeconds = 24 * hourSeconds

/** The largest unit that divides it: how long something is kept. */
export function inUnits(seconds: number): { count: number; unit: 'days' | 'hours' | 'minutes' } {
  if (seconds % daySeconds === 0) return { count: seconds / daySeconds, unit: 'days' }
  if (seconds % hourSeconds === 0) return { count: seconds / hourSeconds, unit: 'hours' }
  return { count: Math.round(seconds / minuteSeconds), unit: 'minutes' }
}
