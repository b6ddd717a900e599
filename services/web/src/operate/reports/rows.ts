/** A report's rows as a file has them: what is nested becomes `outer.inner`, what is hidden is left empty. */
export function asTable(rows: readonly object[]): (string | number)[][] {
  const flat = rows.map((row) => Object.fromEntries(flatten(row, '')))
  const columns = [...new Set(flat.flatMap((row) => Object.keys(row)))]
  return [columns, ...flat.map((row) => columns.map((column) => row[column] ?? ''))]
}

function flatten(row: object, prefix: string): [string, string | number][] {
  return Object.entries(row).flatMap(([name, value]): [string, string | number][] => {
    if (value === null || value === undefined) return [[prefix + name, '']]
    if (typeof value === 'object') return flatten(value as object, `${prefix}${name}.`)
    return [[prefix + name, typeof value === 'number' ? value : String(value)]]
  })
}

const minuteSeconds = 60
const hourSeconds = 60 * minuteSeconds
const daySeconds = 24 * hourSeconds

/** The largest unit that divides it: how long something is kept. */
export function inUnits(seconds: number): { count: number; unit: 'days' | 'hours' | 'minutes' } {
  if (seconds % daySeconds === 0) return { count: seconds / daySeconds, unit: 'days' }
  if (seconds % hourSeconds === 0) return { count: seconds / hourSeconds, unit: 'hours' }
  return { count: Math.round(seconds / minuteSeconds), unit: 'minutes' }
}
