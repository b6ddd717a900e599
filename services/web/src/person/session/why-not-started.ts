import { RefusedError } from '../../shared/server/api.ts'
import { wholeWeekdayAndClock } from '../../shared/words/days.ts'
import { isDisowned } from '../app.ts'
import { say } from '../words.ts'

/** Why a start was refused, in the person's words. */
export function whyNotStarted(error: unknown): string {
  if (!(error instanceof RefusedError)) return say('app.noAnswer')
  // What is to be done then stands on the screen by itself.
  if (isDisowned.value) return ''
  switch (error.code) {
    case 'no_one_to_alert':
      return say('ready.noOne')
    case 'plan_unreadable':
    case 'not_found':
      return say('ready.planRefused')
    case 'limit':
    case 'invalid':
      return say('ready.notTaken')
    case 'service_closed':
      return whyClosed(error.body)
    case 'too_many':
      return say('ready.tooMany')
    default:
      return say('ready.cannotProtect')
  }
}

/** Out of hours: whether a timer alone may still begin, and when it is open again. */
function whyClosed({ mayStart, opensAt }: RefusedError['body']): string {
  if ((mayStart as { alone?: boolean } | undefined)?.alone) return say('ready.noCompany')
  return typeof opensAt === 'string'
    ? say('ready.closedUntil', { when: wholeWeekdayAndClock(opensAt) })
    : say('ready.closed')
}
