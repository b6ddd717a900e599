import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ApiConfig } from '@stillhere/config'
import { type ReceiptStatus, receiptRanks } from '@stillhere/domain'
import type { CarrierCallbacks } from './api-parts.ts'

/** A carrier's id of a text or a call. Source: https://www.twilio.com/docs/glossary/what-is-a-sid */
const textSid = /^(?:SM|MM)[0-9a-f]{32}$/
const callSid = /^CA[0-9a-f]{32}$/
const e164 = /^\+[1-9]\d{6,14}$/

/** How a call's statuses stand among a text's: an ended call was delivered, one that reached nobody was not. */
const callStatuses: Record<string, ReceiptStatus> = {
  completed: 'delivered',
  busy: 'undelivered',
  'no-answer': 'undelivered',
  failed: 'failed',
  canceled: 'undelivered',
}

/**
 * Twilio's callbacks, verified over the configured public address.
 * @TODO(#2) hand over to `@stillhere/carriers/inbound`, which also knows the class of an error code
 */
export function twilioCallbacks({ apiUrl, carrier }: Pick<ApiConfig, 'apiUrl' | 'carrier'>): CarrierCallbacks {
  const tokens = [carrier.authToken, carrier.nextAuthToken].flatMap((token) => (token ? [token.reveal()] : []))
  return {
    isSigned({ pathAndQuery, fields, signature }) {
      if (signature === undefined) return false
      const given = Buffer.from(signature)
      // Every token is tried, so that the time taken does not tell which one failed.
      return tokens
        .map((token) => isEqual(given, Buffer.from(sign(apiUrl + pathAndQuery, fields, token))))
        .includes(true)
    },
    readText({ MessageSid: sid, From: from, To: to, Body: body }) {
      if (!sid || !textSid.test(sid) || !from || !to || !e164.test(to) || body === undefined) return undefined
      return { sid, from, to, body }
    },
    readReceipt({ MessageSid, MessageStatus, CallSid, CallStatus, ErrorCode }) {
      const errorCode = ErrorCode !== undefined && /^\d{1,6}$/.test(ErrorCode) ? { errorCode: ErrorCode } : {}
      if (MessageSid !== undefined && textSid.test(MessageSid) && isReceiptStatus(MessageStatus)) {
        return { sid: MessageSid, status: MessageStatus, ...errorCode }
      }
      const status = CallStatus === undefined ? undefined : callStatuses[CallStatus]
      if (CallSid !== undefined && callSid.test(CallSid) && status) return { sid: CallSid, status, ...errorCode }
      return undefined
    },
    readCall({ CallSid, AnsweredBy }) {
      if (CallSid === undefined || !callSid.test(CallSid)) return undefined
      const machine = AnsweredBy !== undefined && /^(?:machine|fax)/.test(AnsweredBy)
      return { answeredBy: machine ? 'machine' : AnsweredBy === 'human' ? 'human' : 'unknown' }
    },
    readDigits({ CallSid, Digits }) {
      return CallSid !== undefined && callSid.test(CallSid) ? { digits: Digits ?? '' } : undefined
    },
  }
}

/** Signs as the carrier does, for the test at the start. */
export function signSample({ carrier }: Pick<ApiConfig, 'carrier'>) {
  return (url: string, fields: Record<string, string>) => sign(url, fields, carrier.authToken.reveal())
}

/** Source: https://www.twilio.com/docs/usage/security#validating-requests */
function sign(url: string, fields: Record<string, string>, token: string): string {
  const sorted = Object.keys(fields).sort()
  return createHmac('sha1', token)
    .update(url + sorted.map((name) => name + fields[name]).join(''))
    .digest('base64')
}

const isEqual = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b)

function isReceiptStatus(status: string | undefined): status is ReceiptStatus {
  return status !== undefined && Object.hasOwn(receiptRanks, status)
}
