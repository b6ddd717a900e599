import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorCodes, errorRow } from './errors.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('the table in the README is the table in the code, row by row', () => {
  const documented = [...readme.matchAll(/^\| `([a-z_]+)` +\| (\d{3}) +\| (\d{4})? +\| (.+?) +\|$/gm)].map(
    ([, code, status, close, text]) => ({
      code,
      status: Number(status),
      close: close ? Number(close) : undefined,
      text,
    }),
  )
  expect(documented).toEqual(
    errorCodes.map((code) => {
      const row = errorRow(code)
      return { code, status: row.status, close: row.close, text: row.text }
    }),
  )
})

test('every code that the published surfaces name is in the table, under its status', () => {
  const published: Record<number, string[]> = {
    400: ['bad_json', 'unknown_field', 'invalid', 'limit', 'ladder_could_fall_silent', 'text_refused', 'token_in_url'],
    401: ['not_authenticated'],
    403: ['bad_signature', 'origin_not_allowed'],
    404: ['not_found'],
    405: ['method_not_allowed'],
    409: [
      ...['command_mismatch', 'stale_version', 'session_running', 'session_closed'],
      ...['no_one_to_alert', 'plan_unreadable', 'already_claimed', 'conflict'],
    ],
    410: ['gone'],
    413: ['too_large'],
    415: ['unsupported_media_type'],
    429: ['too_many', 'slow_down'],
    503: ['cannot_protect', 'unavailable'],
  }
  for (const [status, codes] of Object.entries(published)) {
    for (const code of codes)
      expect({ code, status: errorRow(code as never)?.status }).toEqual({ code, status: +status })
  }
})
