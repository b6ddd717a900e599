import type { RecipientKind } from '@stillhere/domain'

export type MessageStatus = 'queued' | 'sending' | 'unknown' | 'accepted' | 'delivered' | 'failed' | 'cancelled'

/** A number under the worker's own key, and the row it is bound to. */
export interface Destination {
  rowId: string
  sealed: string
}

/** One thing to say to one destination: template and ids, never a rendered body. */
export interface MessageRow {
  id: string
  organisationId: string
  sessionId?: string
  alertId?: string
  stepId?: string
  recipientKind: RecipientKind | 'person' | 'pager'
  recipientId: string
  channel: 'text' | 'call' | 'push'
  template: string
  /** Flags and counts the wording needs; nothing personal. */
  detail: Record<string, string | number | boolean>
  language: string
  destination?: Destination
  numberHash?: Buffer
  priority: number
  dedupeKey: string
  status: MessageStatus
  dueAt?: number
  fence: number
  attempts: number
  resent: boolean
  polled: boolean
  carrierSid?: string
  firstAttemptAt?: number
  acceptedAt?: number
  createdAt: number
  /** The request that made it, where one did. */
  requestId?: string
}

/** As Postgres gives it. */
export interface MessageColumns {
  id: string
  organisation_id: string
  session_id: string | null
  alert_id: string | null
  step_id: string | null
  recipient_kind: MessageRow['recipientKind']
  recipient_id: string
  channel: 'text' | 'call' | 'push'
  template: string
  detail: MessageRow['detail']
  language: string
  destination: Destination | null
  number_hash: Buffer | null
  priority: number
  dedupe_key: string
  status: MessageStatus
  due_at: number | null
  fence: number
  attempts: number
  resent: boolean
  polled: boolean
  carrier_sid: string | null
  first_attempt_at: number | null
  accepted_at: number | null
  created_at: number
  request_id: string | null
}

export const toMessageRow = (c: MessageColumns): MessageRow => ({
  id: c.id,
  organisationId: c.organisation_id,
  ...(c.session_id ? { sessionId: c.session_id } : {}),
  ...(c.alert_id ? { alertId: c.alert_id } : {}),
  ...(c.step_id ? { stepId: c.step_id } : {}),
  recipientKind: c.recipient_kind,
  recipientId: c.recipient_id,
  channel: c.channel,
  template: c.template,
  detail: c.detail,
  language: c.language,
  ...(c.destination ? { destination: c.destination } : {}),
  ...(c.number_hash ? { numberHash: c.number_hash } : {}),
  priority: c.priority,
  dedupeKey: c.dedupe_key,
  status: c.status,
  ...(c.due_at ? { dueAt: c.due_at } : {}),
  fence: c.fence,
  attempts: c.attempts,
  resent: c.resent,
  polled: c.polled,
  ...(c.carrier_sid ? { carrierSid: c.carrier_sid } : {}),
  ...(c.first_attempt_at ? { firstAttemptAt: c.first_attempt_at } : {}),
  ...(c.accepted_at ? { acceptedAt: c.accepted_at } : {}),
  createdAt: c.created_at,
  ...(c.request_id ? { requestId: c.request_id } : {}),
})
