import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Database } from '@stillhere/persistence'
import { ask, eachOf } from '../faults/ask.ts'
import { quantile } from '../faults/crowd.ts'
import type { FaultyStack } from '../faults/faulty-stack.ts'

export interface Spread {
  count: number
  p50: number
  p99: number
  max: number
}

/** Milliseconds, to a tenth. */
export const spread = (values: readonly number[]): Spread => ({
  count: values.length,
  p50: rounded(quantile(values, 0.5)),
  p99: rounded(quantile(values, 0.99)),
  max: rounded(values.reduce((a, b) => Math.max(a, b), 0)),
})
export const rounded = (value: number): number => Math.round(value * 10) / 10

/** Runs the BullMQ peer on the same Redis, after ours has finished, and answers its lateness. */
export async function bareBullMq(work: {
  redisUrl: string
  leadMs: number
  spacingMs: number
  count: number
}): Promise<number[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'peers', 'bullmq.ts'), JSON.stringify(work)], {
    stdio: ['ignore', 'pipe', 2],
    timeout: 300_000,
  })
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the peer ended with ${code}`)
  return (JSON.parse(text) as { latenessMs: number[] }).latenessMs
}

/** Single-row updates a second with the same commit settings, ten connections: pgbench's question without pgbench. */
export async function singleRowUpdates(databaseUrl: string, ms = 3_000): Promise<number> {
  const db = new Database({ url: databaseUrl, size: 10, applicationName: 'still-here-bench' })
  try {
    await db.query('CREATE TABLE IF NOT EXISTS bench_rows (id integer PRIMARY KEY, n integer NOT NULL)')
    await db.query('INSERT INTO bench_rows SELECT i, 0 FROM generate_series(1, 1000) i ON CONFLICT DO NOTHING')
    const until = performance.now() + ms
    let done = 0
    await Promise.all(
      Array.from({ length: 10 }, async (_, lane) => {
        for (let i = lane; performance.now() < until; i += 10) {
          await db.query('UPDATE bench_rows SET n = n + 1 WHERE id = $1', [(i % 1_000) + 1])
          done += 1
        }
      }),
    )
    return Math.round((done * 1_000) / ms)
  } finally {
    await db.query('DROP TABLE bench_rows').catch(() => undefined)
    await db.close()
  }
}

/** Texts a second that the simulator takes over loopback HTTP, by the bare client, `width` at once. */
export async function rawCarrier(stack: FaultyStack, count = 1_000, width = 40): Promise<number> {
  const { accountSid, authToken, number } = (await ask('GET', `${stack.phones}/sim/account`)).body
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const startedAt = performance.now()
  await eachOf(Array.from({ length: count }), width, async (_, i) => {
    const fields = new URLSearchParams({ To: `+447700901${String(100 + (i % 900))}`, From: number, Body: 'limit' })
    const answer = await fetch(`${stack.phones}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: fields,
    })
    if (answer.status !== 201) throw new Error(`the simulator answered ${answer.status}`)
    await answer.text()
  })
  return Math.round((count * 1_000) / (performance.now() - startedAt))
}
