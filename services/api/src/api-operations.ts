import type {
  AddRescuerBody,
  AlertLogBody,
  AlertOrder,
  AllClearBody,
  CheckInBody,
  CreatePlanBody,
  EndBody,
  ErrorCode,
  ExtendBody,
  FeedbackBody,
  HelpBody,
  OrderRescuersBody,
  ProgressBody,
  PushBody,
  RescueProgressBody,
  RescueReply,
  Sealed,
  ServiceView,
  StartSessionBody,
  WebAuthnBody,
  WhyBody,
} from '@stillhere/contracts'
import type { ErrorClass, ReceiptStatus } from '@stillhere/domain'
import type { OperateOperations } from './operate-operations.ts'

/** What an operation came to: a status and a body to send as they are, or a code of the error table. */
export type Answer<Body extends object = object> =
  | { kind: 'answer'; status: 200 | 201 | 202; body: Body }
  | { kind: 'refused'; code: ErrorCode; body?: object; retryAfterSeconds?: number; message?: string }

/** Whose credential a request carries. */
export interface Caller {
  kind: 'device' | 'supporter' | 'sign-in'
  id: string
  organisationId: string
  role?: 'supporter' | 'duty-lead' | 'supervisor' | 'operator' | 'auditor'
}

type SavePlan = Pick<
  CreatePlanBody,
  'commandId' | 'planId' | 'planVersion' | 'sealed' | 'sealedOwnNumber' | 'siteId' | 'siteVersion'
> & {
  alertOrder: AlertOrder
  how: 'create' | 'replace'
}
/** `word` is part of what makes a repeat the same command: sealing it again gives other bytes. */
type AddRescuer = AddRescuerBody & { planId: string; sealedWord?: Sealed }
type OnRescuer = { commandId: string; planId: string; rescuerId: string }
type OnAlert = { commandId: string; alertId: string }
type OnSession<Body> = Omit<Body, 'version'> & { sessionId: string }

/**
 * The operations this service calls, with their context bound. The service itself decides nothing: every route reads a
 * request, calls one of these and sends what it answers. Rejections mean trouble, never a refusal.
 */
export interface ApiOperations extends OperateOperations {
  findCaller(token: string): Promise<Caller | undefined>
  revokeToken(token: string): Promise<void>
  findOrganisation(by: { host?: string; slug?: string; smsNumber?: string }): Promise<{ id: string } | undefined>
  getService(
    organisationId: string,
    settings: {
      trial: boolean
      liveUrl: string
      disclosureKey: ServiceView['disclosureKey']
      webPush?: ServiceView['webPush']
    },
  ): Promise<ServiceView | undefined>
  createDevice(input: {
    organisationId: string
  }): Promise<{ deviceId: string; token: string; forgetCode: string } | undefined>
  forgetDevice(input: { code: string }): Promise<Answer>
  /** `id` is what `sealed` is bound to; `text` makes a repeat the same command and is not kept. */
  giveFeedback(caller: Caller, input: FeedbackBody & { id: string; sealed: Sealed }): Promise<Answer>

  savePlan(caller: Caller, input: SavePlan): Promise<Answer>
  listPlans(caller: Caller): Promise<Answer>
  getPlan(caller: Caller, planId: string): Promise<Answer>
  deletePlan(caller: Caller, input: { commandId: string; planId: string }): Promise<Answer>
  addRescuer(caller: Caller, input: AddRescuer): Promise<Answer>
  orderRescuers(caller: Caller, input: OrderRescuersBody & { planId: string }): Promise<Answer>
  removeRescuer(caller: Caller, input: OnRescuer): Promise<Answer>
  rehearseRescuer(caller: Caller, input: OnRescuer): Promise<Answer>
  rehearseOwnPhone(
    caller: Caller,
    input: { commandId: string; planId: string; language?: string | undefined },
  ): Promise<Answer>

  startSession(caller: Caller, input: StartSessionBody): Promise<Answer>
  getSession(caller: Caller, sessionId: string): Promise<Answer>
  getReceipt(caller: Caller, sessionId: string): Promise<Answer>
  checkIn(caller: Caller, input: OnSession<CheckInBody>): Promise<Answer>
  extendSession(caller: Caller, input: ExtendBody & { sessionId: string }): Promise<Answer>
  endSession(caller: Caller, input: OnSession<EndBody>): Promise<Answer>
  callForHelp(caller: Caller, input: OnSession<HelpBody>): Promise<Answer>
  keepPush(caller: Caller, input: PushBody & { sessionId: string }): Promise<Answer>
  sayWhy(caller: Caller, input: WhyBody & { sessionId: string }): Promise<Answer>

