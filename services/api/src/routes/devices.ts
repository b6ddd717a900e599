import { createDeviceBody, deviceView, serviceQuery } from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import type { ApiParts } from '../api-parts.ts'
import { inTime } from '../in-time.ts'
import { organisationOf } from './service.ts'
import { refusals, typed } from './typed.ts'

export function deviceRoutes(app: FastifyInstance, parts: ApiParts): void {
  typed(app).post(
    '/v1/devices',
    {
      config: { authentication: 'none', mayWait: true, limit: 'devices' },
      schema: {
        summary: 'A new anonymous device; its token is shown once',
        querystring: serviceQuery,
        body: createDeviceBody,
        response: { 201: deviceView, ...refusals },
      },
    },
    async (request, reply) => {
      const organisationId = await organisationOf(request, request.query.service, parts)
      const device = await inTime(request, parts.operations.createDevice({ organisationId }))
      return reply.status(201).send(device)
    },
  )
}
