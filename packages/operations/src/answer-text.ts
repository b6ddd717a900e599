/**
 * A text that came in, once the worker has opened it. The text and its effect commit together, or it stays due. What a
 * digit means follows from what is open on that phone now: an alert before an invitation; the person's own digits only
 * on the phone that a running session names as its own.
 */
import { chooseReading, parseReply, type RecipientAnswer, type Reply, readNumberAnswer } from '@stillhere/domain'
import {
  type ContactNumber,
  cancelQueued,
  type Destination,
  findAlert,
  findAlertsOfPhone,
  findPlans,
  findSessionsByOwnPhone,
  finishInbound,
  insertMessages,
  isOpenCode,
  loadAskedNumbersForUpdate,
  loadPhoneForUpdate,
  loadRescuersByPhoneForUpdate,
  loadSessionsForUpdate,
  type NewMessage,
  newId,
  type PhoneRow,
  priorities,
  readClock,
  recordAnswer,
  recordSyntheticReply,
  releaseInvitations,
  renewInvitations,
  requeueWhere,
  setConsent,
  storePhone,
  type Transaction,
  wasTexted,
} from '@stillhere/persistence'
import { type AppliedDecision, announceAlert } from './alert/decide-and-apply.ts'
import { answerAlert } from './answer-alert.ts'
import { announceChanged, changeSession } from './change-session.ts'
import { recordAnswerOfNumber } from './confirm-number.ts'
import type { OperationContext } from './context.ts'
import { destinationOfPerson, destinationOfRecipient, destinationOfRescuer } from './destinations.ts'
import { journalChange } from './journal/journal-change.ts'

/** A text, opened: whose phone (only the worker can hash it), and what it says. */
export interface OpenedText {
  carrierSid: string
  organisationId: string
  numberHash: Buffer
  body: string
  /** When the carrier's webhook brought it. */
  receivedAt: number
  /** Where an answer goes if nothing we hold knows this phone. */
  answerTo: Destination
}

export type TextOutcome =
  | 'agreed'
  | 'numberConfirmed'
  | 'numberDenied'
  | 'declined'
  | 'recorded'
  | 'left'
  | 'stopped'
  | 'started'
  | 'checkedIn'
  | 'ended'
  | 'helped'
  | 'ambiguous'
  | 'notUnderstood'
  | 'unknownNumber'
  | 'claimed'

type AlertOfPhone = Awaited<ReturnType<typeof findAlertsOfPhone>>[number]

interface Handling {
  ctx: OperationContext
  tx: Transaction
  text: OpenedText
  phone: PhoneRow
  now: number
  /** Run after the commit. */
  after: (() => void)[]
}

/** One helpful answer to what we could not read, at most once in this time per phone. */
const helpEveryMs = 24 * 3_600_000
/** For this long after a rehearsal a bare `1` answers it, where nothing else is open on the phone. */
const rehearsalCountsMs = 24 * 3_600_000

/** Works the text off in the caller's transaction, which holds the inbound row. `after` is run once it has committed. */
export async function answerText(
  ctx: OperationContext,
  tx: Transaction,
  text: OpenedText,
): Promise<{ outcome: TextOutcome; after: () => void }> {
  const phone = await loadPhoneForUpdate(tx, text.organisationId, text.numberHash)
  const at: Handling = { ctx, tx, text, phone, now: await readClock(tx), after: [] }
  const outcome = await handle(at, parseReply(text.body))
  await finishInbound(tx, text.carrierSid, outcome, at.now)
  const after = () => {
    for (const announce of at.after) announce()
  }
  return { outcome, after }
}

async function handle(at: Handling, reply: Reply): Promise<TextOutcome> {
  switch (reply.kind) {
    case 'stop':
      return stop(at)
    case 'start':
      return start(at)
    case 'end':
      return endByText(at, reply.endCodes)
    case 'digit':
      // With a code it is an alert's: `48003` may be 4 of alert 8003 as well as 3 of alert 4800.
      if (reply.code !== undefined) return alertDigit(at, reply)
      if (reply.digit === '0' || reply.digit === '7') return ownDigit(at, reply.digit)
      return reply.digit === '3' ? endByText(at, []) : alertDigit(at, reply)
    case 'unclear':
      return notUnderstood(at)
  }
}