  signIn(input: { invitation: string }): Promise<Answer>
  startEnrolment(caller: Caller, party: { origin: string }): Promise<Answer>
  finishEnrolment(caller: Caller, party: { origin: string }, response: WebAuthnBody): Promise<Answer>
  startPasskeySignIn(organisationId: string, party: { origin: string }): Promise<Answer>
  finishPasskeySignIn(party: { origin: string }, response: WebAuthnBody): Promise<Answer>
  revokePasskey(caller: Caller, input: { commandId: string; passkeyId: string }): Promise<Answer>
  getMe(caller: Caller): Promise<Answer>
  putBriefKey(caller: Caller, publicKey: string): Promise<Answer>
  signOut(caller: Caller, input: { commandId: string }): Promise<Answer>
  getShift(caller: Caller): Promise<Answer>
  setShift(caller: Caller, input: { commandId: string; onShift: boolean; fit: boolean }): Promise<Answer>
  listSessionCards(caller: Caller): Promise<Answer>
  raiseSession(caller: Caller, input: { commandId: string; sessionId: string }): Promise<Answer>

  listAlerts(caller: Caller): Promise<Answer>
  getAlert(caller: Caller, alertId: string): Promise<Answer>
  getBrief(caller: Caller, alertId: string): Promise<Answer>
  claimAlert(caller: Caller, input: OnAlert): Promise<Answer>
  takeOverAlert(caller: Caller, input: OnAlert): Promise<Answer>
  escalateAlert(caller: Caller, input: OnAlert): Promise<Answer>
  standDown(caller: Caller, input: OnAlert): Promise<Answer>
  handOver(caller: Caller, input: OnAlert & { to: string }): Promise<Answer>
  recordProgress(
    caller: Caller,
    input: OnAlert & Omit<ProgressBody, 'commandId'> & { sealedNote?: Sealed | undefined },
  ): Promise<Answer>
  giveAllClear(caller: Caller, input: OnAlert & Omit<AllClearBody, 'commandId'>): Promise<Answer>
  writeAlertLog(caller: Caller, input: OnAlert & Omit<AlertLogBody, 'commandId'>): Promise<Answer>

  openRescueLink(input: { linkId: string; proof: string }): Promise<Answer>
  recordProgressByLink(input: { linkId: string; proof: string } & RescueProgressBody): Promise<Answer>
  replyByLink(input: { linkId: string; proof: string; commandId: string; reply: RescueReply }): Promise<Answer>

  storeInboundText(input: { sid: string; organisationId: string; sealed: Sealed }): Promise<{ kind: string }>
  recordReceipt(input: Receipt & { nonce: string }): Promise<string>
  describeCall(input: { nonce: string }): Promise<CallDescription>
  recordDigits(input: { nonce: string; digit: string | null }): Promise<KeyOutcome>
}

/** The carrier's later word on a text or a call. */
export interface Receipt {
  sid: string
  status: ReceiptStatus
  errorCode?: string
  /** What the carrier's code table says of `errorCode`. */
  errorClass?: ErrorClass
}

/** What a call is about. */
export type CallDescription =
  | { kind: 'alert'; code: string; to: 'rescuer' | 'supporter'; language: string }
  | { kind: 'prompt'; digit: string; language: string }
  | { kind: 'rehearsal'; digit: string; language: string }
  | { kind: 'pager'; language: string }
  | { kind: 'unknown' }

/** What a key did on the person's own phone. */
type OwnKey = 'ok-noted' | 'help-noted' | 'test-noted'

/** What a key did. `menu`: it means nothing, so the menu is said again. */
export type KeyOutcome =
  | {
      kind: 'noted'
      said: 'going-noted' | 'taken-noted' | 'already-taken' | 'cannot-noted' | 'over-noted' | OwnKey
      /** Of `already-taken`: since when, epoch ms. */
      at?: number
    }
  | { kind: 'menu' }
  | { kind: 'unknown' }
