import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorBody } from '@stillhere/contracts'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

/** A listener whose handlers see what their schemas say. */
export type TypedApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

export const typed = (app: FastifyInstance): TypedApp => app.withTypeProvider<ZodTypeProvider>()

/** What every route may answer beside its own. */
export const refusals = { '4xx': errorBody, '5xx': errorBody } as const
