import { errorCodes } from '@stillhere/contracts'
import type { Events, Logger, Metrics } from '@stillhere/observability'
import type { ApiEvents } from './api-parts.ts'

/** One function a business event: line and count together. No value that was sent is in either. */
export function createApiEvents(of: { logger: Logger; metrics: Metrics; events: Events }): ApiEvents {
  const { logger, events } = of
  const refusals = of.metrics.counter('refusals_total', 'Requests refused, by code', { code: errorCodes })
  const misfits = of.metrics.counter('answer_misfits_total', 'Answers that did not fit their published schema')
  return {
    refused({ code, requestId }) {
      refusals({ code })
      logger.debug('request refused', { code, requestId })
    },
    failed({ requestId, error }) {
      refusals({ code: 'internal' })
      logger.error('request failed', { requestId, error })
    },
    answerMisfit({ route }) {
      misfits()
      // A path begins with a slash, and a word in a line of the log does not.
      logger.error('answer misfit', { route: route?.slice(1) })
    },
    callbackIgnored({ what, reason }) {
      if (what === 'receipt') events.receiptApplied({ outcome: reason })
      else events.inboundHandled({ outcome: reason })
    },
  }
}
