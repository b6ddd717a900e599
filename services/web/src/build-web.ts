import { fileURLToPath } from 'node:url'
import helmet from '@fastify/helmet'
import files from '@fastify/static'
import Fastify, { type FastifyInstance } from 'fastify'

/** The paths people open. Until an entry has its app (issues 4, 5 and 6) it answers with a page that says so. */
const entries = ['/', '/support', '/operate', '/r/:linkId'] as const

/**
 * Static files in a process of their own, so that an api that was taken over cannot hand out other code. Nothing but
 * ourselves is loaded; pages may talk to the api and the live socket only.
 */
export async function buildWeb(settings: { apiUrl: string; liveUrl: string }): Promise<FastifyInstance> {
  const web = Fastify({ logger: false, bodyLimit: 1, requestTimeout: 10_000, connectionTimeout: 10_000 })
  await web.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'", settings.apiUrl, new URL(settings.liveUrl).origin.replace(/^http/, 'ws')],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // A rescuer's link is in the address: it must not travel to anybody.
    referrerPolicy: { policy: 'no-referrer' },
    // Locally there is no TLS; a proxy that ends TLS sets its own.
    hsts: false,
  })
  await web.register(files, { root: fileURLToPath(new URL('../public', import.meta.url)), serve: true, index: false })
  for (const entry of entries) web.get(entry, (_request, reply) => reply.sendFile('not-yet.html'))
  return web
}
