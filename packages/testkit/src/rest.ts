import type { Database } from '@stillhere/persistence'

/** Rows with an instant, and when they count: what the sweep looks for, in the sweep's own words. */
const dueRows = `
  SELECT 'session' AS what, due_at FROM app.sessions WHERE due_at IS NOT NULL
  UNION ALL SELECT 'step', due_at FROM app.steps WHERE status = 'pending'
  UNION ALL SELECT 'message', due_at FROM app.messages
    WHERE status IN ('queued', 'sending', 'unknown', 'accepted') AND due_at IS NOT NULL
  UNION ALL SELECT 'inbound text', due_at FROM app.inbound WHERE due_at IS NOT NULL
  UNION ALL SELECT 'plan to check', check_due_at FROM app.rescue_plans WHERE check_due_at IS NOT NULL
  UNION ALL SELECT 'rescuer to check', check_due_at FROM app.rescuers WHERE check_due_at IS NOT NULL
  UNION ALL SELECT 'supporter to check', check_due_at FROM app.supporters WHERE check_due_at IS NOT NULL
  UNION ALL SELECT 'rescuer to invite', invite_due_at FROM app.rescuers WHERE invite_due_at IS NOT NULL
  UNION ALL SELECT 'synthetic alert', next_due_at FROM app.synthetic_alerts WHERE next_due_at IS NOT NULL
  UNION ALL SELECT 'synthetic alert to be judged', miss_due_at FROM app.synthetic_runs WHERE outcome = 'running'
  UNION ALL SELECT 'synthetic alert to be closed', app.clock() FROM app.synthetic_runs
    WHERE outcome = 'running' AND replied_at IS NOT NULL
  UNION ALL SELECT 'plan to open', due_at FROM app.plan_openings WHERE due_at IS NOT NULL
  UNION ALL SELECT 'opened plan to shred', readable_until_at FROM app.plan_openings WHERE sealed IS NOT NULL
  UNION ALL SELECT 'brief to seal', coalesce(a.brief_retry_at, a.owned_at)
    FROM app.alerts a JOIN app.supporters s ON s.id = a.owner_id AND a.owner_kind = 'supporter'
    WHERE a.state = 'owned' AND s.brief_public_key IS NOT NULL
      AND NOT EXISTS (SELECT FROM app.disclosures d WHERE d.alert_id = a.id AND d.recipient_id = s.id
        AND (d.brief_key_id = s.brief_key_id OR d.shredded_at IS NOT NULL))
  -- As findForsakenAlerts: 72 hours, and nobody on duty.
  UNION ALL SELECT 'forsaken alert', greatest(raised_at + interval '72 hours', duty_until_at)
    FROM app.alerts WHERE state <> 'closed'
  UNION ALL SELECT 'rota to look at', due_at FROM app.rota_looks WHERE due_at IS NOT NULL`

/** What is not at rest, in words; empty when nothing is due and no message is claimed. */
export async function findUnrest(db: Database): Promise<string[]> {
  const rows = await db.query<{ what: string; count: number }>(
    `SELECT what, count(*) AS count FROM (
       SELECT what FROM (${dueRows}) AS due WHERE due_at <= app.clock()
       UNION ALL SELECT 'message being sent' FROM app.messages WHERE status = 'sending'
     ) AS unrest GROUP BY what`,
  )
  return rows.map(({ what, count }) => `${count} × ${what}`)
}

/** The next instant at which anything is due, up to `until`; epoch ms. */
export async function findNextInstant(db: Database, until: number): Promise<number | undefined> {
  const [row] = await db.query<{ at: number | null }>(
    `SELECT min(due_at) AS at FROM (${dueRows}) AS due WHERE due_at > app.clock() AND due_at <= $1`,
    [new Date(until).toISOString()],
  )
  return row?.at ?? undefined
}