/** Every text to that phone stops; the carrier alone confirms. Open alerts move on at once; the persons are told. */
async function stop(at: Handling): Promise<TextOutcome> {
  const { tx, text, now } = at
  await storePhone(tx, text.organisationId, text.numberHash, { stoppedAt: now })
  for (const alert of (await openAlerts(at)).open) {
    await answer(at, alert, 'cannot', 'link')
    // STOP is no answer: after START they are asked again.
    await recordAnswer(tx, alert.alertId, alert.recipientId, 'none', now)
  }
  await cancelQueued(tx, { numberHash: text.numberHash })
  await journalConsent(at, 'stopped', await loadRescuersByPhoneForUpdate(tx, text.organisationId, text.numberHash))
  await warnPersons(at)
  return 'stopped'
}

/** What was there counts again; who was named while the phone was stopped is invited now. */
async function start(at: Handling): Promise<TextOutcome> {
  const { tx, text } = at
  await storePhone(tx, text.organisationId, text.numberHash, { stoppedAt: undefined })
  await journalConsent(at, 'started', await loadRescuersByPhoneForUpdate(tx, text.organisationId, text.numberHash))
  // The address that STOP took back is sent after all, if the alert is still open.
  await requeueWhere(tx, text.numberHash)
  at.after.push(() => at.ctx.wake.prod('outbox'))
  await renewInvitations(tx, text.organisationId, text.numberHash)
  at.after.push(() => at.ctx.wake.prod('checks'))
  return 'started'
}

/** One line for each place this phone stands in; one without a place where it stands in none. */
async function journalConsent(
  { tx, text, now }: Handling,
  said: 'agreed' | 'declined' | 'left' | 'stopped' | 'started',
  rescuers: readonly Pick<Rescuer, 'id' | 'planId'>[],
): Promise<void> {
  const of = { organisationId: text.organisationId, kind: `consent-${said}`, at: now }
  if (rescuers.length === 0) await journalChange(tx, { ...of, actor: { kind: 'rescuer' } })
  for (const { id, planId } of rescuers)
    await journalChange(tx, { ...of, actor: { kind: 'rescuer', id }, detail: { planId } })
}

async function openAlerts(at: Handling): Promise<{ open: AlertOfPhone[]; recent: AlertOfPhone[] }> {
  const alerts = await findAlertsOfPhone(at.tx, at.text.organisationId, at.text.numberHash)
  return { open: alerts.filter((a) => a.open && a.told), recent: alerts.filter((a) => !a.open && a.told) }
}

const meanings: Partial<Record<string, Exclude<RecipientAnswer, 'none'>>> = {
  '1': 'going',
  '2': 'cannot',
  '4': 'there',
  '5': 'safe',
  '9': 'left',
}

/** 1, 2, 4, 5, 9: to an alert that is open on this phone, else to an invitation. */
async function alertDigit(at: Handling, reply: Extract<Reply, { kind: 'digit' }>): Promise<TextOutcome> {
  const { open, recent } = await openAlerts(at)
  if (open.length === 0 && recent.length === 0 && (await answerUnknownPhone(at, reply))) return 'unknownNumber'
  if (reply.digit === '9' && reply.code === undefined) return leave(at, open)
  const chosen = chooseReading(
    reply,
    open.map((alert) => alert.code),
  )
  const said = meanings[chosen.digit]
  if (!said) return notUnderstood(at)
  switch (chosen.kind) {
    case 'chosen': {
      const alert = open.find((candidate) => candidate.code === chosen.code)
      if (!alert) return notUnderstood(at)
      const applied = await answer(at, alert, said, 'text')
      if (said === 'left') await leaveService(at)
      return applied?.outcome === 'claimed' || applied?.outcome === 'takenOver' ? 'claimed' : 'recorded'
    }
    case 'which': {
      const [first] = open
      if (first) await sayAbout(at, first, 'which-alert', { codes: open.map((alert) => alert.code).join(' ') })
      return 'ambiguous'
    }
    case 'not-open': {
      // Late: answered and recorded, never reopening.
      const late = recent.find((alert) => reply.readings.some((reading) => reading.code === alert.code))
      if (!late) return notUnderstood(at)
      await answer(at, late, said, 'text')
      return 'recorded'
    }
    case 'no-alert': {
      const [late] = recent
      const asked = chosen.digit === '1' ? 'agreed' : chosen.digit === '2' ? 'declined' : undefined
      const ofNumber = asked && (await answerNumber(at, asked === 'agreed' ? 'confirmed' : 'denied', late))
      if (ofNumber) return ofNumber
      const consented = asked && (await consent(at, asked, 'waiting'))
      if (consented) return consented
      if (asked === 'agreed' && (await rehearsed(at, late))) return 'recorded'
      if (late) {
        await answer(at, late, said, 'text')
        return 'recorded'
      }
      const again =
        (asked === 'agreed' && (await consent(at, asked, 'declined'))) || (asked && (await repeatConsent(at, asked)))
      return again || notUnderstood(at)
    }
  }
}

