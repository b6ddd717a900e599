/**
 * A decision table that can be read: one row may speak for many cells, but every cell of the product belongs to exactly
 * one row. A cell without a row, a cell with two, and a row without a cell are mistakes of the table.
 */
export type Row<Axes extends Record<string, string>> = {
  /** What holds in this row; an axis that is left out may hold anything. */
  when: { [Axis in keyof Axes]?: Axes[Axis] | readonly Axes[Axis][] }
  decision: string
}

export interface Cell<Axes extends Record<string, string>> {
  cell: Axes
  name: string
  decision: string
}

/** @throws Error naming every cell that has no row or several, and every row that speaks for no cell */
export function cellsOf<Axes extends Record<string, string>>(
  axes: { [Axis in keyof Axes]: readonly Axes[Axis][] },
  rows: readonly Row<Axes>[],
): Cell<Axes>[] {
  const wrong: string[] = []
  const used = new Set<Row<Axes>>()
  const cells = productOf(axes).map((cell) => {
    const name = Object.values(cell).join(' · ')
    const found = rows.filter((row) => speaksFor(row, cell))
    if (found.length !== 1) wrong.push(`${found.length} rows for: ${name}`)
    for (const row of found) used.add(row)
    return { cell, name, decision: found[0]?.decision ?? '' }
  })
  for (const row of rows) if (!used.has(row)) wrong.push(`no cell for the row: ${JSON.stringify(row.when)}`)
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return cells
}

function productOf<Axes extends Record<string, string>>(axes: { [Axis in keyof Axes]: readonly Axes[Axis][] }): Axes[] {
  let cells: Record<string, string>[] = [{}]
  for (const [axis, values] of Object.entries<readonly string[]>(axes))
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [axis]: value })))
  return cells as Axes[]
}

const speaksFor = <Axes extends Record<string, string>>(row: Row<Axes>, cell: Axes): boolean =>
  Object.entries(row.when).every(([axis, wanted]) => [wanted].flat().includes(cell[axis]))
