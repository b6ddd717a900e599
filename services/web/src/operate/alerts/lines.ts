import type { TimelineAnswer } from '@stillhere/contracts'
import { type Detail, detailsOf } from './details.ts'

/** One line of what happened, with its distance from the raise. */
export interface Line {
  key: string
  at: string
  /** Milliseconds after the alert was raised; negative before it. */
  afterMs: number
  by: string
  kind: string
  /** What is beside it. */
  more: readonly Detail[]
}

/** A message as the document of an alert has it. What is not there did not happen. */
export interface SentMessage {
  id: string
  template: string
  status: string
  recipientKind?: string
  channel?: string
  createdAt?: string | null
  acceptedAt?: string | null
  deliveredAt?: string | null
  attempts?: readonly Record<string, unknown>[]
}

const instantsOfAttempt = ['startedAt', 'finishedAt'] as const

/** The journal and, where they are known, each message with its attempts and receipts: everything in one order. */
export function linesOf(
  raisedAt: string,
  timeline: TimelineAnswer['timeline'],
  messages: readonly SentMessage[] = [],
): Line[] {
  const lines: Omit<Line, 'afterMs'>[] = timeline.map(({ at, kind, by, detail }, index) => ({
    key: `j${index}`,
    at,
    by,
    kind,
    more: detailsOf(detail),
  }))
  for (const message of messages) {
    const { template, recipientKind, channel } = message
    const whom = detailsOf({ template, recipientKind, channel })
    for (const [index, attempt] of (message.attempts ?? []).entries())
      for (const name of instantsOfAttempt) {
        const at = attempt[name]
        if (typeof at !== 'string') continue
        const { startedAt: _s, finishedAt: _f, id: _i, ...rest } = attempt
        const kind = name === 'startedAt' ? 'attempt-started' : 'attempt-answered'
        const more = name === 'startedAt' ? whom : [...whom, ...detailsOf(rest)]
        lines.push({ key: `${message.id}.${index}.${name}`, at, by: 'service', kind, more })
      }
    if (message.deliveredAt)
      lines.push({
        key: `${message.id}.d`,
        at: message.deliveredAt,
        by: 'carrier',
        kind: 'receipt-delivered',
        more: whom,
      })
  }
  const from = Date.parse(raisedAt)
  return lines.map((line) => ({ ...line, afterMs: Date.parse(line.at) - from })).sort((a, b) => a.afterMs - b.afterMs)
}

/** `+1:05.250`: minutes, seconds and milliseconds from the raise. */
export function offset(afterMs: number): string {
  const way = Math.abs(afterMs)
  const minutes = Math.floor(way / 60_000)
  const seconds = String(Math.floor((way % 60_000) / 1_000)).padStart(2, '0')
  return `${afterMs < 0 ? '−' : '+'}${minutes}:${seconds}.${String(way % 1_000).padStart(3, '0')}`
}