async function answer(
  at: Handling,
  alert: AlertOfPhone,
  said: Exclude<RecipientAnswer, 'none'>,
  answeredBy: 'text' | 'link',
): Promise<AppliedDecision | undefined> {
  const applied = await answerAlert(at.ctx, at.tx, alert, said, { kind: alert.kind, answeredBy })
  if (alert.synthetic && applied?.outcome === 'claimed')
    await recordSyntheticReply(at.tx, alert.sessionId, at.text.receivedAt)
  if (applied) at.after.push(() => announceAlert(at.ctx, applied))
  return applied
}

/** `9`: leaves at once, every plan that names this phone; the persons learn only that they are no longer there. */
async function leave(at: Handling, open: readonly AlertOfPhone[]): Promise<TextOutcome> {
  for (const alert of open) await answer(at, alert, 'left', 'text')
  const left = await leaveService(at)
  if (open.length > 0) return 'left'
  if (!left) return notUnderstood(at)
  await say(at, left, 'left-noted')
  return 'left'
}

async function leaveService(at: Handling) {
  const rescuers = await loadRescuersByPhoneForUpdate(at.tx, at.text.organisationId, at.text.numberHash)
  const ids = rescuers.filter((rescuer) => rescuer.consent !== 'declined').map((rescuer) => rescuer.id)
  if (ids.length === 0) return undefined
  await setConsent(at.tx, ids, 'left', at.now)
  await journalConsent(
    at,
    'left',
    rescuers.filter((rescuer) => ids.includes(rescuer.id)),
  )
  await warnPersons(at)
  return rescuers[0]
}

/** "I agree" or "no" to an invitation that was really sent to this phone; who declined may think again. */
async function consent(
  at: Handling,
  said: 'agreed' | 'declined',
  before: 'waiting' | 'declined',
): Promise<TextOutcome | undefined> {
  const { tx, text, now } = at
  const rescuers = await loadRescuersByPhoneForUpdate(tx, text.organisationId, text.numberHash)
  const meant = rescuers.filter((rescuer) => rescuer.invitedAt !== undefined && rescuer.consent === before)
  const [first] = meant
  if (!first) return undefined
  await setConsent(
    tx,
    meant.map((rescuer) => rescuer.id),
    said,
    now,
  )
  await journalConsent(at, said, meant)
  if (said === 'agreed') {
    // Whoever agreed may be asked by another person too.
    await storePhone(tx, text.organisationId, text.numberHash, { invitedAt: undefined })
    await releaseInvitations(tx, text.organisationId, text.numberHash)
    at.after.push(() => at.ctx.wake.prod('checks'))
  }
  await say(at, first, `${said}-noted`)
  return said
}

/**
 * 1 or 2 to "is this your phone?", where that is the newest that this phone was asked: not before an invitation or a
 * rehearsal that came later, nor to an alert that was closed since.
 */
