import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import helmet from '@fastify/helmet'
import files from '@fastify/static'
import Fastify, { type FastifyInstance } from 'fastify'
import { pages } from './pages-built.ts'

export const builtFiles = fileURLToPath(new URL('../dist', import.meta.url))
const notYetFiles = fileURLToPath(new URL('../not-yet', import.meta.url))

const yearSeconds = 31_536_000

/**
 * What a script, a style or a letter is sent with. The rest of what protects a page counts for documents and workers
 * only, and weighs 700 bytes a file: a third of a second on a slow network until a rescuer knows.
 */
const headersOfAssets = new Set([
  'cache-control',
  'content-encoding',
  'content-length',
  'content-type',
  'cross-origin-resource-policy',
  'vary',
  'x-content-type-options',
])

/** A worker is held by the policy of its own answer. */
const isAsset = (path: string) => path.startsWith('/assets/') && !path.includes('worker')

export interface WebSettings {
  apiUrl: string
  liveUrl: string
  /** SHA-256 of each disclosure key, base64url: pages seal to no other. */
  disclosureKeyFingerprints: readonly string[]
}

/**
 * Static files in a process of their own, so that an api that was taken over cannot hand out other code, nor another
 * key to seal to: what a page trusts it learns from here. Nothing but ourselves is loaded; pages may talk to the api and
 * the live socket only.
 */
export async function buildWeb(settings: WebSettings): Promise<FastifyInstance> {
  const web = Fastify({ logger: false, bodyLimit: 1, requestTimeout: 10_000, connectionTimeout: 10_000 })
  await web.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'"],
        manifestSrc: ["'self'"],
        mediaSrc: ["'self'"],
        workerSrc: ["'self'"],
        connectSrc: ["'self'", settings.apiUrl, new URL(settings.liveUrl).origin.replace(/^http/, 'ws')],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        // One door for a script's address: that of our own service worker (`shared/server/offline.ts`).
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ['still-here'],
      },
    },
    // A rescuer's link is in the address: it must not travel to anybody.
    referrerPolicy: { policy: 'no-referrer' },
    // Locally there is no TLS; a proxy that ends TLS sets its own.
    hsts: false,
  })
  web.addHook('onSend', async (request, reply) => {
    if (reply.statusCode === 200 && isAsset(request.url)) {
      for (const name of Object.keys(reply.getHeaders())) if (!headersOfAssets.has(name)) reply.removeHeader(name)
      return
    }
    reply.header('permissions-policy', 'camera=(self), geolocation=(), microphone=(), payment=(), usb=()')
  })
  web.get('/settings.json', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({
      apiUrl: settings.apiUrl,
      liveUrl: settings.liveUrl,
      disclosureKeyFingerprints: settings.disclosureKeyFingerprints,
    }),
  )
  // What the page of the status shows, for whoever has no script: the api's own answer.
  web.get('/status.json', (request, reply) => {
    const slug = new URL(request.url, settings.apiUrl).searchParams.get('service')
    const of = slug === null ? '' : `?service=${encodeURIComponent(slug)}`
    return reply.header('cache-control', 'no-store').redirect(`${new URL(settings.apiUrl).origin}/v1/status${of}`, 302)
  })
  // "Forget this phone": the browser's own copies of our files go too, where it knows the word.
  web.post('/clear', (_request, reply) => reply.code(204).header('clear-site-data', '"cache"').send())
  await web.register(files, {
    root: [builtFiles, notYetFiles].filter((folder) => existsSync(folder)),
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // A name with the hash of its content never changes; everything else is asked for anew.
      const forEver = /[\\/]assets[\\/]/.test(path)
      reply.header('cache-control', forEver ? `public, max-age=${yearSeconds}, immutable` : 'no-cache')
    },
  })
  for (const [path, file] of Object.entries(pages)) {
    // 503: nothing in between may take "not built yet" for the page itself and keep it.
    web.get(path, (_request, reply) =>
      existsSync(join(builtFiles, file)) ? reply.sendFile(file) : reply.code(503).sendFile('not-yet.html'),
    )
  }
  return web
}
