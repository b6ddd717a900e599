import type { ErrorCode } from '@stillhere/contracts'
import type { Pace } from '@stillhere/domain'
import type { Events } from '@stillhere/observability'
import type { Role, Store } from '@stillhere/persistence'

/** Who is woken after a commit. Every call is a hint: what is lost is found by the sweep or the next re-read. */
export interface Wake {
  /** Ask for one wake-up of each session. */
  sessions(sessions: readonly { id: string; version: number; dueInMs: number }[]): void
  /** Something of this kind is due now. */
  prod(what: 'outbox' | 'inbound' | 'checks' | 'deadlines'): void
  /** Devices that watch these sessions read them again. */
  changed(sessions: readonly { id: string; version: number }[]): void
}

/** What every operation is given. Built once per process. */
export interface OperationContext {
  /** Of the api and the gateway it sees nothing before `actingFor` has said on whose behalf; a worker's sees all. */
  readonly db: Store
  readonly pace: Pace
  readonly wake: Wake
  readonly events: Events
}

/** Whose token it was. `sign-in` may only enrol a passkey and a brief key; in a trial an invitation acts as its role. */
export interface Caller {
  readonly kind: 'device' | 'supporter' | 'sign-in'
  /** The device's or the supporter's. */
  readonly id: string
  readonly organisationId: string
  readonly role?: Role
  /** A supporter's: by it a gateway asks whether a socket that is open still may be. */
  readonly credentialId?: string
}

/** What a route answers. Expected refusals are values; `body` is merged beside `{code, message, requestId}`. */
export type Answer<B extends object = object> =
  | { kind: 'answer'; status: 200 | 201 | 202; body: B }
  | { kind: 'refused'; code: ErrorCode; body?: object; retryAfterSeconds?: number; message?: string }

export const answer = <B extends object>(status: 200 | 201 | 202, body: B): Answer<B> => ({
  kind: 'answer',
  status,
  body,
})

export const refuse = (code: ErrorCode, body?: object): Answer<never> => ({
  kind: 'refused',
  code,
  ...(body ? { body } : {}),
})

/** A refusal that says what is wrong in words of its own: the thing and the bound, never what was sent. */
export const refuseBecause = (code: ErrorCode, message: string, body?: object): Answer<never> => ({
  ...(refuse(code, body) as Answer<never> & { kind: 'refused' }),
  message,
})
