import { parseKeyPress } from '@stillhere/domain'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { hangUp } from '../call-twiml.ts'
import { formBodyBytes, readForm } from '../http/read-body.ts'
import { inTime } from '../in-time.ts'
import { RefusedError } from '../refusals.ts'
import { speakAfterKey, speakMenu } from '../speak.ts'
import { refusals, typed } from './typed.ts'

/** The secret of one attempt, which came back in the address we gave the carrier. */
const callbackQuery = z.object({ nonce: z.string().max(128).default('') })
const form = z.record(z.string(), z.string())
const nothingToDo = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

/**
 * The carrier's callbacks. None waits for the carrier or for the worker: verify, store or record, answer (C65). What is
 * signed and makes no sense is 204 and counted, because an error would only be sent again.
 */
export function carrierRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { operations, carrier, seal, events } = parts
  const routes = typed(app)
  const config = { authentication: 'carrier' } as const
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: formBodyBytes },
    async (_: FastifyRequest, body: Buffer) => readForm(body),
  )

  const signed = (what: Parameters<typeof events.callbackIgnored>[0]['what']) => async (request: FastifyRequest) => {
    const header = request.headers['x-twilio-signature']
    const ok = carrier.isSigned({
      pathAndQuery: request.url,
      fields: (request.body ?? {}) as Record<string, string>,
      signature: typeof header === 'string' ? header : undefined,
    })
    if (ok) return
    events.callbackIgnored({ what, reason: 'badSignature' })
    throw new RefusedError('bad_signature')
  }
  const ignore = (reply: FastifyReply, what: 'message' | 'receipt' | 'call' | 'digits') => {
    events.callbackIgnored({ what, reason: 'malformed' })
    return reply.status(204).send(null)
  }
  const xml = (reply: FastifyReply, body: string) => reply.type('text/xml; charset=utf-8').send(body)
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
      const { body } = request
      const text = carrier.readText(body)
      if (text === undefined) return ignore(reply, 'message')
      const organisation = await inTime(request, operations.findOrganisation({ smsNumber: text.to }))
      if (organisation === undefined) return ignore(reply, 'message')
      const { sid, from, to } = text
      const sealed = await seal.inbound(sid, JSON.stringify({ from, to, body: text.body }))
      await inTime(request, operations.storeInboundText({ sid, organisationId: organisation.id, sealed }))
      return xml(reply, nothingToDo)
    },
  )
  routes.post(
    '/v1/carriers/twilio/receipts',
    { config, schema: schema('What became of a text or a call'), preHandler: signed('receipt') },
    async (request, reply) => {
      const {
        body,
        query: { nonce },
      } = request
      const receipt = carrier.readReceipt(body)
      if (receipt === undefined) return ignore(reply, 'receipt')
      await inTime(request, operations.recordReceipt({ nonce, ...receipt }))
      return reply.status(204).send(null)
    },
  )
  routes.post(
    '/v1/carriers/twilio/calls',
    { config, schema: schema('A call was answered: what it says'), preHandler: signed('call') },
    async (request, reply) => {
      const {
        body,
        query: { nonce },
      } = request
      const call = carrier.readCall(body)
      if (call === undefined) return ignore(reply, 'call')
      // A voicemail box is told nothing, and is nobody's answer (C50).
      if (call.answeredBy === 'machine') return xml(reply, hangUp)
      const about = await inTime(request, operations.describeCall({ nonce }))
      return xml(reply, speakMenu(about, keysPath(nonce)))
    },
  )
  routes.post(
    '/v1/carriers/twilio/digits',
    { config, schema: schema('Keys were pressed in a call'), preHandler: signed('digits') },
    async (request, reply) => {
      const {
        body,
        query: { nonce },
      } = request
      const pressed = carrier.readDigits(body)
      if (pressed === undefined) return ignore(reply, 'digits')
      const outcome = await inTime(request, operations.recordDigits({ nonce, digit: parseKeyPress(pressed.digits) }))
      const about = await inTime(request, operations.describeCall({ nonce }))
      return xml(reply, speakAfterKey(outcome, about, keysPath(nonce)))
    },
  )
}

const keysPath = (nonce: string) => `/v1/carriers/twilio/digits?nonce=${encodeURIComponent(nonce)}`
