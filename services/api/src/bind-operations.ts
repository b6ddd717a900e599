import type { OperationContext } from '@stillhere/operations'
import * as operations from '@stillhere/operations'
import type { ApiOperations } from './api-operations.ts'

/** The real operations, with their context given once. */
export function bindOperations(context: OperationContext): ApiOperations {
  const bind =
    <Given extends unknown[], Result>(operation: (context: OperationContext, ...given: Given) => Result) =>
    (...given: Given): Result =>
      operation(context, ...given)
  return {
    findCaller: bind(operations.findCaller),
    revokeToken: bind(operations.revokeToken),
    findOrganisation: bind(operations.findOrganisationFor),
    getService: bind(operations.getService),
    createDevice: bind(operations.createDevice),
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
    openRescueLink: bind(operations.openRescueLink),
    replyByLink: bind(operations.replyByLink),
    storeInboundText: bind(operations.storeInboundText),
    recordReceipt: bind(operations.recordReceipt),
    describeCall: bind(operations.describeCall),
    recordDigits: bind(operations.recordDigits),
  }
}
