/**
 * Climbing the ladder, in memory: which of an alert's due steps tell whom, and what is due next. The caller has locked
 * the alert, and writes what comes back in the same transaction. Nothing here waits for the success of a message.
 */
import {
  isForsaken,
  type LadderAudience,
  type LadderChannel,
  mayBeAsked,
  nextRepeat,
  type Pace,
  type Reachable,
  repeatAudience,
  resolveLastHope,
  resolveStep,
  type Telling,
} from '@stillhere/domain'
import {
  type AlertRow,
  type NewMessage,
  newStep,
  priorities,
  type RecipientRow,
  type StepRow,
  type SupporterOnShift,
} from '@stillhere/persistence'
import { destinationOfRecipient } from '../destinations.ts'

/** An alert with all that its ladder may need. `recipients` grows as supporters come on shift. */
export interface AlertBundle {
  alert: AlertRow
  recipients: RecipientRow[]
  /** Steps that are not done yet; those due are climbed, others may be pulled forward. */
  pending: StepRow[]
  supporters: SupporterOnShift[]
}

export interface Climbed {
  finished: { id: string; outcome: string }[]
  newSteps: StepRow[]
  newRecipients: RecipientRow[]
  messages: NewMessage[]
  texted: { alertId: string; recipientId: string }[]
  /** A step found nobody at all: said loudly. */
  nobody: boolean
}

/** After this long the address text goes on its own; normally it follows the acceptance of the first at once. */
const whereFallbackMs = 3_000

/** @param chooseCode gives a supporter who joins a code that their phone does not hold for another alert */
export function climb(
  given: AlertBundle,
  now: number,
  pace: Pace,
  chooseCode: (supporter: SupporterOnShift) => string = () => given.alert.code,
): Climbed {
  // A test is told to its handset: to no supporter, whoever is on shift.
  const bundle = given.alert.synthetic ? { ...given, supporters: [] } : given
  const { alert } = bundle
  const climbed: Climbed = {
    finished: [],
    newSteps: [],
    newRecipients: [],
    messages: [],
    texted: [],
    nobody: false,
  }
  const due = bundle.pending
    .filter((step) => (step.kind === 'ladder' || step.kind === 'repeat') && step.dueAt <= now)
    .sort((a, b) => a.dueAt - b.dueAt || a.position - b.position)
  // A rule closes it, and its steps with it; nobody is told after days of nobody being there (C86).
  if (due.length === 0 || isForsaken(alert, now)) return climbed
  if (alert.state === 'closed' || (alert.state === 'owned' && !due.some(isForced))) {
    climbed.finished = due.map((step) => ({ id: step.id, outcome: alert.state }))
    return climbed
  }
  joinSupporters(bundle, climbed, chooseCode)

  const queue = [...due]
  const waiting = bundle.pending
    .filter((step) => step.kind === 'ladder' && step.dueAt > now)
    .sort((a, b) => a.position - b.position)
  for (let step = queue.shift(); step; step = queue.shift()) {
    const asked = askedBy(step, waiting)
    const people = peopleOf(bundle)
    const asks = resolveStep(asked, alert.alertOrder, people, now, pace)
    const tellings = asks.length === 0 && step.kind === 'repeat' ? resolveLastHope(people, now, pace) : asks
    for (const telling of tellings) tell(bundle, climbed, step, telling, now)
    const told = tellings.length > 0
    if (step.kind === 'repeat') climbed.newSteps.push(nextRepeatStep(alert, step, now, pace))
    climbed.finished.push({ id: step.id, outcome: told ? 'climbed' : 'nobody' })
    if (told || step.kind !== 'ladder' || !isSilent(bundle, asked, pace)) continue
    // Nobody to notify: the next step's wait is skipped (C25).
    const next = waiting.shift()
    if (next) queue.push(next)
    else climbed.nobody = true
  }
  return climbed
}

/** Nobody could be told by this step at all; people who heard a moment ago do not make it silent. */
const isSilent = (bundle: AlertBundle, asked: Asked, pace: Pace): boolean => {
  if (asked.channel === 'console') return false
  return resolveStep(asked, bundle.alert.alertOrder, peopleOf(bundle), Number.MAX_SAFE_INTEGER, pace).length === 0
}

/** A step that a supporter asked for by hand though somebody has the alert. */
const isForced = (step: StepRow): boolean =>
  step.spec !== undefined && 'forced' in step.spec && step.spec.forced === true

interface Asked {
  to: LadderAudience | 'told'
  channel: LadderChannel
}

/** @param waiting steps of the ladder that are not due yet */
const askedBy = (step: StepRow, waiting: readonly StepRow[]): Asked => {
  const specs = (of: StepRow) => (of.spec && 'to' in of.spec ? [of.spec] : [])
  const [own] = specs(step)
  if (step.kind === 'ladder') return own ?? { to: 'everyone', channel: 'text' }
  return { to: repeatAudience(step.position, waiting.flatMap(specs)), channel: 'text' }
}

