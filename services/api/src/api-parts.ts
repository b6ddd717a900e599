import type { ErrorCode, Sealed, ServiceView } from '@stillhere/contracts'
import type { ApiOperations, Caller } from './api-operations.ts'
import type { ConnectionBounds } from './http/connection.ts'
import type { Limiter } from './limits.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route whose authentication is `device` or `supporter`. */
    caller: Caller
  }
}

/** What this service writes down: codes and ids, never a value that was sent. */
export interface ApiEvents {
  refused(event: { code: ErrorCode; requestId: string }): void
  failed(event: { requestId: string; error: unknown }): void
  /** An answer that does not fit its schema. */
  answerMisfit(event: { route?: string | undefined }): void
  /** A callback that changes nothing: a bad signature, a form that is not the carrier's. */
  callbackIgnored(event: {
    what: 'message' | 'receipt' | 'call' | 'digits'
    reason: 'badSignature' | 'malformed'
  }): void
}

/** What only the worker may read, sealed before it is stored. */
interface SealForWorker {
  word(of: { planId: string; rescuerId: string }, word: string): Promise<Sealed>
  inbound(sid: string, json: string): Promise<Sealed>
  /** A supporter's phone, given by an operator. */
  staffNumber(of: { organisationId: string; supporterId: string }, number: string): Promise<Sealed>
  /** The phone that answers tests of the alarm path, given by an operator: its number, in a plan that says it is a test. */
  testHandset(of: { planId: string; rescuerId: string }, number: string): Promise<{ plan: Sealed; number: Sealed }>
  /** What a supporter wrote of an alert. */
  note(alertId: string, note: string): Promise<Sealed>
  /** What a person says to the service. */
  feedback(id: string, text: string): Promise<Sealed>
}

/** Everything the listener is made of; `main.ts` builds the real ones, tests give their own. */
export interface ApiParts {
  operations: ApiOperations
  seal: SealForWorker
  /** The public origin the carrier calls, which its signatures cover, and the tokens it may sign with. */
  webhooks: { publicUrl: string; tokens: readonly string[] }
  events: ApiEvents
  /** Published in `GET /v1/service`. */
  service: {
    trial: boolean
    liveUrl: string
    disclosureKey: ServiceView['disclosureKey']
    webPush?: ServiceView['webPush']
  }
  /** Origins of the pages of this service. */
  webOrigins: readonly string[]
  /** CIDR ranges whose `X-Forwarded-For` is believed; none by default (B31). */
  trustedProxies: readonly string[]
  /** Absent while the carrier is the simulator: then nothing is limited per address. */
  limiter?: Limiter
  connection?: ConnectionBounds
  /** The longest an operation may keep a caller waiting. */
  answerWithinMs?: number
  /** From this delay of the event loop on, what may wait is refused; 0: never. */
  unwellFromDelayMs?: number
}
