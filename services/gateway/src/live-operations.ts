import type {
  CheckInBody,
  EndBody,
  ErrorCode,
  ExtendBody,
  HelpBody,
  SessionAnswer,
  SessionView,
} from '@stillhere/contracts'

/** What an operation came to. */
export type Answer<Body extends object = object> =
  | { kind: 'answer'; status: 200 | 201 | 202; body: Body }
  | { kind: 'refused'; code: ErrorCode; body?: object; retryAfterSeconds?: number }

/** Whose token the hello carried. */
export interface Caller {
  kind: 'device' | 'supporter' | 'sign-in'
  id: string
  organisationId: string
}

type OnSession<Body> = Omit<Body, 'version'> & { sessionId: string }

/** The operations this service calls, with their context bound. Rejections mean trouble, never a refusal. */
export interface LiveOperations {
  findCaller(token: string): Promise<Caller | undefined>
  revokeToken(token: string): Promise<void>
  checkIn(caller: Caller, input: OnSession<CheckInBody>): Promise<Answer<SessionAnswer>>
  extendSession(caller: Caller, input: ExtendBody & { sessionId: string }): Promise<Answer<SessionAnswer>>
  endSession(caller: Caller, input: OnSession<EndBody>): Promise<Answer<SessionAnswer>>
  callForHelp(caller: Caller, input: OnSession<HelpBody>): Promise<Answer<SessionAnswer>>
  /** The session if it is the caller's. */
  readSessionForDevice(caller: Caller, sessionId: string): Promise<SessionView | undefined>
  /** One query for any number of ids. */
  readSessionVersions(ids: readonly string[]): Promise<readonly { id: string; version: number }[]>
  /** One query: the running session of each of these devices that has one. */
  readRunningSessions(deviceIds: readonly string[]): Promise<readonly { deviceId: string; id: string }[]>
  /** The clock that decides, epoch ms. */
  readClock(): Promise<number>
}
