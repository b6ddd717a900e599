import type {
  AddRescuerBody,
  AlertOrder,
  CheckInBody,
  CreatePlanBody,
  EndBody,
  ErrorCode,
  ExtendBody,
  HelpBody,
  PlanView,
  ReceiptView,
  RescueLinkView,
  RescueReply,
  RescueReplyAnswer,
  Sealed,
  ServiceView,
  SessionAnswer,
  StartSessionBody,
} from '@stillhere/contracts'

/** What an operation came to: a status and a body to send as they are, or a code of the error table. */
export type Answer<Body extends object = object> =
  | { kind: 'answer'; status: 200 | 201 | 202; body: Body }
  | { kind: 'refused'; code: ErrorCode; body?: object; retryAfterSeconds?: number }

/** Whose credential a request carries. */
export interface Caller {
  kind: 'device' | 'supporter' | 'sign-in'
  id: string
  organisationId: string
}

type SavePlan = Pick<CreatePlanBody, 'commandId' | 'planId' | 'planVersion' | 'sealed' | 'sealedOwnNumber'> & {
  alertOrder: AlertOrder
  how: 'create' | 'replace'
}
type AddRescuer = Omit<AddRescuerBody, 'word'> & { planId: string; sealedWord?: Sealed }
type OnRescuer = { commandId: string; planId: string; rescuerId: string }
type OnSession<Body> = Omit<Body, 'version'> & { sessionId: string }

/**
 * The operations this service calls, with their context bound. The service itself decides nothing: every route reads a
 * request, calls one of these and sends what it answers. Rejections mean trouble, never a refusal.
 */
export interface ApiOperations {
  findCaller(token: string): Promise<Caller | undefined>
  revokeToken(token: string): Promise<void>
  findOrganisation(by: { host?: string; slug?: string; smsNumber?: string }): Promise<{ id: string } | undefined>
  getService(
    organisationId: string,
    settings: { liveUrl: string; disclosureKey: { keyId: string; publicKey: string } },
  ): Promise<ServiceView>
  createDevice(input: { organisationId: string }): Promise<{ deviceId: string; token: string }>

  savePlan(caller: Caller, input: SavePlan): Promise<Answer<{ plan: PlanView }>>
  listPlans(caller: Caller): Promise<Answer<{ plans: PlanView[] }>>
  getPlan(caller: Caller, planId: string): Promise<Answer<{ plan: PlanView }>>
  deletePlan(caller: Caller, input: { commandId: string; planId: string }): Promise<Answer>
  addRescuer(caller: Caller, input: AddRescuer): Promise<Answer<{ plan: PlanView }>>
  removeRescuer(caller: Caller, input: OnRescuer): Promise<Answer>
  rehearseRescuer(caller: Caller, input: OnRescuer): Promise<Answer>

  startSession(caller: Caller, input: StartSessionBody): Promise<Answer<SessionAnswer>>
  getSession(caller: Caller, input: { sessionId: string }): Promise<Answer<SessionAnswer>>
  getReceipt(caller: Caller, input: { sessionId: string }): Promise<Answer<ReceiptView>>
  checkIn(caller: Caller, input: OnSession<CheckInBody>): Promise<Answer<SessionAnswer>>
  extendSession(caller: Caller, input: ExtendBody & { sessionId: string }): Promise<Answer<SessionAnswer>>
  endSession(caller: Caller, input: OnSession<EndBody>): Promise<Answer<SessionAnswer>>
  callForHelp(caller: Caller, input: OnSession<HelpBody>): Promise<Answer<SessionAnswer>>

  openRescueLink(input: { linkId: string; proof: string }): Promise<Answer<RescueLinkView>>
  replyByLink(input: {
    linkId: string
    proof: string
    commandId: string
    reply: RescueReply
  }): Promise<Answer<RescueReplyAnswer>>

  storeInboundText(input: { sid: string; organisationId: string; sealed: Sealed }): Promise<{ kind: string }>
  recordReceipt(input: { nonce: string; sid: string; status: string; errorCode?: string }): Promise<string>
  describeCall(input: { nonce: string; answeredBy?: string }): Promise<CallScript>
  recordDigits(input: { nonce: string; sid: string; digits: string }): Promise<CallScript>
}

/** What a call says. `menu` asks for a digit, `noted` and `voicemail` say something and end, `hang-up` says nothing. */
export type CallScript =
  | { kind: 'menu' | 'noted' | 'voicemail'; speech: string; language?: string }
  | { kind: 'hang-up' }
