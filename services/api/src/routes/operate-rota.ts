import {
  bareCommandBody,
  emptyAnswer,
  ownRotaAnswer,
  rotaAnswer,
  rotaExceptionAnswer,
  rotaExceptionBody,
  rotaPatternAnswer,
  rotaPatternBody,
  rotaQuery,
  rotaSwapAnswer,
  rotaSwapBody,
  uuid,
} from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { operate } from './operate.ts'
import { refusals, typed } from './typed.ts'

const onePattern = z.object({ patternId: uuid })
const oneException = z.object({ exceptionId: uuid })
const oneSwap = z.object({ swapId: uuid })

/** Who is expected when, and shifts between supporters. */
export function rotaRoutes(app: FastifyInstance, { operations }: ApiParts): void {
  const routes = typed(app)
  const keep = operate('keep-rota')
  const own = operate('answer-alerts')
  const onSwap = { 200: rotaSwapAnswer, ...refusals }

  routes.get(
    '/v1/operate/rota',
    {
      config: operate('see-staff'),
      schema: {
        summary: 'Pattern, coming shifts, holes against the floor, swaps and flags',
        querystring: rotaQuery,
        response: { 200: rotaAnswer, ...refusals },
      },
    },
    ({ caller, query: { from, days } }, reply) =>
      sendAnswer(reply, operations.getRota(caller, { from, ...(days === undefined ? {} : { days: Number(days) }) })),
  )
  routes.post(
    '/v1/operate/rota/patterns',
    {
      config: keep,
      schema: {
        summary: 'One shift a week, over midnight where `ends` is not after `starts`',
        body: rotaPatternBody,
        response: { 201: rotaPatternAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.addRotaPattern(caller, body)),
  )
  routes.delete(
    '/v1/operate/rota/patterns/:patternId',
    {
      config: keep,
      schema: {
        summary: 'End it, with its single dates and swaps',
        params: onePattern,
        body: bareCommandBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.endRotaPattern(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/operate/rota/exceptions',
    {
      config: keep,
      schema: {
        summary: 'A single date: a shift of the pattern that is off, or one more',
        body: rotaExceptionBody,
        response: { 201: rotaExceptionAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.addRotaException(caller, body)),
  )
  routes.delete(
    '/v1/operate/rota/exceptions/:exceptionId',
    {
      config: keep,
      schema: {
        summary: 'As the pattern says again',
        params: oneException,
        body: bareCommandBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.removeRotaDate(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/operate/rota/swaps/:swapId/seen',
    {
      config: keep,
      schema: { summary: 'A swap was seen', params: oneSwap, body: bareCommandBody, response: onSwap },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.seeSwap(caller, { ...body, ...params })),
  )

  routes.get(
    '/v1/rota',
    {
      config: own,
      schema: {
        summary: "One's own coming shifts, and what others offer",
        response: { 200: ownRotaAnswer, ...refusals },
      },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.getOwnRota(caller)),
  )
  routes.post(
    '/v1/rota/swaps',
    {
      config: own,
      schema: {
        summary: 'Offer a shift of one’s own; it stays theirs until somebody has taken it',
        body: rotaSwapBody,
        response: { 201: rotaSwapAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.offerShift(caller, body)),
  )
  routes.post(
    '/v1/rota/swaps/:swapId/take',
    {
      config: own,
      schema: { summary: 'Take it; the first one has it', params: oneSwap, body: bareCommandBody, response: onSwap },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.takeShift(caller, { ...body, ...params })),
  )
  routes.delete(
    '/v1/rota/swaps/:swapId',
    {
      config: own,
      schema: { summary: 'Take an offer back', params: oneSwap, body: bareCommandBody, response: onSwap },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.withdrawShift(caller, { ...body, ...params })),
  )
}