async function answerNumber(
  at: Handling,
  said: 'confirmed' | 'denied',
  late: AlertOfPhone | undefined,
): Promise<TextOutcome | undefined> {
  const { tx, text, now } = at
  const [asked] = await loadAskedNumbersForUpdate(tx, text.organisationId, text.numberHash)
  if (asked?.askedAt == null) return undefined
  const rescuers = await loadRescuersByPhoneForUpdate(tx, text.organisationId, text.numberHash)
  const invitedAt = rescuers.flatMap((one) => (one.consent === 'waiting' && one.invitedAt ? [one.invitedAt] : []))
  const rehearsedSince = await wasTexted(tx, text.numberHash, 'rehearsal', asked.askedAt)
  const elseAt = rehearsedSince ? now : Math.max(0, late?.closedAt ?? 0, ...invitedAt)
  const { answer, answeredBy, answeredAt } = asked
  const question = {
    askedAt: asked.askedAt,
    ...(answer && answeredBy && answeredAt !== null ? { answer, answeredBy, answeredAt } : {}),
  }
  const meant = readNumberAnswer(question, said, elseAt, now)
  if (meant === 'none') return undefined
  if (meant === 'record') await recordAnswerOfNumber(tx, asked, said, now)
  await sayToSupporter(at, asked, `contact-${said}`)
  return said === 'confirmed' ? 'numberConfirmed' : 'numberDenied'
}

const sayToSupporter = (at: Handling, supporter: ContactNumber, template: string): Promise<void> =>
  queue(at, {
    recipientKind: 'supporter',
    recipientId: supporter.id,
    template,
    detail: {},
    language: supporter.language,
    destination: { rowId: supporter.id, sealed: supporter.destination },
  })

/** The `1` that a rehearsal asks for, where no alert has come between. @returns whether it was one */
async function rehearsed(at: Handling, late: AlertOfPhone | undefined): Promise<boolean> {
  const { tx, text, now } = at
  const sinceAt = Math.max(now - rehearsalCountsMs, late?.closedAt ?? 0)
  if (!(await wasTexted(tx, text.numberHash, 'rehearsal', sinceAt))) return false
  const rescuer = await findByConsent(at, 'agreed')
  if (rescuer) await say(at, rescuer, 'rehearsal-noted')
  return rescuer !== undefined
}

/** The same answer to an invitation once more. */
async function repeatConsent(at: Handling, said: 'agreed' | 'declined'): Promise<TextOutcome | undefined> {
  const rescuer = await findByConsent(at, said)
  if (!rescuer) return undefined
  await say(at, rescuer, `${said}-noted`)
  return said
}

async function findByConsent({ tx, text }: Handling, consent: 'agreed' | 'declined') {
  const rescuers = await loadRescuersByPhoneForUpdate(tx, text.organisationId, text.numberHash)
  return rescuers.find((rescuer) => rescuer.invitedAt !== undefined && rescuer.consent === consent)
}

/** 0 and 7 from the phone that a running session names as its own. */
async function ownDigit(at: Handling, digit: '0' | '7'): Promise<TextOutcome> {
  const [latest] = await findSessionsByOwnPhone(at.tx, at.text.organisationId, at.text.numberHash)
  if (!latest) return digit === '0' && (await testedOwnPhone(at)) ? ownRehearsed(at) : notUnderstood(at)
  const command =
    digit === '0' ? ({ kind: 'check-in', pressedAgoMs: 0 } as const) : ({ kind: 'help', quiet: false } as const)
  const done = await commandByPhone(at, latest.sessionId, command)
  if (!done) return notUnderstood(at)
  // The alert that this raised says so to this phone by itself.
  if (!done.raised) await sayToPerson(at, latest, ownTexts[done.outcome] ?? 'check-in-noted')
  return digit === '0' ? 'checkedIn' : 'helped'
}

/** Whether this phone was sent a TEST of a person's own phone within the day. */
const testedOwnPhone = ({ tx, text, now }: Handling): Promise<boolean> =>
  wasTexted(tx, text.numberHash, 'rehearsal-own', now - rehearsalCountsMs)

/** The `0` that a TEST of the own phone asks for, where no session runs that it could answer. */
async function ownRehearsed(at: Handling): Promise<TextOutcome> {
  await sayToTester(at, 'rehearsal-noted')
  return 'recorded'
}

