import { SETTINGS_TABLE, type SettingRow } from './settings.ts'

/**
 * SETTINGS.md: every setting there is, from the schema that reads them.
 * Written by `node packages/config/src/write-settings-page.ts`; a test fails when the file is another.
 */
export function writeSettingsPage(): string {
  return `# Settings

Made from \`src/settings.ts\` by \`node packages/config/src/write-settings-page.ts\`; do not edit.

Every process reads its own and no other. What is wrong stops the start with exit code 78 and one line
\`{code, message}\`: a stable code and a sentence that names the setting and never its value. Empty and blank count as
absent. Any setting may come from a file: \`<NAME>_FILE\` is the file's path, blanks and line breaks around its text are
dropped, and giving both is refused. Those marked ● are secrets: give them as files that only the process's own user may read.

${table()}
`
}

function table(): string {
  const rows = [['setting', 'meaning', 'default', 'read by', 'example'], ...SETTINGS_TABLE.map(cells)]
  // As wide as its widest cell, so that the formatter leaves the page as it is.
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

const cells = (row: SettingRow): string[] => [
  `\`${row.name}\`${row.secret ? ' ●' : ''}`,
  row.meaning,
  row.default,
  row.readBy.join(', '),
  `\`${row.example}\``,
]
