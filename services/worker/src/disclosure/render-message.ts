/**
 * From an outbox row to what the carrier is given, at the moment of sending: the number is opened, the wording is made
 * from what is true now. What makes no sense any more is not sent.
 */
import type { PushTarget } from '@stillhere/carriers/outbound'
import {
  allClearReasonOf,
  checkDestination,
  isForsaken,
  type Language,
  markAsTest,
  type OwnSentences,
  pushWords,
  renderText,
  type TextTemplate,
  type TextValues,
} from '@stillhere/domain'
import {
  type AlertFactsForTexts,
  type ClaimedMessage,
  isLadderMessage,
  type MessageRow,
  type OperationContext,
  ownSentences,
  pageOperator,
} from '@stillhere/operations'
import { openPush, openWord } from '@stillhere/sealing/open'
import { discloseLink } from './disclose-link.ts'
import type { Keyring } from './keyring.ts'
import { readPushTarget } from './read-push-target.ts'

export type Rendered =
  | { kind: 'text'; to: string; from: string; body: string }
  | { kind: 'call'; to: string; from: string }
  | { kind: 'push'; target: PushTarget; payload: string; ttlSeconds: number }
  /** No longer true, or not to be said any more. */
  | { kind: 'obsolete' }
  /** `unreadable`: the number does not open as this recipient's; whose it is nobody can say, so nobody is called. */
  | { kind: 'refused'; code: 'not_allowed' | 'unreadable' }

export async function renderMessage(
  ctx: OperationContext,
  keys: Keyring,
  claimed: ClaimedMessage,
  settings: { webUrl: string },
): Promise<Rendered> {
  const { message, organisation } = claimed
  if (isObsolete(claimed)) return { kind: 'obsolete' }
  if (message.channel === 'push') return renderPush(keys, claimed)
  const from = organisation.smsNumber
  if (message.recipientKind === 'pager' && organisation.pagerNumber === undefined) return { kind: 'obsolete' }
  const to = await destinationOf(keys, claimed)
  if (to === undefined) return { kind: 'refused', code: 'unreadable' }
  // The second layer: whatever got this far, an emergency or foreign number is never called (P13).
  const allowed = checkDestination(to, [from])
  if (allowed.kind === 'refused') return { kind: 'refused', code: 'not_allowed' }
  if (message.channel === 'call') return { kind: 'call', to, from }
  const body = await renderBody(ctx, keys, claimed, settings.webUrl)
  if (body === undefined) return { kind: 'obsolete' }
  // Whatever its words, nobody who reads a test may take it for an alert.
  const said = claimed.alert?.synthetic ? markAsTest(body, message.language as Language) : body
  return { kind: 'text', to, from, body: said }
}

/** Once the person has answered, or has been gone for a minute, there is nothing to remind of. */
async function renderPush(keys: Keyring, { message, push, now }: ClaimedMessage): Promise<Rendered> {
  if (push === undefined || push.alertAt <= now || message.sessionId === undefined) return { kind: 'obsolete' }
  const opened = await openPush(keys.openingKeys, { sessionId: message.sessionId }, push.sealed)
  const read = opened.kind === 'opened' ? readPushTarget(opened.text) : undefined
  // Anybody can seal anything, and a key may have been destroyed since: no emergency, and nobody is paged for it.
  if (read === undefined) return { kind: 'refused', code: 'not_allowed' }
  return {
    kind: 'push',
    target: read.target,
    payload: JSON.stringify(pushWords[read.language]),
    ttlSeconds: Math.max(1, Math.round((push.alertAt - now) / 1_000)),
  }
}

/** A page that could not leave for longer says what is no longer so; what still is has been paged anew. */
const pageGoodForMs = 3_600_000

/** A TEST that rings long after it was asked for could fall into a session and be taken for the real thing, or the reverse. */
const ownTests = new Set(['rehearsal-own', 'rehearsal-call'])
const ownTestGoodForMs = 120_000

/** Nobody is called to an alert that is over, nor asked again once somebody has it. */
function isObsolete({ message, alert, now }: ClaimedMessage): boolean {
  if (message.recipientKind === 'pager') return now - message.createdAt > pageGoodForMs
  if (ownTests.has(message.template)) return now - message.createdAt > ownTestGoodForMs
  // A bundle is about several; that one of them closed takes nothing from the others.
  if (!alert || message.template === 'alert-bundle') return false
  // C86: closed by rule, or about to be. Nobody hears of it months later, whatever was still queued.
  if (alert.outcome === 'abandoned' || isForsaken(alert, now)) return true
  const asks =
    isLadderMessage(message) || message.template === 'alert-where' || message.template === 'request-all-clear'
  // A handset that answers by itself would answer an answer, and so on for ever; and no mark can be put before a ring.
  if (alert.synthetic && (!asks || message.channel === 'call')) return true
  if (asks && alert.state === 'closed') return true
  return (
    (message.template === 'alert-repeat' || message.template === 'alert-call') &&
    alert.state !== 'open' &&
    message.detail.forced !== true
  )
}

async function destinationOf(keys: Keyring, { message, organisation }: ClaimedMessage): Promise<string | undefined> {
  if (message.recipientKind === 'pager') return organisation.pagerNumber
  return message.destination && keys.readNumber(message.destination.rowId, message.destination.sealed)
}

