import Twilio from 'twilio/lib/rest/Twilio.js'
import { classify } from '../twilio/error-classes.ts'
import { createBulkhead } from './bulkhead.ts'
import { createHttpClient, NoAnswerError } from './http-client.ts'
import type { Carrier, FetchedStatus, FoundSent, KnownOf, Lane, ListedText, SendOutcome } from './outcomes.ts'

/** An attempt's bound (P6): by 5 s another channel has started. */
const TIMEOUT_MS = 4000
/** Seconds are all the carrier's dates hold, and its clock is its own. */
const CLOCK_ALLOWANCE_MS = 2000
const E164 = /^\+[1-9][0-9]{6,14}$/
const MESSAGE_SID = /^(?:SM|MM)[0-9a-f]{32}$/
const CALL_SID = /^CA[0-9a-f]{32}$/
const INBOUND_PAGES = 5

/**
 * Texts and calls through Twilio's SDK, over an HTTP client of ours.
 *
 * @param settings.baseUrl origin of the carrier simulator; absent = the real Twilio.
 * @param settings.mayContact the second layer of the deny list: where it says no, no request is made.
 * @param settings.size texts at once, and calls at once.
 * @param settings.onCircuitOpen the carrier failed five times in ten seconds: an operator should know.
 * @see https://www.twilio.com/docs/messaging/api/message-resource
 * @see https://www.twilio.com/docs/voice/api/call-resource
 */
export function createTwilio(settings: {
  readonly accountSid: string
  readonly authToken: string
  readonly baseUrl?: string | undefined
  readonly mayContact: (to: string) => boolean
  readonly size?: number
  readonly timeoutMs?: number
  readonly onCircuitOpen?: () => void
}): Carrier {
  const size = settings.size ?? 20
  // Lists and look-ups share the connections but not the slots: reconciling must not wait behind a storm of texts.
  const httpClient = createHttpClient({
    baseUrl: settings.baseUrl,
    timeoutMs: settings.timeoutMs ?? TIMEOUT_MS,
    maxSockets: size * 4,
  })
  const client = new Twilio(settings.accountSid, settings.authToken, {
    httpClient: httpClient as never,
    autoRetry: false,
    accountSid: settings.accountSid,
    // Said outright, because the SDK would otherwise take them from the environment.
    edge: '',
    region: '',
    logLevel: 'off',
  })
  // The SDK loads its parts on first use, which would be the first alert's time.
  const { messages, calls } = client
  const opened = settings.onCircuitOpen ? { onOpen: settings.onCircuitOpen } : {}
  const texting = createLanes()
  const calling = createLanes()
  function createLanes() {
    const bulkheads = {
      alert: createBulkhead(size, opened),
      following: createBulkhead(size, opened),
      other: createBulkhead(size, opened),
    }
    return (lane: Lane = 'other', to: string, attempt: () => Promise<SendOutcome>) =>
      lane === 'first' ? bulkheads.alert.run('first', to, attempt) : bulkheads[lane].run('other', to, attempt)
  }

  const mayContact = (to: string) => E164.test(to) && settings.mayContact(to)

  return {
    async send(text) {
      if (!mayContact(text.to) || text.to === text.from) return NOT_ALLOWED
      return texting(text.lane, text.to, () =>
        outcomeOf(MESSAGE_SID, () =>
          messages.create({
            to: text.to,
            from: text.from,
            body: text.body,
            ...(text.statusCallbackUrl === undefined ? {} : { statusCallback: text.statusCallbackUrl }),
            validityPeriod: text.validitySeconds,
            // Fraud protection drops later texts to one person without a word (OneUptime 2468).
            riskCheck: 'disable',
          }),
        ),
      )
    },

    async placeCall(call) {
      if (!mayContact(call.to) || call.to === call.from) return NOT_ALLOWED
      return calling(call.lane, call.to, () =>
        outcomeOf(CALL_SID, () =>
          calls.create({
            to: call.to,
            from: call.from,
            url: call.url,
            statusCallback: call.statusCallbackUrl,
            statusCallbackEvent: ['ringing', 'answered', 'completed'],
            timeout: Math.min(30, Math.max(5, Math.round(call.timeoutSeconds))),
            // Nobody is kept on the line by a loop of ours (X4).
            timeLimit: 120,
            ...(call.machineDetection ? { machineDetection: 'Enable' } : {}),
          }),
        ),
      )
    },

    findSent: ({ to, from, bodyMatches, sentAfterMs, knownOf }) =>
      looking(async () => {
        const page = await messages.page({ to, from, pageSize: 50 })
        const fitting = page.instances.filter(
          (message) =>
            message.direction.startsWith('outbound') &&
            createdAt(message) >= sentAfterMs - CLOCK_ALLOWANCE_MS &&
            bodyMatches(message.body ?? ''),
        )
        return firstUnknown(fitting, knownOf)
      }),

    findCall: ({ to, from, placedAfterMs, knownOf }) =>
      looking(async () => {
        const page = await calls.page({ to, from, pageSize: 20 })
        const fitting = page.instances.filter((call) => createdAt(call) >= placedAfterMs - CLOCK_ALLOWANCE_MS)
        return firstUnknown(fitting, knownOf)
      }),

    async fetchStatus(sid) {
      if (!MESSAGE_SID.test(sid)) return { kind: 'none' }
      return looking(async (): Promise<FetchedStatus> => {
        const { status, errorCode } = await messages(sid).fetch()
        const broken = status === 'failed' || status === 'undelivered'
        return {
          kind: 'found',
          status,
          ...(errorCode ? { code: String(errorCode) } : {}),
          ...(broken ? { class: classify(errorCode || undefined) } : {}),
        }
      })
    },

    async removeMessage(sid) {
      if (!MESSAGE_SID.test(sid)) return 'gone'
      try {
        await messages(sid).remove()
        return 'removed'
      } catch (error) {
        return statusOf(error) === 404 ? 'gone' : 'failed'
      }
    },

    async listInbound({ to, sinceMs }) {
      const found = await looking(async () => {
        const texts: ListedText[] = []
        let page = await messages.page({ to, pageSize: 200 })
        for (let read = 1; ; read++) {
          for (const message of page.instances)
            if (message.direction === 'inbound' && createdAt(message) >= sinceMs)
              texts.push({
                sid: message.sid,
                from: message.from,
                to: message.to,
                body: message.body ?? '',
                receivedAt: createdAt(message),
              })
          const last = page.instances.at(-1)
          const complete = !last || createdAt(last) < sinceMs || !page.nextPageUrl
          const next = complete || read === INBOUND_PAGES ? undefined : await page.nextPage()
          if (!next) return { kind: 'found' as const, texts: texts.reverse(), complete }
          page = next as typeof page
        }
      })
      // A 404 here is a wrong account, not an empty list.
      return found.kind === 'none' ? { kind: 'unknown', reason: 'refused' } : found
    },

    close: httpClient.close,
  }
}

