import { timingSafeEqual } from 'node:crypto'
import formbody from '@fastify/formbody'
import type { FastifyInstance } from 'fastify'
import type { Account } from '../account.ts'
import type { Carrier } from '../carrier.ts'
import { callRoutes } from './calls.ts'
import { sendError, sendNotFound } from './errors.ts'
import type { Fields } from './fields.ts'
import { messageRoutes } from './messages.ts'

/** Twilio's REST API, under `/2010-04-01`: forms in, JSON out, the account's own credentials. */
export async function restApi(app: FastifyInstance, carrier: Carrier): Promise<void> {
  const { account, requests } = carrier
  app.removeAllContentTypeParsers()
  app.register(formbody)
  app.addContentTypeParser('*', (_request, payload, done) => {
    // Twilio reads forms; anything else counts as a request without fields.
    payload.resume()
    payload.on('end', () => done(null, {}))
  })

  app.addHook('preHandler', async (request, reply) => {
    const { method, url, body, query } = request
    const path = url.split('?', 1)[0] ?? ''
    const fields = (method === 'POST' ? (body ?? {}) : query) as Fields
    request.body ??= {}
    requests.record({ method, path, fields: { ...fields }, at: Date.now() })
    if (!isOurs(account, request.headers.authorization)) return sendError(reply, 401, 20_003, 'Authenticate')
    const { accountSid } = request.params as { accountSid?: string }
    if (accountSid !== undefined && accountSid !== account.sid) return sendNotFound(reply, path)
  })

  app.setNotFoundHandler((request, reply) => sendNotFound(reply, request.url.split('?', 1)[0] ?? ''))
  app.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500
    return sendError(
      reply,
      status,
      status === 500 ? 20_500 : 20_001,
      status === 500 ? 'An internal server error has occurred' : 'Bad request',
    )
  })

  messageRoutes(app, carrier)
  callRoutes(app, carrier)
}

/** Basic authentication with the account's sid and either token. */
function isOurs(account: Account, authorization: string | undefined): boolean {
  const [, encoded] = /^Basic +(\S+)$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return false
  const given = Buffer.from(encoded, 'base64').toString('utf8')
  return [account.authToken, account.nextAuthToken].some(
    (token) => token !== undefined && equals(given, `${account.sid}:${token}`),
  )
}

function equals(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
