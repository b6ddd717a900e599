import { defaultPrompts } from '@stillhere/domain'
import { createEvents, createMetrics, silentLogger } from '@stillhere/observability'
import { type Database, newId } from '@stillhere/persistence'
import { createWakeUps } from '@stillhere/timers'
import type { FaultyStack } from '../faults/faulty-stack.ts'
import { dramaNumber, type SeededPerson, seedPeople } from '../faults/seed-people.ts'

/** A session as it is once its prompts have begun. */
export interface SeededSession {
  id: string
  person: SeededPerson
  alertAt: number
}

const BATCH = 1_000

/** People for `count` sessions; sealed plans, hashed numbers. Takes about a millisecond each. */
export const seedCrowd = (stack: FaultyStack, count: number): Promise<SeededPerson[]> =>
  seedPeople(stack, count, (i) => [dramaNumber(i)])

/**
 * Writes sessions whose prompts run out at `alertAt(i)`, as rows, and asks for their wake-ups as a start does. What is
 * measured comes afterwards; 30,000 starts over HTTP would be another benchmark.
 */
export async function seedSessions(
  stack: FaultyStack,
  people: readonly SeededPerson[],
  alertAt: (index: number) => number,
): Promise<SeededSession[]> {
  const sessions = people.map((person, i) => ({ id: newId(), person, alertAt: Math.round(alertAt(i)) }))
  for (let from = 0; from < sessions.length; from += BATCH) await insert(stack.db, sessions.slice(from, from + BATCH))
  await askForWakeUps(stack, sessions)
  await stack.db.query('ANALYZE app.sessions')
  return sessions
}

/** Sessions that count down far ahead, for check-ins. */
export async function seedCounting(stack: FaultyStack, people: readonly SeededPerson[]): Promise<SeededSession[]> {
  const sessions = people.map((person) => ({ id: newId(), person, alertAt: Date.now() + 3_600_000 }))
  for (let from = 0; from < sessions.length; from += BATCH)
    await insert(stack.db, sessions.slice(from, from + BATCH), 'counting')
  return sessions
}

async function insert(db: Database, sessions: readonly SeededSession[], state = 'prompting'): Promise<void> {
  const promptingMs = defaultPrompts.alertAfterSeconds * 1_000
  const iso = (at: number) => new Date(at).toISOString()
  await db.query(
    `INSERT INTO app.sessions (id, organisation_id, device_id, plan_id, company, state, version, rhythm, prompts,
       started_at, anchor_at, deadline_at, alert_at, due_at, last_press_at, end_code)
     SELECT id, org, device, plan, 'timer-only', $7, 2, '{3600}', $8, started, started, deadline, alert,
       CASE $7 WHEN 'counting' THEN deadline ELSE alert END, started, '123'
     FROM (SELECT *, least(app.clock(), deadline) AS started
           FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
             AS v(id, org, device, plan, deadline, alert)) v`,
    [
      sessions.map((s) => s.id),
      sessions.map((s) => s.person.organisationId),
      sessions.map((s) => s.person.deviceId),
      sessions.map((s) => s.person.planId),
      sessions.map((s) => iso(s.alertAt - promptingMs)),
      sessions.map((s) => iso(s.alertAt)),
      state,
      JSON.stringify(defaultPrompts),
    ],
  )
}

async function askForWakeUps(stack: FaultyStack, sessions: readonly SeededSession[]): Promise<void> {
  if (stack.redisUrl === undefined) return
  const events = createEvents({ logger: silentLogger(), metrics: createMetrics() })
  const wakeUps = createWakeUps({ redisUrl: stack.redisUrl, events })
  // What is asked for before the connection stands fails, and the sweep would carry it.
  await new Promise((resolve) => setTimeout(resolve, 300))
  for (let from = 0; from < sessions.length; from += BATCH) {
    wakeUps.scheduleAll(
      sessions.slice(from, from + BATCH).map(({ id, alertAt }) => ({
        kind: 'session' as const,
        id,
        version: 2,
        dueInMs: alertAt - Date.now(),
      })),
    )
    await wakeUps.settle(5_000)
  }
  await wakeUps.close()
}
