import { batch, computed, signal } from '@preact/signals'
import type { Alert, AlertLog, Desk } from './desk/desk.ts'
import { feed, notice, openedId, practice, standing, tell } from './known.ts'
import { askStanding, deskOf } from './service.ts'
import { refusal } from './what-became.ts'

/* When it is over, and it was ours: the log, and care for whoever had it. */

interface Over {
  alert: Alert
  desk: Desk
  stage: 'log' | 'debrief' | 'done'
}
/** It is over, and it was ours: the log, and care. */
export const afterwards = signal<Over | undefined>(undefined)
/** Two that ended one after the other have a log each. */
const toLog: Over[] = []
export function beginAfterwards(over: Over): void {
  if (afterwards.peek()) toLog.push(over)
  else afterwards.value = over
}
export function forgetAfterwards(): void {
  afterwards.value = undefined
  toLog.length = 0
}

export async function keepLog(log: AlertLog): Promise<void> {
  const over = afterwards.value
  if (over === undefined) return
  try {
    const { debrief } = await over.desk.log(over.alert.id, log)
    afterwards.value = { ...over, stage: debrief ? 'debrief' : 'done' }
    if (!over.desk.isPractice) await askStanding()
  } catch (error) {
    tell(refusal(error), true)
  }
}

/** The log can wait; care cannot: after a rescue it comes next, log or no log. */
export function logLater(): void {
  const over = afterwards.value
  if (over?.alert.outcome === 'rescued') afterwards.value = { ...over, stage: 'debrief' }
  else endAfterwards()
}

/** Alerts of ours that are over, whose log is still to be written: the service remembers them over a closed page. */
export const logsToWrite = computed(() =>
  (feed.value?.alerts ?? []).filter(({ id }) => standing.value?.toLog.includes(id)),
)
export function writeLogOf(alert: Alert): void {
  afterwards.value = { alert, desk: deskOf(alert), stage: 'log' }
}

/** Closes what came after; an exercise ends with it. */
export function endAfterwards(): void {
  batch(() => {
    if (afterwards.value?.desk.isPractice) practice.value = undefined
    afterwards.value = toLog.shift()
    openedId.value = undefined
    notice.value = undefined
  })
}
