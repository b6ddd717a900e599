import { type Signal, signal } from '@preact/signals'
import { lastOf } from '../alert/situation.ts'
import type { Action, Alert, Brief, Desk } from './desk.ts'

/*
 * An exercise: an alert that only this browser knows, on the same screens, through the same buttons. Nothing of it is
 * sent. It claims and lapses as a real one does, and somebody comes: going 20 s after the claim, there 45 s after it.
 */

interface Score {
  /** Milliseconds from the alert; null: not yet. */
  claimMs: number | null
  called999Ms: number | null
}

/** What an exercise is measured by: the ladder widens at 60 s; at 120 s the console's loudest word is "999 now". */
export const aims = { claimMs: 60_000, called999Ms: 120_000 } as const

export interface Practice extends Desk {
  readonly isPractice: true
  readonly alert: Signal<Alert>
  readonly score: Signal<Score>
  /** What happens by itself, up to this instant of the service's clock. */
  tick(now: number): void
}

const dutyMs = 120_000
const doseMs = 150_000
const goingAfterMs = 20_000
const thereAfterMs = 45_000
const rescuerId = 'practice-rescuer'

export function createPractice(of: {
  now: () => number
  me: { id: string; name: string }
  nickname: string
  brief: Omit<Brief, 'rescuers'> & { rescuerName: string }
}): Practice {
  const raisedAt = of.now()
  const iso = (at: number) => new Date(at).toISOString()
  const { rescuerName, ...plan } = of.brief
  const score = signal<Score>({ claimMs: null, called999Ms: null })
  const alert = signal<Alert>({
    id: `practice-${raisedAt}`,
    sessionId: 'practice',
    code: '0000',
    nickname: of.nickname,
    state: 'open',
    reason: 'silence',
    version: 1,
    raisedAt: iso(raisedAt),
    latenessMs: 0,
    disclosedAt: iso(raisedAt),
    told: [{ kind: 'rescuer', id: rescuerId, at: iso(raisedAt) }],
    progress: [],
  })
  let claimedAt: number | null = null
  const change = (over: Partial<Alert>) => {
    alert.value = { ...alert.value, ...over, version: alert.value.version + 1 }
    return alert.value
  }
  const renewed = () => ({ dutyUntilAt: iso(of.now() + dutyMs) })
  const answered = (reply: 'going' | 'there' | undefined) =>
    alert.value.told.map((one) =>
      one.id === rescuerId ? { ...one, reply: reply ?? ('cannot' as const), answeredAt: iso(of.now()) } : one,
    )

  function act(action: Action): Alert {
    const now = of.now()
    if (alert.value.state === 'closed') return alert.value
    switch (action.what) {
      case 'claim':
        claimedAt ??= now
        score.value = { ...score.value, claimMs: score.value.claimMs ?? now - raisedAt }
        return change({
          state: 'owned',
          owner: { kind: 'supporter', ...of.me },
          ownedAt: iso(now),
          ...renewed(),
        })
      case 'progress': {
        if (action.kind === 'called-999')
          score.value = { ...score.value, called999Ms: score.value.called999Ms ?? now - raisedAt }
        const earlier = alert.value.progress.map((one) =>
          one.id === action.of ? { ...one, withdrawn: true as const } : one,
        )
        const line = {
          id: `practice-${earlier.length}`,
          kind: action.kind,
          by: 'supporter' as const,
          byId: of.me.id,
          name: of.me.name,
          at: iso(now),
          ...(action.of !== undefined && { of: action.of }),
        }
        const { nextDoseAt: _before, ...rest } = alert.value
        alert.value = { ...rest, progress: [...earlier, line] }
        const dose = lastOf(alert.value, 'naloxone-given')
        return change({ ...renewed(), ...(dose && { nextDoseAt: iso(Date.parse(dose.at) + doseMs) }) })
      }
      case 'all-clear':
        return change({ state: 'closed', outcome: action.outcome, closedAt: iso(now) })
      case 'stand-down':
        return change({
          told: answered(undefined),
          progress: [
            ...alert.value.progress,
            {
              id: `practice-${alert.value.progress.length}`,
              kind: 'stood-down',
              by: 'supporter',
              byId: of.me.id,
              name: of.me.name,
              at: iso(now),
            },
          ],
        })
      // There is nobody else in an exercise.
      case 'escalate':
      case 'take-over':
      case 'hand-over':
        return alert.value
    }
  }

  return {
    isPractice: true,
    alert,
    score,
    act: async (_alertId, action) => act(action),
    brief: async () => ({ kind: 'opened', brief: { ...plan, rescuers: [{ id: rescuerId, name: rescuerName }] } }),
    log: async (_alertId, { difficulty, outcome }) => ({ debrief: difficulty >= 4 || outcome === 'rescued' }),
    tick(now) {
      const { state, dutyUntilAt, told } = alert.value
      if (state !== 'owned' || claimedAt === null) return
      if (dutyUntilAt !== undefined && now >= Date.parse(dutyUntilAt)) {
        const { owner: _owner, ownedAt: _ownedAt, dutyUntilAt: _duty, ...rest } = alert.value
        alert.value = { ...rest, state: 'open', version: rest.version + 1 }
        return
      }
      const reply = told[0]?.reply
      if (now - claimedAt >= thereAfterMs && reply === 'going') change({ told: answered('there') })
      else if (now - claimedAt >= goingAfterMs && reply === undefined) change({ told: answered('going') })
    },
  }
}
