import {
  bareCommandBody,
  createSupporterBody,
  emptyAnswer,
  invitationAnswer,
  shiftsAnswer,
  supporterAnswer,
  supporterBody,
  supportersAnswer,
  uuid,
} from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { operate } from './operate.ts'
import { refusals, typed } from './typed.ts'

const oneSupporter = z.object({ supporterId: uuid })

/** Who works for the service, and who is on shift. A number is sealed before an operation sees it. */
export function staffRoutes(app: FastifyInstance, { operations, seal }: ApiParts): void {
  const routes = typed(app)
  const config = operate('run-service')
  const onSupporter = { 200: supporterAnswer, ...refusals }

  routes.get(
    '/v1/operate/supporters',
    {
      config: operate('see-staff'),
      schema: { summary: 'Supporters', response: { 200: supportersAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.listStaff(caller)),
  )
  routes.post(
    '/v1/operate/supporters',
    {
      config,
      schema: {
        summary: 'Add somebody; the invitation is shown once',
        body: createSupporterBody,
        response: { 201: supporterAnswer, ...refusals },
      },
    },
    ({ caller, body: { number, ...body } }, reply) => {
      const { organisationId } = caller
      const sealIt = (supporterId: string) => seal.staffNumber({ organisationId, supporterId }, number ?? '')
      return sendAnswer(reply, operations.addStaff(caller, body, number === undefined ? undefined : sealIt))
    },
  )
  routes.put(
    '/v1/operate/supporters/:supporterId',
    {
      config,
      schema: {
        summary: 'Change somebody; without number it stays, null ends it',
        params: oneSupporter,
        body: supporterBody,
        response: onSupporter,
      },
    },
    ({ caller, params, body: { number, ...body } }, reply) => {
      const { organisationId } = caller
      const sealIt = (supporterId: string) => seal.staffNumber({ organisationId, supporterId }, number ?? '')
      const sealed = number === undefined || number === null ? number : sealIt
      return sendAnswer(reply, operations.changeStaff(caller, { ...body, ...params }, sealed))
    },
  )
  routes.delete(
    '/v1/operate/supporters/:supporterId',
    {
      config,
      schema: {
        summary: 'Out at once',
        params: oneSupporter,
        body: bareCommandBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.removeStaff(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/operate/supporters/:supporterId/invitation',
    {
      config,
      schema: {
        summary: 'A new invitation, shown once; older ones end',
        params: oneSupporter,
        body: bareCommandBody,
        response: { 201: invitationAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.inviteStaff(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/operate/supporters/:supporterId/ask-number',
    {
      config,
      schema: {
        summary: 'Ask their phone by text whether it is theirs; three questions a day',
        params: oneSupporter,
        body: bareCommandBody,
        response: onSupporter,
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.askStaffNumber(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/operate/supporters/:supporterId/revoke-passkeys',
    {
      config,
      schema: { summary: 'End every way in', params: oneSupporter, body: bareCommandBody, response: onSupporter },
    },
    ({ caller, params, body }, reply) =>
      sendAnswer(reply, operations.revokeStaffPasskeys(caller, { ...body, ...params })),
  )

  routes.get(
    '/v1/operate/shifts',
    {
      config: operate('see-staff'),
      schema: { summary: 'Who is on shift, since when', response: { 200: shiftsAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.listShifts(caller)),
  )
  routes.post(
    '/v1/operate/shifts/:supporterId/end',
    {
      config: operate('end-shifts'),
      schema: {
        summary: 'Take somebody off shift',
        params: oneSupporter,
        body: bareCommandBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.endShift(caller, { ...body, ...params })),
  )
}
