import type { CallEvent } from '@stillhere/carriers/inbound'
import type { Receipt } from './api-operations.ts'

/**
 * What a call's status says of its message, in the words of a text's receipt. A call that a machine took was not
 * delivered to anybody (C50): the next channel or person comes at once. Whether somebody answers the alert is only ever
 * a pressed digit.
 */
export function receiptOfCall({ sid, status, answeredBy }: CallEvent): Receipt {
  switch (status) {
    case 'queued':
    case 'initiated':
    case 'ringing':
      return { sid, status: 'queued' }
    case 'in-progress':
      return { sid, status: 'sent' }
    case 'completed':
      if (answeredBy !== 'machine') return { sid, status: 'delivered' }
      return { sid, status: 'undelivered', errorClass: 'recipient-for-now' }
    case 'busy':
    case 'no-answer':
    case 'canceled':
      return { sid, status: 'undelivered', errorClass: 'recipient-for-now' }
    case 'failed':
      return { sid, status: 'failed', errorClass: 'recipient-for-now' }
  }
}
