/**
 * The checker: K1 to K8 over a history of the clients and the texts of the carrier. Pure, and tested by itself, because
 * a checker that sees nothing passes everything.
 */
import type { SessionView } from '@stillhere/contracts'
import { acknowledged, type CarrierText, type History, isOpenQuestion, type SessionHistory } from './history.ts'

export interface Bounds {
  /** The row's bound on raisedAt − alertAt. */
  latenessMs: number
  /** P6: the first text at the carrier this long after the alert was raised. */
  firstTextMs: number
}

export interface Verdict {
  /** K1, K5: an alert, or its first text, that had to be and was not. */
  missed: number
  /** K2, K3: before the deadline, or after a check-in or an end that was acknowledged. */
  early: number
  /** K4, K5: a second alert, or a second text of the same alert that no unknown outcome excuses. */
  doubled: number
  /** P9: what was acknowledged and is gone. */
  lost: number
  latenessMaxMs: number
  firstTextMaxMs: number
  /** How many sessions raised an alert. */
  alerts: number
  /** What else is wrong, a sentence each, without numbers or texts. */
  problems: string[]
}

export interface CheckInput {
  history: Pick<History, 'sessions' | 'silentPhones' | 'deliveries'>
  texts: readonly CarrierText[]
  /** When the look was taken. */
  nowAt: number
  bounds: Bounds
  /** Resends allowed after unknown outcomes (P7), over all alerts. */
  allowedResends?: number
}

const instant = (text: string): number => Date.parse(text)

/** "SAFETY ALERT 4821." heads the first text of an alert and no other (contract, "Texts"). */
export const firstTextCode = (body: string): string | undefined => /^SAFETY ALERT (\d{4})\b/.exec(body)?.[1]

export function checkHistory({ history, texts, nowAt, bounds, allowedResends = 0 }: CheckInput): Verdict {
  const verdict: Verdict = {
    missed: 0,
    early: 0,
    doubled: 0,
    lost: 0,
    latenessMaxMs: 0,
    firstTextMaxMs: 0,
    alerts: 0,
    problems: [],
  }
  const problem = (sentence: string) => {
    if (verdict.problems.length < 20) verdict.problems.push(sentence)
  }
  const alertsByPhone = new Map<string, { raisedAt: number; alertAt: number }[]>()
  for (const session of history.sessions) checkSession(session, { verdict, problem, nowAt, bounds, alertsByPhone })
  checkTexts({ history, texts, nowAt, bounds, allowedResends, verdict, problem, alertsByPhone })
  for (const phone of history.silentPhones)
    if (texts.some((text) => text.to === phone && isOurs(text))) problem('K6: a phone was told that may not be')
  for (const observed of history.deliveries.values())
    if (observed.some((delivered, i) => !delivered && observed[i - 1] === true))
      problem('K7: a delivered text was undelivered later')
  return verdict
}

const isOurs = (text: CarrierText): boolean => text.direction !== 'inbound' && text.automatic !== true

interface Checking {
  verdict: Verdict
  problem: (sentence: string) => void
  nowAt: number
  bounds: Bounds
  alertsByPhone: Map<string, { raisedAt: number; alertAt: number }[]>
}

function checkSession(session: SessionHistory, { verdict, problem, nowAt, bounds, alertsByPhone }: Checking): void {
  const acks = session.commands.flatMap((command) => {
    const answer = acknowledged(command)
    return answer?.session ? [{ command, answer, view: answer.session }] : []
  })
  const start = acks.find(({ command }) => command.kind === 'start')
  if (!start) return
  for (const { command, view } of acks)
    for (const { session: other } of command.answers)
      if (other && (other.id !== view.id || other.deadlineAt !== view.deadlineAt))
        problem('the same command was answered in two ways')
  const last = acks.reduce((best, ack) => (ack.view.version > best.view.version ? ack : best))
  const final = session.seen.at(-1)?.session
  if (!final || final.id !== start.view.id || final.version < last.view.version) {
    verdict.lost += 1
    problem('P9: an acknowledged session is gone or older than acknowledged')
    return
  }
  const alertIds = new Set(session.seen.flatMap(({ session: { alert } }) => (alert ? [alert.id] : [])))
  if (alertIds.size > 1) {
    verdict.doubled += 1
    problem('K4: a session had two alerts')
  }
  // An end while alerting is a request for the all-clear and ends nothing.
  const ended = acks.find(({ command, view }) => command.kind === 'end' && view.state === 'closed')
  const unknown = session.commands.some(isOpenQuestion)
  if (!unknown && !ended && final.alertAt !== last.view.alertAt) {
    verdict.lost += 1
    problem('P9: the deadline is not the one that was acknowledged last')
  }
  if (unknown && instant(final.alertAt) < instant(last.view.alertAt)) {
    verdict.lost += 1
    problem('P9: the deadline is before the one that was acknowledged last')
  }
  if (ended && final.state !== 'closed') {
    verdict.lost += 1
    problem('P9: an acknowledged end is gone')
  }
  // Who asks for help has no deadline to wait for: the alert is due when they asked.
  const help = session.commands.find(({ kind }) => kind === 'help')
  const dueAt = help ? help.askedAt : instant(final.alertAt)
  checkAlert(final, { ended: ended !== undefined, verdict, problem, nowAt, bounds, unknown, dueAt })
  const { alert } = final
  if (!alert) return
  if (alert.state === 'closed') problem('K8: an alert was closed and nobody closed it')
  for (const phone of session.phones) {
    const alerts = alertsByPhone.get(phone) ?? []
    alerts.push({ raisedAt: instant(alert.raisedAt), alertAt: dueAt })
    alertsByPhone.set(phone, alerts)
  }
}

