import { ArrowDown, ArrowUp } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { keep, place } from '../place.ts'
import { say } from '../words.ts'

export interface Column<Row> {
  key: string
  label: string
  cell: (row: Row) => ComponentChildren
  /** What the column is ordered by; without it, it is not. */
  by?: (row: Row) => string | number
  isNumber?: boolean
}

/**
 * A table that keeps its order in the address. On a narrow screen each row is a card, and every cell says its column; the
 * roles are written out because such a table is none any more to a browser.
 */
export function Table<Row>(of: {
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  /** The order without one in the address: a column, with `-` before it the other way round. */
  order?: string
  /** Rows drawn at once, where there may be hundreds and one is found by its name; else all. */
  atOnce?: number
}) {
  const atOnce = of.atOnce ?? of.rows.length
  const [pages, setPages] = useState(1)
  const order = place.value.kept.sort ?? of.order ?? ''
  const key = order.replace(/^-/, '')
  const column = of.columns.find((one) => one.key === key)
  const all = column?.by ? sorted(of.rows, column.by, order.startsWith('-')) : of.rows
  const rows = all.slice(0, pages * atOnce)
  const more = all.length - rows.length
  const table = (
    // biome-ignore-start lint/a11y/noRedundantRoles: see above
    <table role="table" class="rows">
      <caption class="heard-only">{of.caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {of.columns.map((one) => (
            <th
              key={one.key}
              role="columnheader"
              scope="col"
              class={one.isNumber ? 'numeric' : ''}
              aria-sort={key !== one.key ? undefined : order.startsWith('-') ? 'descending' : 'ascending'}
            >
              {one.by ? (
                <button
                  type="button"
                  class="sort"
                  onClick={() => keep({ sort: order === one.key ? `-${one.key}` : one.key })}
                >
                  {one.label}
                  {key === one.key && <Icon of={order.startsWith('-') ? ArrowDown : ArrowUp} size={16} />}
                </button>
              ) : (
                one.label
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={of.keyOf(row)} role="row">
            {of.columns.map((one, index) => (
              <td key={one.key} role={index === 0 ? 'rowheader' : 'cell'} class={one.isNumber ? 'numeric' : ''}>
                <span class="column" aria-hidden="true">
                  {one.label}
                </span>
                <span class="value">{one.cell(row)}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  )
  return more === 0 ? (
    table
  ) : (
    <>
      {table}
      <button type="button" class="back" onClick={() => setPages(pages + 1)}>
        {say('table.more', { count: Math.min(more, atOnce), left: more })}
      </button>
    </>
  )
}

function sorted<Row>(rows: readonly Row[], by: (row: Row) => string | number, isBackwards: boolean): Row[] {
  const compare = new Intl.Collator(undefined, { numeric: true }).compare
  return [...rows].sort((a, b) => {
    const [one, other] = [by(a), by(b)]
    const way = typeof one === 'number' && typeof other === 'number' ? one - other : compare(String(one), String(other))
    return isBackwards ? -way : way
  })
}
