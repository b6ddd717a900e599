import {
  linkIdPattern,
  linkProofPattern,
  rescueLinkView,
  rescueProgressAnswer,
  rescueProgressBody,
  rescueReplyAnswer,
  rescueReplyBody,
} from '@stillhere/contracts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { RefusedError } from '../refusals.ts'
import { sendAnswer } from '../send-answer.ts'
import { refusals, typed } from './typed.ts'

const oneLink = z.object({ linkId: z.string().regex(linkIdPattern) })

/** The rescue page's calls. Without the proof, which only the link's fragment gives, there is no such link. */
export function rescueLinkRoutes(app: FastifyInstance, { operations }: ApiParts): void {
  const routes = typed(app)
  const config = { authentication: 'none' } as const

  routes.get(
    '/v1/rescue/:linkId',
    {
      config,
      schema: {
        summary: 'What a rescuer may see before answering; changes nothing. Needs x-link-proof',
        params: oneLink,
        response: { 200: rescueLinkView, ...refusals },
      },
    },
    (request, reply) => sendAnswer(reply, operations.openRescueLink({ ...request.params, proof: proofOf(request) })),
  )
  routes.post(
    '/v1/rescue/:linkId/replies',
    {
      config,
      schema: {
        summary: 'A rescuer answers; going brings the brief. Needs x-link-proof',
        params: oneLink,
        body: rescueReplyBody,
        response: { 200: rescueReplyAnswer, ...refusals },
      },
    },
    (request, reply) =>
      sendAnswer(reply, operations.replyByLink({ ...request.params, ...request.body, proof: proofOf(request) })),
  )
  routes.post(
    '/v1/rescue/:linkId/progress',
    {
      config,
      schema: {
        summary: 'What happens there, as a rescuer says it, or takes it back. Needs x-link-proof',
        params: oneLink,
        body: rescueProgressBody,
        response: { 200: rescueProgressAnswer, ...refusals },
      },
    },
    (request, reply) =>
      sendAnswer(
        reply,
        operations.recordProgressByLink({ ...request.params, ...request.body, proof: proofOf(request) }),
      ),
  )
}

function proofOf(request: Pick<FastifyRequest, 'headers'>): string {
  const proof = request.headers['x-link-proof']
  if (typeof proof !== 'string' || !linkProofPattern.test(proof)) throw new RefusedError('not_found')
  return proof
}