const NOT_ALLOWED: SendOutcome = { kind: 'refused', code: 'not_allowed', class: 'recipient-for-good' }

const createdAt = (thing: { dateCreated: Date | null }): number => thing.dateCreated?.getTime() ?? 0

/** The SDK's two exceptions both carry the HTTP status and Twilio's code; anything else carries neither. */
const statusOf = (error: unknown): number | undefined => {
  const status = (error as { status?: unknown }).status
  return error instanceof Error && typeof status === 'number' ? status : undefined
}

/** Turns a creating request into one of the four outcomes. */
async function outcomeOf(
  sidShape: RegExp,
  create: () => Promise<{ sid: string; status?: string; errorCode?: number | null }>,
): Promise<SendOutcome> {
  try {
    const { sid, status, errorCode } = await create()
    if (typeof sid !== 'string' || !sidShape.test(sid)) return { kind: 'unknown', reason: 'no_sid' }
    // Taken and given up in one breath.
    if (errorCode && (status === 'failed' || status === 'undelivered'))
      return { kind: 'refused', code: String(errorCode), class: classify(errorCode) }
    return { kind: 'accepted', sid }
  } catch (error) {
    if (error instanceof NoAnswerError)
      return error.taken === 'no'
        ? { kind: 'failed', reason: error.reason as never }
        : { kind: 'unknown', reason: error.reason as never }
    const status = statusOf(error)
    // A 2xx whose body is no JSON, or not the thing: it may well have been taken.
    if (status === undefined) return { kind: 'unknown', reason: 'garbage' }
    if (status < 400) return { kind: 'unknown', reason: 'redirected' }
    const code = Number((error as { code?: unknown }).code) || undefined
    const errorClass = classify(code, status)
    if (errorClass === 'not-sent') return { kind: 'failed', reason: 'rate_limited' }
    if (errorClass === 'unknown') return { kind: 'unknown', reason: 'server_error' }
    return { kind: 'refused', code: String(code ?? `http-${status}`), class: errorClass }
  }
}

/** The newest that is no other message's. */
async function firstUnknown(
  fitting: readonly { sid: string; status: string }[],
  knownOf: KnownOf | undefined,
): Promise<FoundSent> {
  const known = fitting.length > 0 && knownOf ? await knownOf(fitting.map(({ sid }) => sid)) : undefined
  const found = fitting.find(({ sid }) => !known?.has(sid))
  return found ? { kind: 'found', sid: found.sid, status: found.status } : { kind: 'none' }
}

/** Turns a reading request's failures into values. */
async function looking<T>(look: () => Promise<T>): Promise<T | { kind: 'none' } | { kind: 'unknown'; reason: string }> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof NoAnswerError) return { kind: 'unknown', reason: error.reason }
    const status = statusOf(error)
    if (status === 404) return { kind: 'none' }
    return { kind: 'unknown', reason: status === undefined ? 'garbage' : 'refused' }
  }
}
