import { readClock } from '../clock.ts'
import type { Transaction } from '../database.ts'
import { type AlertRow, findAlert } from './alerts.ts'
import { type AlertJournal, readAlertJournal } from './chains.ts'

/** The most of each; an alert that has more has another problem than its export. */
const most = 2_000

export interface AlertExport {
  now: number
  alert: AlertRow
  journal: AlertJournal
  messages: {
    id: string
    recipientKind: string
    recipientId: string
    channel: string
    template: string
    status: string
    errorCode: string | null
    createdAt: number
    acceptedAt: number | null
    deliveredAt: number | null
  }[]
  attempts: {
    messageId: string
    carrier: string
    outcome: string | null
    reason: string | null
    receiptRank: number
    startedAt: number
    finishedAt: number | null
  }[]
  disclosures: {
    recipientKind: string
    recipientId: string
    createdAt: number
    openedAt: number | null
    shreddedAt: number | null
  }[]
  views: { supporterId: string; seenAt: number }[]
}

/** Everything of one alert that names nobody, as of one instant. Undefined: not there, or another organisation's. */
export async function readAlertExport(
  tx: Transaction,
  organisationId: string,
  alertId: string,
): Promise<AlertExport | undefined> {
  await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  const alert = await findAlert(tx, { id: alertId })
  if (alert?.organisationId !== organisationId) return undefined
  return {
    now: await readClock(tx),
    alert,
    journal: await readAlertJournal(tx, alertId, alert.state),
    messages: await tx.query(
      `SELECT id, recipient_kind AS "recipientKind", recipient_id AS "recipientId", channel, template, status,
         error_code AS "errorCode", created_at AS "createdAt", accepted_at AS "acceptedAt", delivered_at AS "deliveredAt"
       FROM app.messages WHERE alert_id = $1 ORDER BY created_at, id LIMIT $2`,
      [alertId, most],
    ),
    attempts: await tx.query(
      `SELECT t.message_id AS "messageId", t.carrier, t.outcome, t.reason, t.receipt_rank AS "receiptRank",
         t.started_at AS "startedAt", t.finished_at AS "finishedAt"
       FROM app.attempts t JOIN app.messages m ON m.id = t.message_id WHERE m.alert_id = $1 ORDER BY t.started_at LIMIT $2`,
      [alertId, most],
    ),
    disclosures: await tx.query(
      `SELECT recipient_kind AS "recipientKind", recipient_id AS "recipientId", created_at AS "createdAt",
         opened_at AS "openedAt", shredded_at AS "shreddedAt"
       FROM app.disclosures WHERE alert_id = $1 ORDER BY created_at, id LIMIT $2`,
      [alertId, most],
    ),
    views: await tx.query(
      `SELECT supporter_id AS "supporterId", seen_at AS "seenAt" FROM app.alert_views WHERE alert_id = $1
       ORDER BY seen_at LIMIT $2`,
      [alertId, most],
    ),
  }
}
