import {
  bareCommandBody,
  createSiteBody,
  emptyAnswer,
  planTemplateAnswer,
  siteAnswer,
  siteBody,
  sitesAnswer,
  templateCode,
  uuid,
} from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { operate } from './operate.ts'
import { refusals, typed } from './typed.ts'

const oneSite = z.object({ siteId: uuid })

/** Sites: places of the service that publish a plan's template, and the template as a person's device takes it. */
export function siteRoutes(app: FastifyInstance, { operations }: ApiParts): void {
  const routes = typed(app)
  const config = operate('run-service')
  const onSite = { 200: siteAnswer, ...refusals }

  routes.get(
    '/v1/operate/sites',
    { config, schema: { summary: 'Sites', response: { 200: sitesAnswer, ...refusals } } },
    ({ caller }, reply) => sendAnswer(reply, operations.listSites(caller)),
  )
  routes.post(
    '/v1/operate/sites',
    {
      config,
      schema: {
        summary: 'A new site, with its join code',
        body: createSiteBody,
        response: { 201: siteAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.createSite(caller, body)),
  )
  routes.put(
    '/v1/operate/sites/:siteId',
    { config, schema: { summary: 'Change it', params: oneSite, body: siteBody, response: onSite } },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.changeSite(caller, { ...body, ...params })),
  )
  routes.delete(
    '/v1/operate/sites/:siteId',
    {
      config,
      schema: {
        summary: 'Its code counts no more',
        params: oneSite,
        body: bareCommandBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.retireSite(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/operate/sites/:siteId/join-code',
    { config, schema: { summary: 'A new join code', params: oneSite, body: bareCommandBody, response: onSite } },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.rotateJoinCode(caller, { ...body, ...params })),
  )

  routes.get(
    '/v1/plan-templates/:code',
    {
      config: { authentication: 'device', limit: 'templates', mayWait: true },
      schema: {
        summary: "A site's template, to be sealed into one's own plan",
        params: z.object({ code: templateCode }),
        response: { 200: planTemplateAnswer, ...refusals },
      },
    },
    ({ caller, params }, reply) => sendAnswer(reply, operations.getPlanTemplate(caller, params.code)),
  )
}
