import type { SessionAnswer, SupportersFeed } from '@stillhere/contracts'
import type { OperationContext } from '@stillhere/operations'
import * as operations from '@stillhere/operations'
import type { Answer, LiveOperations } from './live-operations.ts'

/**
 * The real operations, with their context given once: on behalf of the organisation of whoever calls, or of those named.
 * @param trial an invitation's token acts as its role; in live it may only enrol
 */
export function bindOperations(context: OperationContext, trial: boolean): LiveOperations {
  const bind =
    <Given extends unknown[], Result>(operation: (context: OperationContext, ...given: Given) => Result) =>
    (...given: Given): Result =>
      operation(operations.contextOf(context, given[0]), ...given)
  /** Commands on a session answer with the session; HTTP publishes the same shape. */
  const onSession =
    <Given extends unknown[]>(
      operation: (context: OperationContext, ...given: Given) => Promise<operations.Answer>,
    ): ((...given: Given) => Promise<Answer<SessionAnswer>>) =>
    (...given) =>
      operation(operations.contextOf(context, given[0]), ...given) as Promise<Answer<SessionAnswer>>
  return {
    findCaller: (token) => operations.findCaller(context, token, trial),
    revokeToken: bind(operations.revokeToken),
    checkIn: onSession(operations.checkIn),
    extendSession: onSession(operations.extendSession),
    endSession: onSession(operations.endSession),
    callForHelp: onSession(operations.callForHelp),
    readSessionForDevice: bind(operations.readSessionForDevice),
    readSessionVersions: bind(operations.readSessionVersions),
    readRunningSessions: bind(operations.readRunningSessions),
    // What HTTP publishes under the same schema.
    readFeed: (organisationId) =>
      operations.readFeed(operations.actingFor(context, organisationId), organisationId) as Promise<SupportersFeed>,
    readFeedStamps: (ids) => operations.readFeedStamps(operations.actingForAll(context, ids), ids),
    recordSeen: (organisationId, seen) =>
      operations.recordSeen(operations.actingFor(context, organisationId), organisationId, seen),
    readValidCredentials: bind(operations.readValidCredentials),
    readWindingDown: (ids) => operations.readWindingDown(operations.actingForAll(context, ids), ids),
    readClock: bind(operations.readServerClock),
  }
}
