import type {
  CheckInBody,
  EndBody,
  ErrorCode,
  ExtendBody,
  HelpBody,
  SessionAnswer,
  SessionView,
  StaffRole,
  SupportersFeed,
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
  /** A supporter's. */
  credentialId?: string
  /** Of somebody who signed in. */
  role?: StaffRole
}

/** How an organisation's feed is: `urgent` differs when anything but a deadline changed, `calm` when one moved. */
export interface FeedStamp {
  organisationId: string
  urgent: string
  calm: string
}

/** Instants on the wire. */
export interface WindingDown {
  organisationId: string
  closesAt: string
  opensAt?: string
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
  /** All that the supporters of an organisation are shown; nothing of a plan. */
  readFeed(organisationId: string): Promise<SupportersFeed>
  /** One query for any number of organisations. */
  readFeedStamps(organisationIds: readonly string[]): Promise<readonly FeedStamp[]>
  /** These supporters were shown these alerts. */
  recordSeen(organisationId: string, seen: readonly { alertId: string; supporterId: string }[]): Promise<void>
  /** Which of these credentials still count: not revoked, not expired, their owner not removed. */
  readValidCredentials(ids: readonly string[]): Promise<ReadonlySet<string>>
  /** One query: which of these organisations' supporters go home soon. */
  readWindingDown(organisationIds: readonly string[]): Promise<readonly WindingDown[]>
  /** The clock that decides, epoch ms. */
  readClock(): Promise<number>
}
