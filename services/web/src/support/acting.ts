import { batch, effect, signal } from '@preact/signals'
import { RefusedError } from '../shared/server/api.ts'
import { persistently } from '../shared/server/persistently.ts'
import { clockTime } from '../shared/words/speak.ts'
import { beginAfterwards } from './afterwards.ts'
import type { Action, Alert, AllClear } from './desk/desk.ts'
import { alerts, declined, feed, isMine, lostTo, loudlySignedOut, me, put, serverNow, show, tell } from './known.ts'
import { api, askStanding, deskOf } from './service.ts'
import { done, refusal } from './what-became.ts'
import { say } from './words.ts'

/* What is done with an alert here, and whose each one is: what we had and lost, what was given to us, what is over. */

let whenSignedOut: () => Promise<void> = async () => {}
/** What happens when the service says, to something that was done, that nobody is signed in any more. */
export function onSignedOut(then: () => Promise<void>): void {
  whenSignedOut = then
}

/** What is on its way: `alertId what kind`. */
const sending = signal<ReadonlySet<string>>(new Set())

/** Does it, says what became of it, and shows the alert as the service has it now. */
export async function act(alert: Alert, action: Action): Promise<boolean> {
  const key = [alert.id, action.what, 'kind' in action ? action.kind : ''].join(' ')
  if (sending.value.has(key)) return false
  sending.value = new Set([...sending.value, key])
  if (action.what === 'hand-over') givenAway.add(alert.id)
  try {
    const now = await deskOf(alert).act(alert.id, action)
    batch(() => {
      put(now)
      tell(done(action, now))
    })
    return true
  } catch (error) {
    if (action.what === 'hand-over') givenAway.delete(alert.id)
    const isSignedOut = error instanceof RefusedError && error.status === 401
    if (isSignedOut && loudlySignedOut.value === undefined) await whenSignedOut()
    tell(refusal(error), true)
    return false
  } finally {
    sending.value = new Set([...sending.value].filter((other) => other !== key))
  }
}

export const isSending = (alert: Alert, what: string, kind = ''): boolean =>
  sending.value.has([alert.id, what, kind].join(' '))

export async function claim(alert: Alert): Promise<void> {
  claimedHere.add(alert.id)
  if (await act(alert, { what: 'claim' })) show(alert)
  else claimedHere.delete(alert.id)
}

/** Who answers for the service may take an alert from a colleague; whoever acts may take it from a rescuer. */
export const mayTakeOver = (alert: Alert): boolean => {
  const role = feed.value?.onShift.find(({ id }) => id === me.value?.recipientId)?.role ?? 'supporter'
  return alert.state === 'owned' && !isMine(alert) && (alert.owner?.kind === 'rescuer' || role !== 'supporter')
}

export async function takeOver(alert: Alert): Promise<void> {
  claimedHere.add(alert.id)
  if (await act(alert, { what: 'take-over' })) show(alert)
  else claimedHere.delete(alert.id)
}

/** It stops here at once, whether the service hears of it or not; colleagues see who cannot. */
export function decline(alert: Alert): void {
  declined.value = new Map([...declined.value, [alert.id, serverNow.value]])
  tell(say('said.declined'))
  void deskOf(alert)
    .act(alert.id, { what: 'progress', kind: 'declined' })
    .then(put, () => {})
}

export async function raise(sessionId: string): Promise<void> {
  try {
    const { body } = await persistently((commandId) =>
      api<{ opensAt: string }>('POST', `/v1/sessions/${sessionId}/raise`, { commandId }),
    )
    tell(say('said.raised', { time: clockTime(body.opensAt) }))
  } catch (error) {
    tell(refusal(error), true)
  }
}

export async function giveAllClear(alert: Alert, how: AllClear): Promise<void> {
  await act(alert, { what: 'all-clear', ...how })
}

/** Claimed with this page: such an alert was not handed to us, we took it. */
const claimedHere = new Set<string>()
/** Given to somebody else with this page: it was not taken from us. */
const givenAway = new Set<string>()
/** Whose each alert was when this page last looked: what it finds as ours at its first look was nobody's to hand over. */
const whose = new Map<string, { isMine: boolean; ownerId: string | undefined }>()
effect(() => {
  for (const alert of alerts.value) {
    const before = whose.get(alert.id)
    const isNow = isMine(alert)
    whose.set(alert.id, { isMine: isNow, ownerId: alert.owner?.id })
    if (isNow) {
      if (before?.isMine) continue
      givenAway.delete(alert.id)
      if (lostTo.peek()?.alertId === alert.id) lostTo.value = undefined
      show(alert)
      if (before?.ownerId !== undefined && !claimedHere.has(alert.id))
        tell(say('said.handedToYou', { code: alert.code }))
      continue
    }
    if (before?.isMine) {
      claimedHere.delete(alert.id)
      if (alert.state === 'closed') {
        beginAfterwards({ alert, desk: deskOf(alert), stage: 'log' })
        void askStanding()
      } else if (alert.state === 'open') tell(say('said.lapsed', { code: alert.code }), true)
      else if (!givenAway.delete(alert.id))
        lostTo.value = { alertId: alert.id, code: alert.code, name: alert.owner?.name ?? say('who.rescuer') }
    }
    // What somebody had and lost asks everybody anew.
    if (alert.state === 'owned' && declined.peek().has(alert.id))
      declined.value = new Map([...declined.peek()].filter(([id]) => id !== alert.id))
  }
})

export const forgetWhose = (): void => whose.clear()