function checkAlert(
  final: SessionView,
  at: {
    ended: boolean
    unknown: boolean
    nowAt: number
    bounds: Bounds
    dueAt: number
    verdict: Verdict
    problem: (sentence: string) => void
  },
): void {
  const { verdict, problem, dueAt: alertAt } = at
  if (!final.alert) {
    const mayBeEnded = at.ended || (at.unknown && final.state === 'closed')
    if (mayBeEnded || alertAt + at.bounds.latenessMs > at.nowAt) return
    verdict.missed += 1
    problem(`K1: no alert ${at.nowAt - alertAt} ms after the deadline (${final.state})`)
    return
  }
  verdict.alerts += 1
  const latenessMs = instant(final.alert.raisedAt) - alertAt
  if (at.ended) {
    verdict.early += 1
    problem('K3: an alert after an acknowledged end')
    return
  }
  if (latenessMs < 0) {
    verdict.early += 1
    problem(`K2: an alert ${-latenessMs} ms before its deadline, or after a check-in that moved it`)
    return
  }
  verdict.latenessMaxMs = Math.max(verdict.latenessMaxMs, latenessMs)
  if (latenessMs > at.bounds.latenessMs)
    problem(`P2: an alert ${latenessMs} ms late, the bound is ${at.bounds.latenessMs}`)
}

function checkTexts(
  at: Required<Pick<CheckInput, 'texts' | 'nowAt' | 'bounds' | 'allowedResends' | 'history'>> & Omit<Checking, 'nowAt'>,
): void {
  const { verdict, problem, bounds } = at
  const firsts = new Map<string, Map<string, number[]>>()
  for (const text of at.texts) {
    const code = isOurs(text) ? firstTextCode(text.body) : undefined
    if (code === undefined) continue
    const ofPhone = firsts.get(text.to) ?? new Map<string, number[]>()
    firsts.set(text.to, ofPhone.set(code, [...(ofPhone.get(code) ?? []), instant(text.at)]))
  }
  let resends = 0
  const phones = new Set(at.history.sessions.flatMap((session) => session.phones))
  for (const phone of new Set([...phones, ...firsts.keys()])) {
    const alerts = [...(at.alertsByPhone.get(phone) ?? [])].sort((a, b) => a.raisedAt - b.raisedAt)
    const codes = firsts.get(phone) ?? new Map<string, number[]>()
    for (const times of codes.values()) resends += times.length - 1
    if (codes.size > alerts.length) {
      verdict.doubled += codes.size - alerts.length
      problem('K4: a phone was told of more alerts than there are')
    }
    const told = [...codes.values()].map((times) => Math.min(...times)).sort((a, b) => a - b)
    for (const [i, alert] of alerts.entries()) {
      const toldAt = told[i]
      if (toldAt === undefined) {
        if (alert.raisedAt + bounds.firstTextMs > at.nowAt) continue
        verdict.missed += 1
        problem('K5: an alert was raised and its rescuer was not texted')
        continue
      }
      if (toldAt < alert.alertAt) {
        verdict.early += 1
        problem('K2: a rescuer was texted before the deadline')
      }
      const afterMs = toldAt - alert.raisedAt
      verdict.firstTextMaxMs = Math.max(verdict.firstTextMaxMs, afterMs)
      if (afterMs > bounds.firstTextMs) problem(`P6: a first text ${afterMs} ms after its alert`)
    }
  }
  if (resends > at.allowedResends) {
    verdict.doubled += resends - at.allowedResends
    problem(`P7: ${resends} first texts came twice, ${at.allowedResends} may`)
  }
}
