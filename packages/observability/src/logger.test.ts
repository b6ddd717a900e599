import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'

const heard = () => {
  const lines: Record<string, unknown>[] = []
  const logger = createLogger({
    service: 'worker',
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  })
  return { lines, logger }
}

const secrets = ['+447700900123', '07700900123', 'Ada Lovelace', '12 High Street, Leeds', 'x'.repeat(43), '192.168.0.1']

test('prints ids, words, counts and durations', () => {
  const { lines, logger } = heard()
  logger.info('alert raised', {
    alertId: '0190a0b0-0000-7000-8000-000000000001',
    outcome: 'checkedInSince',
    latenessMs: 12,
    code: 21610,
    sid: `SM${'0'.repeat(32)}`,
    trial: true,
  })
  expect(lines[0]).toMatchObject({
    level: 'info',
    service: 'worker',
    event: 'alert raised',
    alertId: '0190a0b0-0000-7000-8000-000000000001',
    outcome: 'checkedInSince',
    latenessMs: 12,
    code: 21610,
    trial: true,
  })
})

test('drops fields nobody allowed and counts them', () => {
  const { lines, logger } = heard()
  logger.info('sent', { to: '+447700900123', body: 'SAFETY ALERT', count: 1 } as never)
  expect(lines[0]).toMatchObject({ count: 1, refusedFields: 2 })
  expect(JSON.stringify(lines)).not.toMatch(/7700900123|SAFETY/)
})

test.each(secrets)('never prints %s, whichever field, error or event it was put into', (secret) => {
  const { lines, logger } = heard()
  const fields = [
    'requestId',
    'sessionId',
    'keyId',
    'outcome',
    'reason',
    'route',
    'status',
    'code',
    'count',
    'sid',
    'workerId',
  ]
  for (const field of fields) logger.error('failed', { [field]: secret })
  class CarrierError extends Error {}
  const error = new CarrierError(`could not text ${secret}\n    at ${secret} (/x/${secret}.ts:1:1)`, {
    cause: new Error(secret),
  })
  Object.assign(error, { code: secret, detail: secret, constraint: secret })
  logger.error(`failed for ${secret}`, { error })
  logger.error(secret, { error: secret })
  expect(JSON.stringify(lines)).not.toContain(secret)
})

test('says of an error its class, its code and where it came from', () => {
  const { lines, logger } = heard()
  class LeaseLostError extends Error {
    code = '23505'
  }
  logger.error('failed', { error: new LeaseLostError('text to a person') })
  const error = lines[0]?.error as { class: string; code: string; frames: string[] }
  expect(error.class).toBe('LeaseLostError')
  expect(error.code).toBe('23505')
  expect(error.frames[0]).toMatch(/logger\.test\.ts:\d+:\d+/)
})

test('refuses a number in disguise as a count', () => {
  const { lines, logger } = heard()
  logger.info('x', { count: 447_700_900_123 })
  expect(lines[0]).toMatchObject({ refusedFields: 1 })
})

const nobodyReads = `
  import { createLogger } from ${JSON.stringify(new URL('./logger.ts', import.meta.url).href)}
  const logger = createLogger({ service: 'worker' })
  const started = performance.now()
  for (let i = 0; i < 50000; i++) logger.info('a line that nobody reads', { count: i })
  const tookMs = performance.now() - started
  process.send({ tookMs, dropped: logger.dropped() })
  logger.flush(50).then(() => process.exit(0))
`

test('a reader that stopped reading costs lines, never the process, and the process can still end', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', nobodyReads], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  child.stdout?.pause()
  const [report] = (await once(child, 'message')) as [{ tookMs: number; dropped: number }]
  expect(report.dropped).toBeGreaterThan(1000)
  // 50,000 lines without waiting: a blocked write would hold this for ever.
  expect(report.tookMs).toBeLessThan(5000)
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
}, 15_000)
