import {
  emptyTwiml,
  parseCallEvent,
  parseDigits,
  parseInboundText,
  parseReceipt,
  type RawFields,
  readForm,
  verifyTwilioSignature,
} from '@stillhere/carriers/inbound'
import { parseKeyPress } from '@stillhere/domain'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { receiptOfCall } from '../call-receipt.ts'
import { formBodyBytes } from '../http/read-body.ts'
import { inTime } from '../in-time.ts'
import { RefusedError } from '../refusals.ts'
import { speakAfterKey, speakMenu } from '../speak.ts'
import { refusals, typed } from './typed.ts'

/** `n`: the secret of one attempt, which comes back in the address we gave the carrier. */
const callbackQuery = z.object({ n: z.string().max(128).default('') })
const form = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

type What = 'message' | 'receipt' | 'call' | 'digits'

/**
 * The carrier's callbacks. None waits for the carrier or for the worker: verify, store or record, answer (C65). What is
 * signed and makes no sense is 204 and counted, because an error would only be sent again.
 */
export function carrierRoutes(app: FastifyInstance, { operations, webhooks, seal, events }: ApiParts): void {
  const routes = typed(app)
  const config = { authentication: 'carrier' } as const
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: formBodyBytes },
    async (_request: FastifyRequest, body: Buffer) => readForm(body.toString('utf8')),
  )

  const signed = (what: What) => async (request: FastifyRequest) => {
    const header = request.headers['x-twilio-signature']
    const ok = verifyTwilioSignature({
      ...webhooks,
      pathAndQuery: request.url,
      rawParams: (request.body ?? {}) as RawFields,
      signature: typeof header === 'string' ? header : undefined,
    })
    if (ok) return
    events.callbackIgnored({ what, reason: 'badSignature' })
    throw new RefusedError('bad_signature')
  }
  const ignore = (reply: FastifyReply, what: What) => {
    events.callbackIgnored({ what, reason: 'malformed' })
    return reply.status(204).send(null)
  }
  const xml = (reply: FastifyReply, body = emptyTwiml()) => reply.type('text/xml; charset=utf-8').send(body)
  const keysUrl = (n: string) => `${webhooks.publicUrl}/v1/carriers/twilio/digits?n=${encodeURIComponent(n)}`
  const schema = (summary: string) => ({
    summary,
    consumes: ['application/x-www-form-urlencoded'],
    querystring: callbackQuery,
    body: form,
    response: { 200: z.string(), 204: z.null(), ...refusals },
  })

  routes.post(
    '/v1/carriers/twilio/messages',
    { config, schema: schema('A text came in'), preHandler: signed('message') },
    async (request, reply) => {
      const text = parseInboundText(request.body)
      if (text === undefined) return ignore(reply, 'message')
      const organisation = await inTime(request, operations.findOrganisation({ smsNumber: text.to }))
      if (organisation === undefined) return ignore(reply, 'message')
      const { sid, from, to, body } = text
      const sealed = await seal.inbound(sid, JSON.stringify({ from, to, body }))
      await inTime(request, operations.storeInboundText({ sid, organisationId: organisation.id, sealed }))
      return xml(reply)
    },
  )
  routes.post(
    '/v1/carriers/twilio/receipts',
    { config, schema: schema('What became of a text'), preHandler: signed('receipt') },
    async (request, reply) => {
      const receipt = parseReceipt(request.body)
      if (receipt === undefined) return ignore(reply, 'receipt')
      const { sid, status, code, class: errorClass } = receipt
      const failure = { ...(code && { errorCode: code }), ...(errorClass && { errorClass }) }
      await inTime(request, operations.recordReceipt({ nonce: request.query.n, sid, status, ...failure }))
      return reply.status(204).send(null)
    },
  )
  // One address for both: what the call is to say when somebody picks up, and what became of it. The carrier numbers
  // the second kind. https://www.twilio.com/docs/voice/api/call-resource#statuscallback
  routes.post(
    '/v1/carriers/twilio/calls',
    { config, schema: schema('A call was answered, or what became of it'), preHandler: signed('call') },
    async (request, reply) => {
      const { n: nonce } = request.query
      const call = parseCallEvent(request.body)
      if (call === undefined) return ignore(reply, 'call')
      if (request.body.SequenceNumber !== undefined) {
        await inTime(request, operations.recordReceipt({ nonce, ...receiptOfCall(call) }))
        return reply.status(204).send(null)
      }
      // A voicemail box is told nothing, and is nobody's answer (C50).
      if (call.answeredBy === 'machine') return xml(reply)
      return xml(reply, speakMenu(await inTime(request, operations.describeCall({ nonce })), keysUrl(nonce)))
    },
  )
  routes.post(
    '/v1/carriers/twilio/digits',
    { config, schema: schema('Keys were pressed in a call'), preHandler: signed('digits') },
    async (request, reply) => {
      const { n: nonce } = request.query
      const pressed = parseDigits(request.body)
      if (pressed === undefined) return ignore(reply, 'digits')
      const digit = pressed.answeredBy === 'machine' ? null : parseKeyPress(pressed.digits)
      const outcome = await inTime(request, operations.recordDigits({ nonce, digit }))
      const about = await inTime(request, operations.describeCall({ nonce }))
      return xml(reply, speakAfterKey(outcome, about, keysUrl(nonce)))
    },
  )
}
