export type CallStatus = 'queued' | 'ringing' | 'in-progress' | 'completed' | 'failed' | 'no-answer' | 'canceled'
type AnsweredBy = 'human' | 'machine_start' | 'machine_end_beep'
export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed'

/** Where a call gets what to say: TwiML at an address, or given outright. */
export type Instructions = { url: string; method: 'GET' | 'POST' } | { twiml: string }

/** One call from the service to a phone. Instants are epoch milliseconds. */
export interface Call {
  readonly sid: string
  readonly position: number
  readonly from: string
  readonly to: string
  readonly at: number
  readonly instructions: Instructions
  readonly fallback: { url: string; method: 'GET' | 'POST' } | undefined
  readonly statusCallback: { url: string; method: 'GET' | 'POST'; events: ReadonlySet<string> } | undefined
  /** How long it rings, in seconds of a call. */
  readonly timeoutSeconds: number
  readonly machineDetection: 'Enable' | 'DetectMessageEnd' | undefined
  /** Set: the call goes on at once and detection reports here. */
  readonly asyncDetection: { url: string | undefined } | undefined
  status: CallStatus
  updatedAt: number
  ringingAt: number | undefined
  answeredAt: number | undefined
  endedAt: number | undefined
  pickedUpBy: 'human' | 'machine' | undefined
  /** What answering-machine detection found, where the service asked for it. */
  answeredBy: AnsweredBy | undefined
  /** What the phone heard, in order. */
  said: string[]
  /** True while a keypad press would reach the service. */
  waitingForDigits: boolean
  deleted: boolean
}

export function isOver(call: Call): boolean {
  return !['queued', 'ringing', 'in-progress'].includes(call.status)
}

export function durationSeconds(call: Call): number | undefined {
  if (call.status !== 'completed' || call.answeredAt === undefined || call.endedAt === undefined) return undefined
  return Math.ceil((call.endedAt - call.answeredAt) / 1000)
}
