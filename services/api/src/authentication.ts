import type { FastifyRequest } from 'fastify'
import type { ApiOperations, Caller } from './api-operations.ts'
import { RefusedError } from './refusals.ts'

/**
 * Who may call a route. Every route declares one; one that does not stops the start. `carrier`: the signature is checked
 * over the parsed form, in `routes/carriers.ts`. `none`: open to all, or guarded by something else it names.
 */
export type Authentication = 'device' | 'supporter' | 'carrier' | 'none'

const bearer = /^Bearer ([A-Za-z0-9_-]{43})$/

/** Names under which people put a token where it does not belong. */
const tokenParameters = new Set(['token', 'access_token', 'authorization', 'auth', 'bearer', 'id_token'])

/** Tokens that stand in an address: they are in somebody's log by now, so they are revoked (B29). */
export function tokensInAddress(url: string): string[] {
  const mark = url.indexOf('?')
  if (mark < 0) return []
  const found: string[] = []
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
    if (tokenParameters.has(name.toLowerCase())) found.push(value.replace(/^Bearer /i, ''))
  }
  // The first few: a list of thousands is not somebody's mistake.
  return found.slice(0, 4)
}

/** The caller of a person's or a supporter's route. Whatever is wrong with a token, the answer is the same 401. */
export async function authenticate(
  request: FastifyRequest,
  wanted: 'device' | 'supporter',
  findCaller: ApiOperations['findCaller'],
): Promise<Caller> {
  const token = bearer.exec(request.headers.authorization ?? '')?.[1]
  const caller = token === undefined ? undefined : await findCaller(token)
  if (caller === undefined) throw new RefusedError('not_authenticated')
  if (caller.kind !== wanted) {
    // A person's things are not even there for anybody else.
    throw new RefusedError(wanted === 'device' ? 'not_found' : 'not_authenticated')
  }
  return caller
}