async function renderBody(
  ctx: OperationContext,
  keys: Keyring,
  claimed: ClaimedMessage,
  webUrl: string,
): Promise<string | undefined> {
  const { message, alert, organisation, now } = claimed
  const language = message.language as Language
  const own = ownSentences(organisation.texts, language)
  const say = <T extends TextTemplate>(template: T, values: TextValues[T]) =>
    renderText(template, values, language, own)
  const template = message.template as TextTemplate
  const code = String(message.detail.code ?? alert?.code ?? '')
  const to = message.recipientKind === 'supporter' ? 'supporter' : 'rescuer'
  const supporterActing = alert?.ownerKind === 'supporter' && alert.ownerId !== message.recipientId
  const othersGoing = alert?.going.filter((id) => id !== message.recipientId).length ?? 0
  const someoneCoordinates = alert?.state === 'owned'
  const reason = alert?.reason ?? 'silence'
  switch (template) {
    case 'alert-first':
      return say(template, { code, reason, addressFollows: alert?.textAddress ?? false, supporterActing, othersGoing })
    case 'alert-first-supporter':
      return say(template, { code, reason, othersGoing })
    case 'alert-repeat':
      return say(template, { code, to, supporterActing, othersGoing })
    case 'alert-where':
      return alert && whereText(ctx, keys, message, alert, { code, language, own, webUrl, supporterActing })
    case 'alert-generic':
      return say(template, { code, supporterActing })
    case 'claim-confirmed':
      return say(template, { code, by: to })
    case 'going-noted':
      return othersGoing > 0
        ? say('going-noted-you-and-others', { code, someoneCoordinates, othersGoing })
        : say(template, { code, someoneCoordinates })
    case 'going-noted-you-and-others':
      return say(template, { code, someoneCoordinates, othersGoing })
    case 'already-claimed':
      return say(template, { code, to, by: alert?.ownerKind ?? 'rescuer', time: clockTime(alert?.ownedAt) })
    case 'all-clear':
      return say(template, {
        code,
        reason: allClearReasonOf((alert?.outcome ?? 'safe') as 'safe', alert?.requested ?? false),
      })
    case 'cannot-noted':
    case 'there-noted':
    case 'safe-noted-closed':
    case 'safe-reported':
    case 'safe-told-owner':
    case 'supporter-owns':
    case 'handed-over':
    case 'stand-down':
    case 'post-rescue':
    case 'request-all-clear':
    case 'late-reply':
    case 'help-noted':
    case 'alert-raised-own':
    case 'all-clear-requested':
    case 'pager-plan':
    case 'pager-nobody':
    case 'pager-silent':
    case 'pager-abandoning':
      return say(template, { code })
    case 'left-noted':
      return say(template, code === '' ? {} : { code })
    case 'which-alert':
      return say(template, { codes: String(message.detail.codes ?? '').split(' ') })
    case 'alert-bundle':
      return say(template, {
        codes: String(message.detail.codes ?? '').split(' '),
        again: message.detail.again === true,
      })
    case 'invitation': {
      const word = await wordOf(keys, claimed)
      return say(template, { host: organisation.pageHost, ...(word === undefined ? {} : { word }) })
    }
    case 'contact-ask':
      return say(template, { host: organisation.pageHost })
    case 'session-start':
      return say(template, { endCode: String(message.detail.endCode) })
    case 'prompt-own': {
      const leftMs = Number(message.detail.alertAt) - now
      return say(template, { untilToldSeconds: Math.max(0, Math.round(leftMs / 1_000)) })
    }
    case 'check-in-noted':
      return say(template, {})
    case 'pager-keys':
    case 'pager-restored':
      return say(template, { count: Number(message.detail.count) })
    case 'pager-unowned':
      return say(template, {
        count: Number(message.detail.count),
        longestSeconds: Number(message.detail.longestSeconds),
      })
    case 'rota-hole':
    case 'floor-missed':
      return say(template, {
        people: Number(message.detail.people),
        floor: Number(message.detail.floor),
        when: String(message.detail.when ?? ''),
      })
    default:
      return say(template, {})
  }
}

/** The text that says where: it opens the plan and writes the disclosure. Unreadable, it says so and pages an operator. */
async function whereText(
  ctx: OperationContext,
  keys: Keyring,
  message: MessageRow,
  alert: AlertFactsForTexts,
  at: { code: string; language: Language; own: OwnSentences; webUrl: string; supporterActing: boolean },
): Promise<string> {
  const disclosed = await discloseLink(ctx, keys, message, alert, at.webUrl)
  if (disclosed.kind === 'unreadable') {
    ctx.events.trouble('unreadablePlan')
    await pageOperator(ctx, message.organisationId, 'pager-plan', { code: at.code })
    return renderText('alert-generic', { code: at.code, supporterActing: at.supporterActing }, at.language, at.own)
  }
  const { plan, link } = disclosed
  return renderText(
    'alert-where',
    {
      code: at.code,
      link,
      ...(plan.textAddress ? { address: plan.address, ...(plan.entry ? { entry: plan.entry } : {}) } : {}),
    },
    at.language,
    at.own,
  )
}

async function wordOf(keys: Keyring, { message, word }: ClaimedMessage): Promise<string | undefined> {
  if (!word) return undefined
  const opened = await openWord(keys.openingKeys, { planId: word.planId, rescuerId: message.recipientId }, word.sealed)
  return opened.kind === 'opened' ? opened.text : undefined
}

const clockTime = (at: number | undefined): string =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/London' }).format(
    at ?? Date.now(),
  )
