import { expect, test } from 'vitest'
import { createHealth } from './health.ts'
import { silentLogger } from './logger.ts'
import { createMetrics } from './metrics.ts'

const started = async () => {
  const health = createHealth({ port: 0, metrics: createMetrics(), logger: silentLogger() })
  const { port } = await health.start()
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method })
    return { status: response.status, body: await response.text() }
  }
  return { health, get, [Symbol.asyncDispose]: () => health.close() }
}

test('is ready only while every check is well', async () => {
  await using stack = await started()
  let well = true
  stack.health.check('sweep', () => ({ ok: well }))
  expect((await stack.get('/readyz')).status).toBe(200)
  well = false
  const red = await stack.get('/readyz')
  expect(red.status).toBe(503)
  expect(JSON.parse(red.body)).toMatchObject({ ok: false, checks: { sweep: { ok: false } } })
  // Not being ready is no reason to be restarted.
  expect((await stack.get('/livez')).status).toBe(200)
})

test('a check that throws or hangs is red and says nothing of what it held', async () => {
  await using stack = await started()
  stack.health.check('database', () => {
    throw new Error('password=hunter2')
  })
  stack.health.check('redis', () => new Promise(() => {}))
  const red = await stack.get('/readyz')
  expect(red.status).toBe(503)
  expect(JSON.parse(red.body).checks).toMatchObject({ database: { note: 'threw' }, redis: { note: 'timed out' } })
  expect(red.body).not.toContain('hunter2')
})

test('answers metrics and nothing else', async () => {
  await using stack = await started()
  expect((await stack.get('/metrics')).status).toBe(200)
  expect((await stack.get('/')).status).toBe(404)
  expect((await stack.get('/readyz?x=1')).status).toBe(404)
  expect((await stack.get('/livez', 'POST')).status).toBe(405)
})
