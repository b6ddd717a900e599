import type { FastifyInstance } from 'fastify'
import type { ApiParts } from '../api-parts.ts'
import { carrierRoutes } from './carriers.ts'
import { deviceRoutes } from './devices.ts'
import { feedbackRoutes } from './feedback.ts'
import { openapiRoutes } from './openapi.ts'
import { operateRoutes } from './operate.ts'
import { guidanceRoutes } from './operate-guidance.ts'
import { reportRoutes } from './operate-reports.ts'
import { rotaRoutes } from './operate-rota.ts'
import { siteRoutes } from './operate-sites.ts'
import { staffRoutes } from './operate-staff.ts'
import { staffingRoutes } from './operate-staffing.ts'
import { planOpeningRoutes } from './plan-openings.ts'
import { planRoutes } from './plans.ts'
import { proofRoutes } from './proof.ts'
import { rescueLinkRoutes } from './rescue-links.ts'
import { serviceRoutes } from './service.ts'
import { sessionRoutes } from './sessions.ts'
import { signInRoutes } from './sign-in.ts'
import { supportRoutes } from './support.ts'

/** Every route of the public listener. */
export async function registerRoutes(app: FastifyInstance, parts: ApiParts): Promise<void> {
  serviceRoutes(app, parts)
  deviceRoutes(app, parts)
  planRoutes(app, parts)
  sessionRoutes(app, parts)
  feedbackRoutes(app, parts)
  signInRoutes(app, parts)
  supportRoutes(app, parts)
  rescueLinkRoutes(app, parts)
  operateRoutes(app, parts)
  siteRoutes(app, parts)
  staffRoutes(app, parts)
  proofRoutes(app, parts)
  rotaRoutes(app, parts)
  staffingRoutes(app, parts)
  reportRoutes(app, parts)
  planOpeningRoutes(app, parts)
  guidanceRoutes(app, parts)
  openapiRoutes(app)
  await app.register(async (carriers) => carrierRoutes(carriers, parts))
}
