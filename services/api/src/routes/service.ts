import { serviceQuery, serviceView } from '@stillhere/contracts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ApiParts } from '../api-parts.ts'
import { inTime } from '../in-time.ts'
import { RefusedError } from '../refusals.ts'
import { refusals, typed } from './typed.ts'

/** The organisation that a request is for: named in the address, else by the host name. */
export async function organisationOf(
  request: Pick<FastifyRequest, 'hostname' | 'answerBy'>,
  slug: string | undefined,
  { operations }: Pick<ApiParts, 'operations'>,
): Promise<string> {
  const by = slug === undefined ? { host: request.hostname.toLowerCase() } : { slug }
  const organisation = await inTime(request, operations.findOrganisation(by))
  if (organisation === undefined) throw new RefusedError('not_found')
  return organisation.id
}

export function serviceRoutes(app: FastifyInstance, parts: ApiParts): void {
  typed(app).get(
    '/v1/service',
    {
      config: { authentication: 'none' },
      schema: {
        summary: 'What a screen needs to know before anybody starts',
        querystring: serviceQuery,
        response: { 200: serviceView, ...refusals },
      },
    },
    async (request) => {
      const organisationId = await organisationOf(request, request.query.service, parts)
      const view = await inTime(request, parts.operations.getService(organisationId, parts.service))
      if (view === undefined) throw new RefusedError('not_found')
      return view
    },
  )
}
