/**
 * Comma-separated values, RFC 4180. What a spreadsheet would take for a formula is led by an apostrophe: a site's name is
 * whatever somebody typed (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function renderCsv(columns: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))]
  return `${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = String(value)
  const safe = /^\s*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

/** A report's rows as they stand in a table: what is nested becomes `outer.inner`. */
export function renderReport(report: object): string {
  const { rows } = report as { rows: readonly object[] }
  const flat = rows.map((row) => flatten(row))
  return renderCsv([...new Set(flat.flatMap((row) => Object.keys(row)))], flat)
}

function flatten(row: object, prefix = ''): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(row).map(([name, value]) =>
      typeof value === 'object' && value !== null ? flatten(value, `${prefix}${name}.`) : { [prefix + name]: value },
    ),
  )
}
