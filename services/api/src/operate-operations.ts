import type {
  AskOpeningBody,
  boardSpans,
  CloseIncidentBody,
  ConfirmClosingBody,
  ConfirmOpeningBody,
  CreateLadderBody,
  CreateRhythmBody,
  CreateSiteBody,
  CreateSupporterBody,
  DryRunBody,
  LadderBody,
  OpenIncidentBody,
  OrganisationBody,
  PromptsBody,
  ReportQuery,
  RhythmBody,
  RotaExceptionBody,
  RotaPatternBody,
  RotaSwapBody,
  Sealed,
  SignGuidanceBody,
  SiteBody,
  StaffingBody,
  SupporterBody,
  SyntheticAlertsBody,
  TextBody,
  UpdateIncidentBody,
} from '@stillhere/contracts'
import type { Answer, Caller } from './api-operations.ts'

/** Seals a number under the supporter's id, which the operation makes: it never sees the number itself. */
type SealNumber = (supporterId: string) => Promise<Sealed>
/** Seals a test handset's number into a plan that says it is a test. */
type SealHandset = (of: { planId: string; rescuerId: string }) => Promise<{ plan: Sealed; number: Sealed }>
type OnSupporter = { commandId: string; supporterId: string }
type OnSite = { commandId: string; siteId: string }
type OnSwap = { commandId: string; swapId: string }
type OneText = { language: string; textId: string }

/** What `/v1/operate` calls, each with its context bound. */
export interface OperateOperations {
  getOrganisation(caller: Caller): Promise<Answer>
  changeOrganisation(caller: Caller, input: OrganisationBody): Promise<Answer>
  listLadders(caller: Caller): Promise<Answer>
  createLadder(caller: Caller, input: CreateLadderBody): Promise<Answer>
  changeLadder(caller: Caller, input: LadderBody & { ladderId: string }): Promise<Answer>
  dryRun(caller: Caller, input: DryRunBody): Promise<Answer>
  listLadderVersions(caller: Caller, ladderId: string): Promise<Answer>
  listRhythms(caller: Caller): Promise<Answer>
  createRhythm(caller: Caller, input: CreateRhythmBody): Promise<Answer>
  changeRhythm(caller: Caller, input: RhythmBody & { rhythmId: string }): Promise<Answer>
  retireRhythm(caller: Caller, input: { commandId: string; rhythmId: string }): Promise<Answer>
  getPrompts(caller: Caller): Promise<Answer>
  changePrompts(caller: Caller, input: PromptsBody): Promise<Answer>
  listSites(caller: Caller): Promise<Answer>
  createSite(caller: Caller, input: CreateSiteBody): Promise<Answer>
  changeSite(caller: Caller, input: SiteBody & { siteId: string }): Promise<Answer>
  rotateJoinCode(caller: Caller, input: OnSite): Promise<Answer>
  retireSite(caller: Caller, input: OnSite): Promise<Answer>
  getPlanTemplate(caller: Caller, code: string): Promise<Answer>
  listStaff(caller: Caller): Promise<Answer>
  addStaff(caller: Caller, input: Omit<CreateSupporterBody, 'number'>, seal?: SealNumber): Promise<Answer>
  changeStaff(
    caller: Caller,
    input: Omit<SupporterBody, 'number'> & { supporterId: string },
    seal?: SealNumber | null,
  ): Promise<Answer>
  removeStaff(caller: Caller, input: OnSupporter): Promise<Answer>
  inviteStaff(caller: Caller, input: OnSupporter): Promise<Answer>
  askStaffNumber(caller: Caller, input: OnSupporter): Promise<Answer>
  revokeStaffPasskeys(caller: Caller, input: OnSupporter): Promise<Answer>
  listShifts(caller: Caller): Promise<Answer>
  endShift(caller: Caller, input: OnSupporter): Promise<Answer>
  reportFalseAlarms(caller: Caller, asked: ReportQuery): Promise<Answer>
  reportTimes(caller: Caller, asked: ReportQuery): Promise<Answer>
  /** An answer of one of these as CSV. */
  renderReport(report: object): string
  showRetention(caller: Caller): Promise<Answer>
  getStaffing(caller: Caller): Promise<Answer>
  changeStaffing(caller: Caller, input: StaffingBody): Promise<Answer>
  askClosing(caller: Caller, input: { commandId: string }): Promise<Answer>
  takeBackClosing(caller: Caller, input: { commandId: string }): Promise<Answer>
  confirmClosing(caller: Caller, input: ConfirmClosingBody): Promise<Answer>
  getRota(caller: Caller, page: { from?: string | undefined; days?: number | undefined }): Promise<Answer>
  getOwnRota(caller: Caller): Promise<Answer>
  addRotaPattern(caller: Caller, input: RotaPatternBody): Promise<Answer>
  endRotaPattern(caller: Caller, input: { commandId: string; patternId: string }): Promise<Answer>
  addRotaException(caller: Caller, input: RotaExceptionBody): Promise<Answer>
  removeRotaDate(caller: Caller, input: { commandId: string; exceptionId: string }): Promise<Answer>
  offerShift(caller: Caller, input: RotaSwapBody): Promise<Answer>
  takeShift(caller: Caller, input: OnSwap): Promise<Answer>
  withdrawShift(caller: Caller, input: OnSwap): Promise<Answer>
  seeSwap(caller: Caller, input: OnSwap): Promise<Answer>
  listTexts(caller: Caller, language?: string): Promise<Answer>
  previewText(caller: Caller, input: OneText & { text: string }): Promise<Answer>
  changeText(caller: Caller, input: TextBody & OneText): Promise<Answer>
  listAudit(caller: Caller, page: { cursor?: string | undefined; limit?: number | undefined }): Promise<Answer>
  listPastAlerts(caller: Caller, page: { before?: string | undefined }): Promise<Answer>
  getTimeline(caller: Caller, alertId: string): Promise<Answer>
  listAlertLogs(caller: Caller): Promise<Answer>
  listFeedback(caller: Caller): Promise<Answer>
  listGuidanceSignOffs(caller: Caller): Promise<Answer>
  signGuidance(caller: Caller, input: SignGuidanceBody & { document: string }): Promise<Answer>
  withdrawGuidance(caller: Caller, input: { commandId: string; document: string }): Promise<Answer>
  listOpenings(caller: Caller): Promise<Answer>
  askOpening(caller: Caller, party: { origin: string }, input: AskOpeningBody): Promise<Answer>
  confirmOpening(
    caller: Caller,
    party: { origin: string },
    input: ConfirmOpeningBody & { openingId: string },
  ): Promise<Answer>
  exportAlert(caller: Caller, alertId: string): Promise<Answer>
  getBoard(caller: Caller): Promise<Answer>
  getBoardHistory(caller: Caller, span: (typeof boardSpans)[number]): Promise<Answer>
  getSyntheticAlerts(caller: Caller): Promise<Answer>
  changeSyntheticAlerts(caller: Caller, input: SyntheticAlertsBody, seal: SealHandset): Promise<Answer>
  runSyntheticAlert(caller: Caller, input: { commandId: string }): Promise<Answer>
  listIncidents(caller: Caller): Promise<Answer>
  openIncident(caller: Caller, input: OpenIncidentBody): Promise<Answer>
  updateIncident(caller: Caller, input: UpdateIncidentBody & { incidentId: string }): Promise<Answer>
  closeIncident(caller: Caller, input: CloseIncidentBody & { incidentId: string }): Promise<Answer>
  /** What everybody may know. */
  getStatus(organisationId: string): Promise<Answer>
}
