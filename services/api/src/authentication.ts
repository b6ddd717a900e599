import type { FastifyRequest } from 'fastify'
import type { ApiOperations, Caller } from './api-operations.ts'
import { RefusedError } from './refusals.ts'

/**
 * Who may call a route. `sign-in` is a supporter, or an invitation's token that is good for enrolling only. Every route declares one; one that does not stops the start. `carrier`: the signature is checked
 * over the parsed form, in `routes/carriers.ts`. `none`: open to all, or guarded by something else it names.
 */
export type Authentication = 'device' | 'supporter' | 'sign-in' | 'carrier' | 'none'

const bearer = /^Bearer ([A-Za-z0-9_-]{43})$/

/** The caller of a person's or a supporter's route. Whatever is wrong with a token, the answer is the same 401. */
export async function authenticate(
  request: FastifyRequest,
  wanted: 'device' | 'supporter' | 'sign-in',
  findCaller: ApiOperations['findCaller'],
): Promise<Caller> {
  const token = bearer.exec(request.headers.authorization ?? '')?.[1]
  const caller = token === undefined ? undefined : await findCaller(token)
  if (caller === undefined) throw new RefusedError('not_authenticated')
  const fits = caller.kind === wanted || (wanted === 'sign-in' && caller.kind === 'supporter')
  if (!fits) {
    // A person's things are not even there for anybody else.
    throw new RefusedError(wanted === 'device' ? 'not_found' : 'not_authenticated')
  }
  return caller
}
