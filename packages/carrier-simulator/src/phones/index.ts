import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type { LivePhones } from './live-phones.ts'

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')

const style = read('phones.css')
const script = read('phones.js')
const page = read('phones.html')
  .replace('/* style */', () => style)
  .replace('/* script */', () => script)

const sha256 = (content: string) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`

// The page is whole in itself: nothing from anywhere else is loaded, and only its own style and script run.
const policy = [
  "default-src 'none'",
  `style-src ${sha256(style)}`,
  `script-src ${sha256(script)}`,
  "connect-src 'self'",
  // The empty icon, which keeps the browser from asking for one.
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** `/`: the page of phones, with what it reads and listens to. */
export async function phonesPage(app: FastifyInstance, live: LivePhones): Promise<void> {
  app.get('/', (_request, reply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('referrer-policy', 'no-referrer')
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-store')
      .send(page),
  )

  app.get('/sim/phones', () => ({ phones: live.phones() }))

  app.get('/sim/phones/live', (_request, reply) => {
    if (!live.open(reply.raw)) return reply.code(503).send({ code: 'unavailable', message: 'too many pages are open' })
    reply.hijack()
    return reply
  })
}
