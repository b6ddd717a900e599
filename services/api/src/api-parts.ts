import type { ErrorCode, Sealed } from '@stillhere/contracts'
import type { ApiOperations, Caller, Receipt } from './api-operations.ts'
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
export interface SealForWorker {
  word(of: { planId: string; rescuerId: string }, word: string): Promise<Sealed>
  inbound(sid: string, json: string): Promise<Sealed>
}

/** A text as the carrier handed it over. */
export interface InboundText {
  sid: string
  from: string
  to: string
  body: string
}

/** Reads the carrier's callbacks. Undefined: the form is not one of theirs. */
export interface CarrierCallbacks {
  /** Whether the carrier signed exactly these fields for this public address. */
  isSigned(request: { pathAndQuery: string; fields: Record<string, string>; signature: string | undefined }): boolean
  readText(fields: Record<string, string>): InboundText | undefined
  readReceipt(fields: Record<string, string>): Receipt | undefined
  readCall(fields: Record<string, string>): { answeredBy: 'human' | 'machine' | 'unknown' } | undefined
  /** Undefined: not their form. `digits` as they came, perhaps empty. */
  readDigits(fields: Record<string, string>): { digits: string } | undefined
}

/** Everything the listener is made of; `main.ts` builds the real ones, tests give their own. */
export interface ApiParts {
  operations: ApiOperations
  seal: SealForWorker
  carrier: CarrierCallbacks
  events: ApiEvents
  /** Published in `GET /v1/service`. */
  service: { trial: boolean; liveUrl: string; disclosureKey: { keyId: string; publicKey: string } }
  /** Origins of the pages of this service. */
  webOrigins: readonly string[]
  /** CIDR ranges whose `X-Forwarded-For` is believed; none by default (B31). */
  trustedProxies: readonly string[]
  /** Absent while the carrier is the simulator: then nothing is limited per address. */
  limiter?: Limiter
  connection?: ConnectionBounds
  /** The longest an operation may keep a caller waiting. */
  answerWithinMs?: number
}
