import type { AuthenticationResponse, OperationContext, RegistrationResponse } from '@stillhere/operations'
import * as operations from '@stillhere/operations'
import type { ApiOperations } from './api-operations.ts'

/** The real operations, with their context given once. */
export function bindOperations(context: OperationContext, trial: boolean): ApiOperations {
  const bind =
    <Given extends unknown[], Result>(operation: (context: OperationContext, ...given: Given) => Result) =>
    (...given: Given): Result =>
      operation(context, ...given)
  return {
    findCaller: (token) => operations.findCaller(context, token, trial),
    revokeToken: bind(operations.revokeToken),
    findOrganisation: bind(operations.findOrganisationFor),
    getService: bind(operations.getService),
    createDevice: bind(operations.createDevice),
    forgetDevice: bind(operations.forgetDevice),
    giveFeedback: bind(operations.giveFeedback),
    savePlan: bind(operations.savePlan),
    listPlans: bind(operations.listPlans),
    getPlan: bind(operations.getPlan),
    deletePlan: bind(operations.deletePlan),
    addRescuer: bind(operations.addRescuer),
    removeRescuer: bind(operations.removeRescuer),
    rehearseRescuer: bind(operations.rehearseRescuer),
    startSession: bind(operations.startSession),
    getSession: bind(operations.getSession),
    getReceipt: bind(operations.getReceipt),
    checkIn: bind(operations.checkIn),
    extendSession: bind(operations.extendSession),
    endSession: bind(operations.endSession),
    callForHelp: bind(operations.callForHelp),
    sayWhy: bind(operations.sayWhy),
    signIn: bind(operations.signIn),
    startEnrolment: bind(operations.startEnrolment),
    finishEnrolment: (caller, party, response) =>
      operations.finishEnrolment(context, caller, party, response as unknown as RegistrationResponse),
    startPasskeySignIn: bind(operations.startPasskeySignIn),
    finishPasskeySignIn: (party, response) =>
      operations.finishPasskeySignIn(context, party, response as unknown as AuthenticationResponse),
    revokePasskey: bind(operations.revokePasskey),
    putBriefKey: bind(operations.putBriefKey),
    setShift: bind(operations.setShift),
    listSessionCards: bind(operations.listSessionCards),
    raiseSession: bind(operations.raiseSession),
    listAlerts: bind(operations.listAlerts),
    getAlert: bind(operations.getAlert),
    getBrief: bind(operations.getBrief),
    claimAlert: bind(operations.claimAlert),
    escalateAlert: bind(operations.escalateAlert),
    standDown: bind(operations.standDown),
    handOver: bind(operations.handOver),
    recordProgress: bind(operations.recordProgress),
    giveAllClear: bind(operations.giveAllClear),
    writeAlertLog: bind(operations.writeAlertLog),
    openRescueLink: bind(operations.openRescueLink),
    replyByLink: bind(operations.replyByLink),
    storeInboundText: bind(operations.storeInboundText),
    recordReceipt: bind(operations.recordReceipt),
    describeCall: bind(operations.describeCall),
    recordDigits: bind(operations.recordDigits),
  }
}
