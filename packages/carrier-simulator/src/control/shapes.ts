import type { Call } from '../calls/call.ts'
import type { Text } from '../texts/text.ts'

/** A text as the control routes show it: what the phone holds, whatever the account's copy has become. */
export interface SimulatedText {
  sid: string
  from: string
  to: string
  body: string
  direction: 'outbound-api' | 'inbound'
  status: Text['status']
  at: string
  /** Only on a text that failed: Twilio's code. */
  errorCode?: number
  /** Only on the carrier's own confirmation of STOP or START, which no request of the service's asked for. */
  automatic?: true
}

export interface SimulatedCall {
  sid: string
  from: string
  to: string
  status: Call['status']
  at: string
  /** What the phone heard, in order. */
  said: string[]
  /** True while keys pressed would reach the service. */
  waitingForDigits: boolean
}

export function showText(text: Text): SimulatedText {
  return {
    sid: text.sid,
    from: text.from,
    to: text.to,
    body: text.body,
    direction: text.direction === 'inbound' ? 'inbound' : 'outbound-api',
    status: text.status,
    at: new Date(text.at).toISOString(),
    ...(text.errorCode !== null && { errorCode: text.errorCode }),
    ...(text.automatic && { automatic: true }),
  }
}

export function showCall(call: Call): SimulatedCall {
  const { sid, from, to, status, said, waitingForDigits } = call
  return { sid, from, to, status, at: new Date(call.at).toISOString(), said: [...said], waitingForDigits }
}
