import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Carrier } from '../carrier.ts'
import { parseNumber } from '../numbers.ts'
import { requestRefusal } from '../refusals.ts'
import type { Text } from '../texts/text.ts'
import { parseDateFilter } from './dates.ts'
import { type Refusal, refusal, sendError, sendNotFound, sendRefusal } from './errors.ts'
import { type Fields, fieldValue, isCallbackUrl, singleValues } from './fields.ts'
import { toMessageResource } from './message-resource.ts'
import { misbehave, sendServerError } from './misbehave.ts'
import { cutPage } from './pages.ts'

type ByAccount = { Params: { accountSid: string }; Body: Fields; Querystring: Fields }
type BySid = { Params: { accountSid: string; sid: string }; Body: Fields }

const longestBody = 1600

interface Message {
  from: string
  to: string
  body: string
  statusCallback: string | undefined
  validitySeconds: number | undefined
}

/** `/2010-04-01/Accounts/{sid}/Messages.json`: create, list, fetch, redact, delete. */
export function messageRoutes(app: FastifyInstance, carrier: Carrier): void {
  const { account, behaviours, texts, textLife } = carrier
  const shown = (text: Text) => toMessageResource(account.sid, text)

  const find = (sid: string) => {
    const text = texts.find(sid)
    return text?.deleted === false ? text : undefined
  }

  app.post<ByAccount>('/Accounts/:accountSid/Messages.json', (request, reply) => {
    const fields = request.body
    const behaviour = behaviours.between(
      parseNumber(fieldValue(fields, 'From') ?? '') ?? '',
      parseNumber(fieldValue(fields, 'To') ?? '') ?? '',
    )
    if (misbehave(behaviour, reply)) return reply
    const message = checkMessage(fields, carrier)
    if ('code' in message) return sendRefusal(reply, message)
    if (behaviour.kind === 'refuse' && behaviour.when === 'request') {
      const { status, message: why } = requestRefusal(behaviour.code)
      return sendError(reply, status, behaviour.code, why)
    }
    const text = textLife.take(message)
    if (behaviour.kind === '500-after') return sendServerError(reply)
    // The answer is the message as it was taken, whatever has become of it in the same instant.
    return reply
      .code(201)
      .send({ ...shown(text), status: 'queued', date_sent: null, error_code: null, error_message: null })
  })

  app.get<ByAccount>('/Accounts/:accountSid/Messages.json', (request, reply) => {
    const query = request.query
    const dates = parseDateFilter('DateSent', singleValues(query))
    if (dates.kind === 'invalid') return sendError(reply, 400, 20_001, "Invalid parameter 'DateSent'")
    const page = cutPage(request.url.split('?', 1)[0] ?? '', query, listed(carrier, query, dates.passes))
    return reply.send({ ...page.fields, messages: page.items.map(shown) })
  })

  app.get<BySid>('/Accounts/:accountSid/Messages/:sid.json', (request, reply) => {
    const text = find(request.params.sid)
    return text === undefined ? sendNotFound(reply, request.url) : reply.send(shown(text))
  })

  app.post<BySid>('/Accounts/:accountSid/Messages/:sid.json', (request, reply) => {
    const text = find(request.params.sid)
    if (text === undefined) return sendNotFound(reply, request.url)
    if (request.body.Status !== undefined) return sendError(reply, 400, 30_409, 'This message cannot be canceled')
    if (fieldValue(request.body, 'Body') !== '')
      return sendError(reply, 400, 20_001, 'A body can only be redacted: send an empty Body')
    if (isUnderWay(text)) return sendUnderWay(reply, 'redact')
    text.redacted = true
    text.updatedAt = Date.now()
    return reply.send(shown(text))
  })

  app.delete<BySid>('/Accounts/:accountSid/Messages/:sid.json', (request, reply) => {
    const text = find(request.params.sid)
    if (text === undefined) return sendNotFound(reply, request.url)
    if (isUnderWay(text)) return sendUnderWay(reply, 'delete')
    text.deleted = true
    return reply.code(204).send()
  })
}

/** The message the fields ask for, or Twilio's reason to refuse it. */
function checkMessage(fields: Fields, { account, optOuts }: Carrier): Message | Refusal {
  const to = fieldValue(fields, 'To')
  const from = fieldValue(fields, 'From')
  const body = fieldValue(fields, 'Body')
  const statusCallback = fieldValue(fields, 'StatusCallback') || undefined
  const validity = fieldValue(fields, 'ValidityPeriod')
  if (!to) return refusal(21_604, "A 'To' phone number is required.")
  const toNumber = parseNumber(to)
  if (toNumber === undefined) return refusal(21_211, `Invalid 'To' Phone Number: ${to}`)
  if (!from) return refusal(21_603, "A 'From' phone number is required.")
  const fromNumber = parseNumber(from)
  if (fromNumber === undefined) return refusal(21_212, `The 'From' number ${from} is not a valid phone number`)
  if (fromNumber !== account.number)
    return refusal(
      21_606,
      `The 'From' phone number ${from} is not a valid message-capable Twilio phone number for this account`,
    )
  if (toNumber === fromNumber) return refusal(21_266, "'To' and 'From' number cannot be the same")
  if (!body) return refusal(21_602, 'Message body is required.')
  if (body.length > longestBody) return refusal(21_617, requestRefusal(21_617).message)
  if (statusCallback !== undefined && !isCallbackUrl(statusCallback))
    return refusal(21_609, "The 'StatusCallback' URL is not a valid URL")
  const validitySeconds = validity === undefined ? undefined : Number(validity)
  if (
    validitySeconds !== undefined &&
    !(Number.isInteger(validitySeconds) && validitySeconds >= 1 && validitySeconds <= 36_000)
  ) {
    return refusal(20_001, "Invalid parameter 'ValidityPeriod': 1 to 36000 seconds")
  }
  if (optOuts.has(toNumber)) return refusal(21_610, requestRefusal(21_610).message)
  return { from: fromNumber, to: toNumber, body, statusCallback, validitySeconds }
}

/** Newest first, those the filters let through. A text that was not sent yet is listed under the day it was taken. */
function* listed({ account, texts }: Carrier, query: Fields, passes: (at: number) => boolean): Generator<Text> {
  const to = numberIn(query, 'To')
  const from = numberIn(query, 'From')
  const phone = [to, from].find((number) => number !== undefined && number !== account.number)
  for (const text of texts.newestFirst(phone)) {
    if (text.deleted) continue
    if (to !== undefined && text.to !== to) continue
    if (from !== undefined && text.from !== from) continue
    if (passes(Math.floor((text.sentAt ?? text.at) / 1000) * 1000)) yield text
  }
}

function numberIn(query: Fields, name: string): string | undefined {
  const written = fieldValue(query, name)
  return written ? (parseNumber(written) ?? written) : undefined
}

function isUnderWay(text: Text): boolean {
  return text.status === 'queued'
}

function sendUnderWay(reply: FastifyReply, what: string): FastifyReply {
  return sendError(reply, 409, 20_009, `Cannot ${what} message because delivery has not been completed.`)
}
