import { randomUUID } from 'node:crypto'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import underPressure from '@fastify/under-pressure'
import { exposedTokens, mayDo, type Power, readRequest } from '@stillhere/contracts'
import { inRequest } from '@stillhere/observability'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import type { ApiParts } from './api-parts.ts'
import { type Authentication, authenticate } from './authentication.ts'
import {
  answerBrokenRequest,
  checkRequestLine,
  connectionBounds,
  headerBytes,
  refuseConnect,
} from './http/connection.ts'
import { answerCrossOrigin } from './http/cross-origin.ts'
import { KnownPaths } from './http/known-paths.ts'
import { checkBodyType, jsonBodyBytes, readJson } from './http/read-body.ts'
import { answerWithinMs, inTime } from './in-time.ts'
import { type LimitName, limits } from './limits.ts'
import { codeOfError, RefusedError, sendRefusal } from './refusals.ts'
import { registerRoutes } from './routes/index.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    authentication?: Authentication
    /** What a supporter or operator must be allowed to do; see `roles.ts`. */
    may?: Power
    /** May be turned away while this process is overloaded. Never set on a start, a sign of life, help, an end or a claim. */
    mayWait?: boolean
    /** Counted per address; see `limits.ts`. */
    limit?: LimitName
  }
}

/**
 * The public listener. In the order in which a request meets them: the request line, cross-origin, tokens in the
 * address, an unknown path or method, the body's type, the credential, limits; then the body is read and checked, and
 * one operation answers.
 */
export async function buildApi(parts: ApiParts): Promise<FastifyInstance> {
  const bounds = parts.connection ?? connectionBounds
  const app = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false,
    bodyLimit: jsonBodyBytes,
    requestTimeout: bounds.requestWithinMs,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: {
      headersTimeout: bounds.headersWithinMs,
      requestTimeout: bounds.requestWithinMs,
      connectionsCheckingInterval: bounds.checkEveryMs,
      maxHeaderSize: headerBytes,
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (_error, _request, reply) => void sendRefusal(reply, 'not_found'),
  })
  const paths = new KnownPaths()
  const origins = new Set(parts.webOrigins)

  app.addHook('onRoute', (route) => {
    const authentication = route.config?.authentication
    if (authentication === undefined || route.schema?.response === undefined) {
      throw new Error(`${String(route.method)} ${route.url} declares no authentication or no response schema`)
    }
    if ((authentication === 'supporter' || authentication === 'sign-in') && route.config?.may === undefined) {
      throw new Error(`${String(route.method)} ${route.url} does not say what its caller must be allowed to do`)
    }
    if (authentication === 'device' || authentication === 'supporter' || authentication === 'sign-in') {
      route.schema = { ...route.schema, security: [{ bearer: [] }] }
    }
    paths.add(route.url, route.method)
  })

  app.setValidatorCompiler(({ schema, httpPart }) => (value) => {
    const empty = httpPart === 'body' && (value === null || value === undefined)
    const read = readRequest(schema as unknown as z.ZodType, empty ? undefined : value)
    if (read.kind === 'accepted') return { value: read.value }
    if (httpPart === 'params') return { error: new RefusedError('not_found') }
    return { error: empty ? new RefusedError('bad_json') : new RefusedError(read.code, read.message) }
  })
  // Fields that no schema declares do not leave. An answer that does not fit its schema is sent as it is and counted:
  // what it reports has been committed, and a 500 would tell a person that it was not.
  app.setSerializerCompiler(({ schema, url }) => (value) => {
    const parsed = (schema as unknown as z.ZodType).safeParse(value)
    if (!parsed.success) parts.events.answerMisfit({ route: url })
    return JSON.stringify(parsed.success ? parsed.data : value)
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => readJson(body))

  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-site' },
  })
  await app.register(underPressure, {
    maxEventLoopDelay: parts.unwellFromDelayMs ?? 1_000,
    pressureHandler: async (request, reply) => {
      if (!request.routeOptions.config.mayWait) return
      // Before all our hooks: without its header a page could not read that it was turned away, nor for how long.
      answerCrossOrigin(request, reply, origins, [])
      throw new RefusedError('unavailable')
    },
  })

  app.decorateRequest('caller', null as never)
  app.decorateRequest('answerBy', 0)
  app.decorateReply('refusedAs', undefined)
  // First of all hooks: every line that is logged on the way says which request it was.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    inRequest(request.id, done)
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    request.answerBy = performance.now() + (parts.answerWithinMs ?? answerWithinMs)
    checkRequestLine(request.raw)
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = request.is404 ? paths.methodsOf(path) : []
    if (answerCrossOrigin(request, reply, origins, methods)) return reply
    const exposed = exposedTokens(request.url)
    if (exposed.length > 0) {
      // A revocation that fails must not keep the answer back; whoever sent it is told either way.
      await Promise.allSettled(exposed.map((token) => inTime(request, parts.operations.revokeToken(token))))
      throw new RefusedError('token_in_url')
    }
    if (request.is404) {
      if (methods.length === 0) throw new RefusedError('not_found')
      throw new RefusedError('method_not_allowed', undefined, { allow: methods.join(', ') })
    }
    const { authentication, limit, may } = request.routeOptions.config
    checkBodyType(request.headers, authentication === 'carrier')
    if (authentication === 'device' || authentication === 'supporter' || authentication === 'sign-in') {
      request.caller = await inTime(request, authenticate(request, authentication, parts.operations.findCaller))
      if (may !== undefined && !mayDo(request.caller.role, may)) throw new RefusedError('not_authenticated')
    }
    if (limit !== undefined && parts.limiter !== undefined) {
      const outcome = await parts.limiter
        .consume(limits[limit], request.ip)
        .catch(() => ({ allowed: true, retryAfterMs: 0 }))
      if (!outcome.allowed) {
        throw new RefusedError('too_many', undefined, {
          'retry-after': String(Math.ceil(outcome.retryAfterMs / 1_000)),
        })
      }
    }
  })
  // Once per refusal, wherever it came from: a hook, a schema, an operation.
  app.addHook('onResponse', async (request, reply) => {
    const code = reply.refusedAs
    if (code !== undefined && code !== 'internal') parts.events.refused({ code, requestId: request.id })
  })
  app.setErrorHandler((error, request, reply) => {
    const { code, foreseen } = codeOfError(error)
    if (!foreseen) parts.events.failed({ requestId: request.id, error })
    const refused = error instanceof RefusedError ? error : undefined
    return sendRefusal(reply, code, {
      ...(refused && { message: refused.message }),
      headers: { ...(code === 'too_large' && { connection: 'close' }), ...refused?.headers },
    })
  })
  app.setNotFoundHandler((_request, reply) => sendRefusal(reply, 'not_found'))

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Still Here', version: '1', description: 'An overdose safety check: sessions, plans, alerts.' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
  })
  await app.register(async (routes) => registerRoutes(routes, parts))
  refuseConnect(app)
  await app.ready()
  return app
}
