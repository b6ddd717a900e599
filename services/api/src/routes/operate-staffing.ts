import { bareCommandBody, closingAnswer, confirmClosingBody, staffingAnswer, staffingBody } from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import type { ApiParts } from '../api-parts.ts'
import { sendAnswer } from '../send-answer.ts'
import { operate } from './operate.ts'
import { refusals, typed } from './typed.ts'

/** Opening hours, the wind-down before they end, and closing for good in two steps. */
export function staffingRoutes(app: FastifyInstance, { operations }: ApiParts): void {
  const routes = typed(app)
  const config = operate('run-service')
  const onClosing = { 200: closingAnswer, ...refusals }

  routes.get(
    '/v1/operate/staffing',
    {
      config: operate('see-alerts'),
      schema: { summary: 'Opening hours and what is so now', response: { 200: staffingAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.getStaffing(caller)),
  )
  routes.put(
    '/v1/operate/staffing',
    {
      config,
      schema: {
        summary: 'Change them; what runs goes on to its end',
        body: staffingBody,
        response: { 200: staffingAnswer, ...refusals },
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.changeStaffing(caller, body)),
  )
  routes.post(
    '/v1/operate/closing',
    { config, schema: { summary: 'Closing for good, step one', body: bareCommandBody, response: onClosing } },
    ({ caller, body }, reply) => sendAnswer(reply, operations.askClosing(caller, body)),
  )
  routes.delete(
    '/v1/operate/closing',
    { config, schema: { summary: 'Take step one back', body: bareCommandBody, response: onClosing } },
    ({ caller, body }, reply) => sendAnswer(reply, operations.takeBackClosing(caller, body)),
  )
  routes.post(
    '/v1/operate/closing/confirm',
    {
      config,
      schema: {
        summary: 'Step two, within a quarter of an hour: nothing new begins any more',
        body: confirmClosingBody,
        response: onClosing,
      },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.confirmClosing(caller, body)),
  )
}
