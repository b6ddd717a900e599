/*
 * Files that people open in a spreadsheet: the service's and the console's, one writer for both.
 */

/** Spreadsheets read a file without it in the machine's old alphabet: the letters of Welsh would break. */
const byteOrderMark = '\uFEFF'

/**
 * Comma-separated values, RFC 4180, as UTF-8 with its mark. What a spreadsheet would take for a formula is led by an
 * apostrophe: a site's name is whatever somebody typed (https://owasp.org/www-community/attacks/CSV_Injection). Pure.
 *
 * @param lines the first is the heading; numbers stay numbers, null and undefined are empty
 */
export function renderCsv(lines: readonly (readonly unknown[])[]): string {
  return `${byteOrderMark}${lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('')}`
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = String(value)
  const safe = /^\s*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

/**
 * Rows of a report as lines of a file: what is nested becomes `outer.inner`, what is hidden is left empty. Pure.
 *
 * @param nameOf how a column is headed; without it by its own name
 */
export function tableOf(rows: readonly object[], nameOf: (column: string) => string = (column) => column): unknown[][] {
  const flat = rows.map((row) => flatten(row))
  const columns = [...new Set(flat.flatMap((row) => Object.keys(row)))]
  return [columns.map(nameOf), ...flat.map((row) => columns.map((column) => row[column]))]
}

function flatten(row: object, prefix = ''): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(row).map(([name, value]) =>
      typeof value === 'object' && value !== null ? flatten(value, `${prefix}${name}.`) : { [prefix + name]: value },
    ),
  )
}
