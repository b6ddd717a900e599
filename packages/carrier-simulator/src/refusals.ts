// Twilio's error dictionary, the part a text service meets. Source: https://www.twilio.com/docs/api/errors

/** Codes that answer the request itself, with their HTTP status where it is not 400. */
const requestErrors: Record<number, { status?: number; message: string }> = {
  20001: { message: 'Invalid parameter' },
  20003: { status: 401, message: 'Authenticate' },
  20403: { status: 403, message: 'Forbidden' },
  20404: { status: 404, message: 'The requested resource was not found' },
  20429: { status: 429, message: 'Too Many Requests' },
  20500: { status: 500, message: 'An internal server error has occurred' },
  20503: { status: 503, message: 'Service is temporarily unavailable' },
  21210: { message: "'From' phone number not verified" },
  21211: { message: "Invalid 'To' Phone Number" },
  21212: { message: "Invalid 'From' Number" },
  21215: { message: 'Account not authorized to call this number' },
  21265: { message: "'To' number cannot be a Short Code" },
  21408: { message: 'Permission to send an SMS has not been enabled for the region' },
  21601: { message: 'Phone number is not a valid SMS-capable inbound phone number' },
  21602: { message: 'Message body is required.' },
  21606: { message: "The 'From' phone number is not a valid message-capable phone number for this destination" },
  21608: { message: "The 'To' phone number is not verified" },
  21610: { message: 'Attempt to send to unsubscribed recipient' },
  21611: { message: "This 'From' number has exceeded the maximum number of queued messages" },
  21612: { message: "The 'To' phone number is not currently reachable using the 'From' phone number" },
  21614: { message: "'To' number is not a valid mobile number" },
  21617: { message: 'The concatenated message body exceeds the 1600 character limit' },
  21635: { message: "'To' number cannot be a landline" },
  21659: { message: "'From' is not a Twilio phone number" },
  63038: { status: 429, message: 'Account exceeded the daily messages limit' },
}

/**
 * Codes that come later, in a receipt. `failed` never left Twilio; `undelivered` did, and the network gave it back.
 */
const deliveryErrors: Record<number, { status: 'failed' | 'undelivered'; message: string }> = {
  30001: { status: 'failed', message: 'Queue overflow' },
  30002: { status: 'failed', message: 'Account suspended' },
  30003: { status: 'undelivered', message: 'Unreachable destination handset' },
  30004: { status: 'undelivered', message: 'Message blocked' },
  30005: { status: 'undelivered', message: 'Unknown destination handset' },
  30006: { status: 'undelivered', message: 'Landline or unreachable carrier' },
  30007: { status: 'undelivered', message: 'Message filtered' },
  30008: { status: 'undelivered', message: 'Unknown error' },
  30036: { status: 'failed', message: 'Validity period expired' },
  30410: { status: 'failed', message: 'Provider timeout' },
}

/** 30xxx codes are reported about a message that was taken; all others refuse the request. */
export function isDeliveryCode(code: number): boolean {
  return code >= 30_000 && code < 31_000
}

export function requestRefusal(code: number): { status: number; message: string } {
  const known = requestErrors[code]
  return { status: known?.status ?? 400, message: known?.message ?? 'The request was refused' }
}

export function deliveryRefusal(code: number): { status: 'failed' | 'undelivered'; message: string } {
  return deliveryErrors[code] ?? { status: 'undelivered', message: 'The message was not delivered' }
}