const sayToTester = (at: Handling, template: string): Promise<void> =>
  queue(at, {
    recipientKind: 'person',
    recipientId: at.text.answerTo.rowId,
    template,
    detail: {},
    destination: at.text.answerTo,
  })

const ownTexts: Partial<Record<string, string>> = {
  requestedAllClear: 'all-clear-requested',
  cancelledAlert: 'end-noted',
  alerted: 'help-noted',
  ended: 'end-noted',
}

/** 3 ends only with the code of that session's start text: a caller id can be forged. */
async function endByText(at: Handling, endCodes: readonly string[]): Promise<TextOutcome> {
  const own = await findSessionsByOwnPhone(at.tx, at.text.organisationId, at.text.numberHash)
  if (own.length === 0) return notUnderstood(at)
  const sessions = await loadSessionsForUpdate(
    at.tx,
    own.map((session) => session.sessionId),
  )
  const meant = sessions.find((session) => endCodes.includes(session.endCode))
  const [latest] = own
  if (!meant) {
    if (latest) await sayToPerson(at, latest, 'end-code-wrong')
    return 'notUnderstood'
  }
  const done = await commandByPhone(at, meant.id, { kind: 'end' })
  if (!done) return notUnderstood(at)
  await sayToPerson(at, { sessionId: meant.id, planId: meant.planId }, ownTexts[done.outcome] ?? 'end-noted')
  return 'ended'
}

/** @returns what it did, or undefined when the session had closed (or must look closed) */
async function commandByPhone(
  at: Handling,
  sessionId: string,
  command: Parameters<typeof changeSession>[3],
): Promise<{ outcome: string; raised: boolean } | undefined> {
  const [session] = await loadSessionsForUpdate(at.tx, [sessionId])
  if (!session || session.quiet) return undefined
  const { answer: given, outcome, changed } = await changeSession(at.ctx, at.tx, session, command)
  at.after.push(() => announceChanged(at.ctx, changed))
  return given.kind === 'answer' ? { outcome, raised: changed.alerts.length > 0 } : undefined
}

/** Anything else: a human may read it; the phone hears once in 24 h what would have worked. Strangers hear nothing. */
async function notUnderstood(at: Handling): Promise<TextOutcome> {
  const { tx, text, phone, now } = at
  const [rescuer] = await loadRescuersByPhoneForUpdate(tx, text.organisationId, text.numberHash)
  const [own] = await findSessionsByOwnPhone(tx, text.organisationId, text.numberHash)
  const { open, recent } = await openAlerts(at)
  const [alert] = [...open, ...recent]
  // Who was sent a TEST and writes anything else, `7` above all, must hear that nobody acts on it.
  const tested = !rescuer && !own && !alert && (await testedOwnPhone(at))
  const [asked] = await loadAskedNumbersForUpdate(tx, text.organisationId, text.numberHash)
  if (!rescuer && !own && !alert && !tested && !asked) return 'unknownNumber'
  if (phone.helpedAt !== undefined && now - phone.helpedAt < helpEveryMs) return 'notUnderstood'
  await storePhone(tx, text.organisationId, text.numberHash, { helpedAt: now })
  if (rescuer) await say(at, rescuer, 'not-understood')
  else if (alert) await sayAbout(at, alert, 'not-understood', {})
  else if (own) await sayToPerson(at, own, 'not-understood')
  else if (asked) await sayToSupporter(at, asked, 'not-understood')
  else await sayToTester(at, 'not-understood')
  return 'notUnderstood'
}

/**
 * A phone that we do not know answers with the code of an open alert: the text was read from another's phone, or shown to
 * a friend. A caller id proves nothing and a code is four digits, so it counts for nothing; but they hear what would
 * count, once in 24 h. @returns whether that was it
 */
