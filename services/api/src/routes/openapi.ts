import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { refusals, typed } from './typed.ts'

export function openapiRoutes(app: FastifyInstance): void {
  let document: string | undefined
  typed(app).get(
    '/v1/openapi.json',
    {
      config: { authentication: 'none', mayWait: true },
      schema: { summary: 'This document', response: { 200: z.unknown(), ...refusals } },
    },
    (_request, reply) => {
      document ??= JSON.stringify(app.swagger())
      return reply.type('application/json; charset=utf-8').send(document)
    },
  )
}
