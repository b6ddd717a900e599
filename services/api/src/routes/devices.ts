import { createDeviceBody, deviceView, emptyAnswer, forgetBody, serviceQuery } from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import type { ApiParts } from '../api-parts.ts'
import { inTime } from '../in-time.ts'
import { RefusedError } from '../refusals.ts'
import { sendAnswer } from '../send-answer.ts'
import { organisationOf } from './service.ts'
import { refusals, typed } from './typed.ts'

export function deviceRoutes(app: FastifyInstance, parts: ApiParts): void {
  const routes = typed(app)
  routes.post(
    '/v1/devices',
    {
      config: { authentication: 'none', mayWait: true, limit: 'devices' },
      schema: {
        summary: 'A new anonymous device; its token and its code are shown once',
        querystring: serviceQuery,
        body: createDeviceBody,
        response: { 201: deviceView, ...refusals },
      },
    },
    async (request, reply) => {
      const organisationId = await organisationOf(request, request.query.service, parts)
      const device = await inTime(request, parts.operations.createDevice({ organisationId }))
      if (device === undefined) throw new RefusedError('service_closed')
      return reply.status(201).send(device)
    },
  )
  routes.post(
    '/v1/forget',
    {
      config: { authentication: 'none', mayWait: true, limit: 'forgets' },
      schema: {
        summary: 'A lost phone: deletes what it left here',
        body: forgetBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ body }, reply) => sendAnswer(reply, parts.operations.forgetDevice(body)),
  )
}