async function answerUnknownPhone(at: Handling, reply: Extract<Reply, { kind: 'digit' }>): Promise<boolean> {
  const { tx, text, phone, now } = at
  if (reply.code === undefined) return false
  const [rescuer] = await loadRescuersByPhoneForUpdate(tx, text.organisationId, text.numberHash)
  const [own] = await findSessionsByOwnPhone(tx, text.organisationId, text.numberHash)
  if (rescuer || own) return false
  const codes = reply.readings.flatMap(({ code }) => (code === undefined ? [] : [code]))
  if (!(await isOpenCode(tx, text.organisationId, codes))) return false
  if (phone.helpedAt !== undefined && now - phone.helpedAt < helpEveryMs) return true
  await storePhone(tx, text.organisationId, text.numberHash, { helpedAt: now })
  await queue(at, {
    recipientKind: 'rescuer',
    recipientId: text.answerTo.rowId,
    template: 'unknown-phone',
    detail: {},
    destination: text.answerTo,
  })
  return true
}

type Rescuer = Awaited<ReturnType<typeof loadRescuersByPhoneForUpdate>>[number]

async function say(at: Handling, rescuer: Rescuer, template: string): Promise<void> {
  // A test handset answers whatever it is told: it would be told for ever.
  if (rescuer.synthetic) return
  await queue(at, {
    recipientKind: 'rescuer',
    recipientId: rescuer.id,
    template,
    detail: {},
    language: rescuer.language,
    destination: destinationOfRescuer(rescuer),
  })
}

/** To somebody an alert told, whether or not they still stand in a plan: a supporter, a rescuer who was removed since. */
async function sayAbout(
  at: Handling,
  alert: AlertOfPhone,
  template: string,
  detail: NewMessage['detail'],
): Promise<void> {
  const destination = destinationOfRecipient({ id: alert.recipientId, destination: alert.destination })
  if (!destination) return
  await queue(at, {
    recipientKind: alert.kind,
    recipientId: alert.recipientId,
    template,
    detail,
    language: alert.language,
    destination,
  })
}

async function sayToPerson(
  at: Handling,
  session: { sessionId: string; planId: string; language?: string },
  template: string,
): Promise<void> {
  const [plan] = await findPlans(at.tx, [session.planId])
  const destination = plan && destinationOfPerson(plan)
  if (!destination) return
  const alert = await findAlert(at.tx, { sessionId: session.sessionId })
  await queue(at, {
    sessionId: session.sessionId,
    recipientKind: 'person',
    recipientId: session.sessionId,
    template,
    detail: alert ? { code: alert.code } : {},
    ...(session.language ? { language: session.language } : {}),
    destination,
  })
}

async function queue(
  at: Handling,
  message: Pick<NewMessage, 'recipientKind' | 'recipientId' | 'template' | 'detail'> & {
    sessionId?: string
    /** Default: English. */
    language?: string
    destination: NonNullable<NewMessage['destination']>
  },
): Promise<void> {
  await insertMessages(at.tx, [
    {
      language: 'en',
      ...message,
      organisationId: at.text.organisationId,
      channel: 'text',
      numberHash: at.text.numberHash,
      priority: priorities.answer,
      dedupeKey: `answer.${newId()}`,
      dueAt: at.now,
    },
  ])
  at.after.push(() => at.ctx.wake.prod('outbox'))
}

/** A rescuer is no longer there: each person hears it at once on their own phone, and sees it in the app. Never why. */
async function warnPersons(at: Handling): Promise<void> {
  const rescuers = await loadRescuersByPhoneForUpdate(at.tx, at.text.organisationId, at.text.numberHash)
  const plans = await findPlans(at.tx, [...new Set(rescuers.map((rescuer) => rescuer.planId))])
  const messages = plans.flatMap((plan): NewMessage[] => {
    const destination = destinationOfPerson(plan)
    return destination
      ? [
          {
            organisationId: plan.organisationId,
            recipientKind: 'person',
            recipientId: plan.id,
            channel: 'text',
            template: 'plan-warning',
            detail: {},
            language: plan.language,
            destination,
            ...(plan.ownNumberHash ? { numberHash: plan.ownNumberHash } : {}),
            priority: priorities.answer,
            dedupeKey: `warning.${newId()}`,
            dueAt: at.now,
          },
        ]
      : []
  })
  await insertMessages(at.tx, messages)
  if (messages.length > 0) at.after.push(() => at.ctx.wake.prod('outbox'))
}