/** The next repeat that still lies ahead: after an outage missed repeats are not sent in a burst. */
function nextRepeatStep(alert: AlertRow, step: StepRow, now: number, pace: Pace): StepRow {
  let row = nextRepeat(step.position + 1, alert.ladderFromAt, pace)
  while (row.dueAt <= now) row = nextRepeat(row.position + 1, alert.ladderFromAt, pace)
  return newStep({
    organisationId: alert.organisationId,
    sessionId: alert.sessionId,
    alertId: alert.id,
    kind: 'repeat',
    position: row.position,
    dueAt: row.dueAt,
  })
}

function reachable(recipient: RecipientRow): Reachable {
  const dead = recipient.badCode !== undefined
  return {
    kind: recipient.kind,
    id: recipient.id,
    told: recipient.toldAt !== undefined,
    answer: recipient.answer,
    position: recipient.position,
    textable: recipient.destination !== undefined && !recipient.stopped && !dead,
    callable: recipient.destination !== undefined && !recipient.stopped && (!dead || recipient.badCode === '30006'),
    ...(recipient.lastTextAt === undefined ? {} : { lastTextAt: recipient.lastTextAt }),
  }
}

/**
 * Whom a step may tell when it starts (C31): rescuers, and supporters who are on shift now. Who has gone home is asked
 * no more while there is anybody else; before an alert falls silent, whoever was told of it is asked again.
 */
function peopleOf({ recipients, supporters }: AlertBundle): Reachable[] {
  const onShift = new Set(supporters.map(({ id }) => id))
  const here = recipients.filter(({ kind, id }) => kind !== 'supporter' || onShift.has(id)).map(reachable)
  const isThere = (person: Reachable) => (person.textable || person.callable) && mayBeAsked.has(person.answer)
  if (here.some(isThere)) return here
  return recipients
    .map(reachable)
    .filter((person) => person.kind !== 'supporter' || onShift.has(person.id) || hasHeard(person))
}

const hasHeard = (person: Reachable): boolean => person.told || person.lastTextAt !== undefined

/** Who is on shift when the step starts (C31); a phone that is told already is told once. */
function joinSupporters(bundle: AlertBundle, climbed: Climbed, chooseCode: (s: SupporterOnShift) => string): void {
  const { alert } = bundle
  for (const supporter of bundle.supporters) {
    if (supporter.organisationId !== alert.organisationId) continue
    if (bundle.recipients.some((r) => r.id === supporter.id || r.numberHash?.equals(supporter.numberHash))) continue
    const recipient: RecipientRow = {
      alertId: alert.id,
      kind: 'supporter',
      id: supporter.id,
      organisationId: alert.organisationId,
      position: 0,
      destination: supporter.destination,
      numberHash: supporter.numberHash,
      language: supporter.language,
      code: chooseCode(supporter),
      codeHeld: true,
      answer: 'none',
      stopped: false,
    }
    bundle.recipients.push(recipient)
    climbed.newRecipients.push(recipient)
  }
}

function tell(bundle: AlertBundle, climbed: Climbed, step: StepRow, telling: Telling, now: number): void {
  const { alert } = bundle
  const recipient = bundle.recipients.find((r) => r.id === telling.recipient.id)
  const destination = recipient && destinationOfRecipient(recipient)
  if (!recipient || !destination) return
  const firstOfAlert = climbed.messages.length === 0 && bundle.recipients.every((r) => r.lastTextAt === undefined)
  const base = {
    organisationId: alert.organisationId,
    sessionId: alert.sessionId,
    alertId: alert.id,
    stepId: step.id,
    recipientKind: recipient.kind,
    recipientId: recipient.id,
    // Asked for by hand though somebody has it: not obsolete because of that.
    detail: {
      code: recipient.code,
      ...(isForced(step) ? { forced: true } : {}),
      ...(alert.synthetic ? { test: true } : {}),
    },
    language: recipient.language,
    destination,
    ...(recipient.numberHash ? { numberHash: recipient.numberHash } : {}),
  }
  const key = `${alert.id}.${step.id}.${recipient.id}`
  if (telling.channel === 'call') {
    climbed.messages.push({
      ...base,
      channel: 'call',
      template: 'alert-call',
      priority: priorities.alert,
      dedupeKey: `${key}.call`,
      dueAt: now,
    })
    return
  }
  const first = telling.text === 'first'
  climbed.messages.push({
    ...base,
    channel: 'text',
    template: first ? (recipient.kind === 'supporter' ? 'alert-first-supporter' : 'alert-first') : 'alert-repeat',
    priority: firstOfAlert ? priorities.firstOfAlert : first ? priorities.alert : priorities.repeat,
    dedupeKey: `${key}.text`,
    dueAt: now,
  })
  if (first && recipient.kind === 'rescuer')
    climbed.messages.push({
      ...base,
      channel: 'text',
      template: 'alert-where',
      priority: priorities.repeat,
      dedupeKey: `${alert.id}.${recipient.id}.where`,
      dueAt: now + whereFallbackMs,
    })
  recipient.lastTextAt = now
  climbed.texted.push({ alertId: alert.id, recipientId: recipient.id })
}
