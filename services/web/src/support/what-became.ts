import { NoAnswerError, RefusedError } from '../shared/server/api.ts'
import { clockTime } from '../shared/words/speak.ts'
import type { Action, Alert } from './desk/desk.ts'
import { serverNow } from './known.ts'
import { say } from './words.ts'

/* What is said of something that was done, or was not. */

export function done(action: Action, alert: Alert): string {
  const stampedAt = action.what === 'progress' ? alert.progress.at(-1)?.at : alert.closedAt
  const time = clockTime(stampedAt ?? serverNow.value)
  if (action.what === 'progress') {
    if (action.kind === 'withdrawn' || action.kind === 'declined') return say(`said.${action.kind}`, { time })
    return say('said.recorded', { what: say(`kind.${action.kind}`), time })
  }
  if (action.what === 'hand-over') return say('said.handedOver', { name: alert.owner?.name ?? '' })
  return say(`said.${action.what}`, { time })
}

export function refusal(error: unknown): string {
  if (error instanceof RefusedError && error.status === 401) return say('said.signedOut')
  if (!(error instanceof RefusedError)) {
    return say(error instanceof NoAnswerError ? 'said.notRecorded' : 'said.trouble')
  }
  const { owner, ownedAt } = error.body as { owner?: { kind: string; name?: string }; ownedAt?: string }
  if (error.code === 'already_claimed') {
    const name = owner?.name ?? say('who.rescuer')
    return say('said.alreadyClaimed', { name, time: ownedAt === undefined ? '' : clockTime(ownedAt) })
  }
  if (error.code === 'not_owner') return say('said.notOwner')
  if (error.code === 'not_on_shift') return say('said.notOnShift')
  if (error.code === 'gone' || error.code === 'session_closed') return say('said.gone')
  if (error.code === 'conflict') return say('said.conflict')
  return error.status >= 500 ? say('said.notRecorded') : say('said.trouble')
}
