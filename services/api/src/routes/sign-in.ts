import {
  bareCommandBody,
  emptyAnswer,
  meAnswer,
  passkeyAnswer,
  serviceQuery,
  signInAnswer,
  signInBody,
  webAuthnBody,
  webAuthnOptions,
} from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { organisationOf } from './service.ts'
import { refusals, typed } from './typed.ts'

/** Invitations and passkeys. What an invitation's token may do beside this is the mode's to say. */
export function signInRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { operations } = parts
  const routes = typed(app)
  const party = { origin: parts.webOrigins[0] ?? '' }
  const enrolling = { authentication: 'sign-in', may: 'sign-in' } as const
  const open = { authentication: 'none', mayWait: true, limit: 'signIns' } as const
  const noBody = z.strictObject({}).optional()

  routes.post(
    '/v1/sign-in',
    {
      config: open,
      schema: { summary: 'Take an invitation', body: signInBody, response: { 200: signInAnswer, ...refusals } },
    },
    ({ body }, reply) => sendAnswer(reply, operations.signIn(body)),
  )
  routes.post(
    '/v1/passkeys/options',
    {
      config: enrolling,
      schema: { summary: 'Begin a passkey', body: noBody, response: { 200: webAuthnOptions, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.startEnrolment(caller, party)),
  )
  routes.post(
    '/v1/passkeys/verify',
    {
      config: enrolling,
      schema: { summary: 'Keep a passkey', body: webAuthnBody, response: { 200: passkeyAnswer, ...refusals } },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.finishEnrolment(caller, party, body)),
  )
  routes.get(
    '/v1/me',
    {
      config: { authentication: 'supporter', may: 'sign-in' },
      schema: { summary: 'Who is signed in, and as what', response: { 200: meAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.getMe(caller)),
  )
  routes.post(
    '/v1/sign-out',
    {
      config: enrolling,
      schema: {
        summary: 'End the token that asks for it',
        body: bareCommandBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.signOut(caller, body)),
  )
  routes.delete(
    '/v1/passkeys/:passkeyId',
    {
      config: { authentication: 'supporter', may: 'sign-in' },
      schema: {
        summary: 'End a passkey, but not the last one',
        params: z.object({ passkeyId: z.string().max(1_400) }),
        body: bareCommandBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.revokePasskey(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/sign-in/passkey/options',
    {
      config: open,
      schema: {
        summary: 'Begin signing in',
        querystring: serviceQuery,
        body: noBody,
        response: { 200: webAuthnOptions, ...refusals },
      },
    },
    async (request, reply) => {
      const organisationId = await organisationOf(request, request.query.service, parts)
      return sendAnswer(reply, operations.startPasskeySignIn(organisationId, party))
    },
  )
  routes.post(
    '/v1/sign-in/passkey/verify',
    {
      config: open,
      schema: { summary: 'Sign in', body: webAuthnBody, response: { 200: passkeyAnswer, ...refusals } },
    },
    ({ body }, reply) => sendAnswer(reply, operations.finishPasskeySignIn(party, body)),
  )
}
