import { type ErrorClass, type ReceiptStatus, receiptRanks } from '@stillhere/domain'
import { classify } from '../twilio/error-classes.ts'
import type { RawFields } from './signature.ts'

/*
 * What Twilio's webhooks mean. Every function answers `undefined` for anything it does not know (B63): the caller answers
 * 204 and counts. Field names: https://www.twilio.com/docs/messaging/guides/webhook-request and
 * https://www.twilio.com/docs/voice/twiml#request-parameters
 */

export interface InboundText {
  readonly sid: string
  readonly from: string
  readonly to: string
  /** As it came, not trimmed; at most 1,600 characters. */
  readonly body: string
  /** The carrier has handled the word itself (STOP, START, HELP and their kin), where it says so. */
  readonly optOut?: 'STOP' | 'START' | 'HELP'
}

export interface Receipt {
  readonly sid: string
  readonly status: ReceiptStatus
  readonly code?: string
  /** Where the message did not arrive. */
  readonly class?: ErrorClass
}

const callStatuses = [
  'queued',
  'initiated',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
] as const
export type CallStatus = (typeof callStatuses)[number]

export interface CallEvent {
  readonly sid: string
  readonly status: CallStatus
  /** A machine answered is not a person answered; only a pressed digit is (B67). */
  readonly answeredBy?: 'human' | 'machine' | 'unknown'
}

export interface PressedDigits {
  readonly sid: string
  /** Exactly what was pressed: `''` where nothing was, `11` is not `1`. */
  readonly digits: string
  readonly answeredBy?: 'human' | 'machine' | 'unknown'
}

const MESSAGE_SID = /^(?:SM|MM)[0-9a-f]{32}$/
const CALL_SID = /^CA[0-9a-f]{32}$/
/** A number, a short code or a name of up to eleven letters. */
const ADDRESS = /^(?:\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 &+_-]{1,11})$/

const field = (fields: RawFields, name: string): string | undefined => {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  return typeof value === 'string' ? value : undefined
}
const shaped = (value: string | undefined, shape: RegExp): string | undefined =>
  value !== undefined && shape.test(value) ? value : undefined

export function parseInboundText(fields: RawFields): InboundText | undefined {
  const sid = shaped(field(fields, 'MessageSid') ?? field(fields, 'SmsSid'), MESSAGE_SID)
  const from = shaped(field(fields, 'From'), ADDRESS)
  const to = shaped(field(fields, 'To'), ADDRESS)
  if (!sid || !from || !to) return undefined
  // A picture without words has no Body, and is a text that says nothing.
  const body = (field(fields, 'Body') ?? '').slice(0, 1600)
  const optOut = field(fields, 'OptOutType')
  return {
    sid,
    from,
    to,
    body,
    ...(optOut === 'STOP' || optOut === 'START' || optOut === 'HELP' ? { optOut } : {}),
  }
}

export function parseReceipt(fields: RawFields): Receipt | undefined {
  const sid = shaped(field(fields, 'MessageSid') ?? field(fields, 'SmsSid'), MESSAGE_SID)
  const status = field(fields, 'MessageStatus') ?? field(fields, 'SmsStatus')
  if (!sid || status === undefined || !Object.hasOwn(receiptRanks, status)) return undefined
  const code = shaped(field(fields, 'ErrorCode'), /^[1-9][0-9]{2,5}$/)
  const broken = status === 'failed' || status === 'undelivered'
  return {
    sid,
    status: status as ReceiptStatus,
    ...(code ? { code } : {}),
    ...(broken ? { class: classify(code ? Number(code) : undefined) } : {}),
  }
}

export function parseCallEvent(fields: RawFields): CallEvent | undefined {
  const sid = shaped(field(fields, 'CallSid'), CALL_SID)
  const status = callStatuses.find((known) => known === field(fields, 'CallStatus'))
  return sid && status ? { sid, status, ...answeredBy(fields) } : undefined
}

export function parseDigits(fields: RawFields): PressedDigits | undefined {
  const sid = shaped(field(fields, 'CallSid'), CALL_SID)
  const digits = shaped(field(fields, 'Digits') ?? '', /^[0-9*#]{0,20}$/)
  return sid && digits !== undefined ? { sid, digits, ...answeredBy(fields) } : undefined
}

function answeredBy(fields: RawFields): { answeredBy?: 'human' | 'machine' | 'unknown' } {
  const by = field(fields, 'AnsweredBy')
  if (by === undefined) return {}
  if (by === 'human') return { answeredBy: 'human' }
  return { answeredBy: by.startsWith('machine') || by === 'fax' ? 'machine' : 'unknown' }
}
