import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Lets the pages of this service, which live on another port or host, call it; nobody else's (B77). There are no
 * cookies, so no credentials are allowed either.
 * @returns true when the request was a preflight and has been answered
 */
export function answerCrossOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  allowed: ReadonlySet<string>,
  methods: readonly string[],
): boolean {
  reply.header('vary', 'Origin')
  const { origin } = request.headers
  if (origin === undefined || !allowed.has(origin)) return false
  reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', 'retry-after')
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false
  if (methods.length === 0) return false
  reply
    .status(204)
    .header('access-control-allow-methods', methods.join(', '))
    .header('access-control-allow-headers', 'authorization, content-type, x-link-proof')
    .header('access-control-max-age', '600')
    .send()
  return true
}
