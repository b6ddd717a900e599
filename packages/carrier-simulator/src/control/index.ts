import type { FastifyInstance, FastifyReply } from 'fastify'
import { behaviourForms, parseBehaviour } from '../behaviours.ts'
import type { Carrier } from '../carrier.ts'
import { parseControlNumber } from '../numbers.ts'
import { showCall, showText } from './shapes.ts'

const text = (maxLength: number) => ({ type: 'string', maxLength })
const object = (properties: Record<string, unknown>, required: string[]) => ({
  body: { type: 'object', properties, required, additionalProperties: false },
})

const behaviourBody = object({ behaviour: text(40) }, ['behaviour'])
const textBody = object(
  { from: text(40), to: text(40), body: text(1600), sid: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' } },
  ['from'],
)
const answerBody = object({ by: { enum: ['human', 'machine', 'nobody'] } }, ['by'])
const digitsBody = object({ digits: { type: 'string', pattern: '^[0-9*#]{1,32}$' } }, ['digits'])
const receiptsBody = object({ on: { type: 'boolean' } }, ['on'])

type BySid = { Params: { sid: string } }
type ByNumber = { Querystring: { number?: string } }

/** `/sim/…`: what a test or a person does to the carrier and its phones. JSON; errors are `{code, message}`. */
export async function controlRoutes(app: FastifyInstance, carrier: Carrier): Promise<void> {
  const { account, behaviours, texts, calls, requests, callbacks, inbound, textLife, callLife, changes } = carrier

  app.get('/account', () => ({
    accountSid: account.sid,
    authToken: account.authToken,
    webhookBase: account.webhookBase,
    number: account.number,
  }))

  app.post<{ Params: { number: string }; Body: { behaviour: string } }>(
    '/numbers/:number',
    { schema: behaviourBody },
    (request, reply) => {
      const number = parseControlNumber(request.params.number)
      if (number === undefined) return refuseNumber(reply)
      const behaviour = parseBehaviour(request.body.behaviour)
      if (behaviour === undefined) {
        return refuse(reply, 400, 'unknown_behaviour', `behaviour is one of: ${behaviourForms}`)
      }
      behaviours.set(number, behaviour)
      textLife.forgetQueue(number)
      changes.emit('behaviour', number)
      return { number, behaviour: behaviour.name }
    },
  )

  app.post<{ Body: { from: string; to?: string; body?: string; sid?: string } }>(
    '/texts',
    { schema: textBody },
    async (request, reply) => {
      const { from, to, body = '', sid } = request.body
      const number = parseControlNumber(from)
      if (number === undefined || number === account.number) return refuseNumber(reply)
      if (to !== undefined && parseControlNumber(to) !== account.number) {
        return refuse(reply, 400, 'not_our_number', "to is the service's number, or is left out")
      }
      reply.code(201)
      return inbound.receive({ sid, from: number, body })
    },
  )

  app.get<ByNumber>('/texts', (request, reply) => {
    const phone = phoneIn(request.query.number, account.number)
    return phone === 'invalid' ? refuseNumber(reply) : { texts: texts.list(phone).map(showText) }
  })

  app.get<ByNumber>('/calls', (request, reply) => {
    const phone = phoneIn(request.query.number, account.number)
    return phone === 'invalid' ? refuseNumber(reply) : { calls: calls.list(phone).map(showCall) }
  })

  app.post<BySid & { Body: { by: 'human' | 'machine' | 'nobody' } }>(
    '/calls/:sid/answer',
    { schema: answerBody },
    async (request, reply) => {
      const call = calls.find(request.params.sid)
      if (call === undefined) return refuseCall(reply)
      const outcome = await callLife.answer(call, request.body.by)
      if (outcome === 'not-ringing') return refuse(reply, 409, 'not_ringing', 'this call does not ring')
      return { call: showCall(call) }
    },
  )

  app.post<BySid & { Body: { digits: string } }>(
    '/calls/:sid/digits',
    { schema: digitsBody },
    async (request, reply) => {
      const call = calls.find(request.params.sid)
      if (call === undefined) return refuseCall(reply)
      const outcome = await callLife.press(call, request.body.digits)
      if (outcome === 'nobody-listens') return refuse(reply, 409, 'not_listening', 'this call waits for no keys')
      return { call: showCall(call) }
    },
  )

  app.post<BySid>('/calls/:sid/hang-up', (request, reply) => {
    const call = calls.find(request.params.sid)
    if (call === undefined) return refuseCall(reply)
    callLife.hangUp(call)
    return { call: showCall(call) }
  })

  app.get('/requests', () => ({
    requests: requests.list().map((request) => ({ ...request, at: new Date(request.at).toISOString() })),
  }))

  app.get('/failures', () => ({
    failures: callbacks.failures
      .oldestFirst()
      .map((failure) => ({ ...failure, at: new Date(failure.at).toISOString() })),
  }))

  app.post<{ Body: { on: boolean } }>('/receipts', { schema: receiptsBody }, (request) => {
    textLife.receiptsOn = request.body.on
    return { on: textLife.receiptsOn }
  })
}

/** No number, or the service's own, means everyone. */
function phoneIn(written: string | undefined, ourNumber: string): string | undefined | 'invalid' {
  if (written === undefined) return undefined
  const number = parseControlNumber(written) ?? 'invalid'
  return number === ourNumber ? undefined : number
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ code, message })
}

function refuseNumber(reply: FastifyReply): FastifyReply {
  return refuse(reply, 400, 'invalid', 'a number is E.164, such as +44 and ten digits, and a phone is not the service')
}

function refuseCall(reply: FastifyReply): FastifyReply {
  return refuse(reply, 404, 'not_found', 'no such call')
}
