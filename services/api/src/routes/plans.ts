import {
  addRescuerBody,
  createPlanBody,
  deleteBody,
  emptyAnswer,
  orderRescuersBody,
  ownRehearsalBody,
  planAnswer,
  plansAnswer,
  rehearsalBody,
  replacePlanBody,
  uuid,
} from '@stillhere/contracts'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { ApiParts } from '../api-parts.ts'
import { RefusedError } from '../refusals.ts'
import { sendAnswer } from '../send-answer.ts'
import { refusals, typed } from './typed.ts'

const onePlan = z.object({ planId: uuid })
const oneRescuer = z.object({ planId: uuid, rescuerId: uuid })

/** Rescue plans, which nobody here can read, and the rescuers they name. */
export function planRoutes(app: FastifyInstance, { operations, seal }: ApiParts): void {
  const routes = typed(app)
  const authentication = 'device' as const

  routes.post(
    '/v1/plans',
    {
      config: { authentication, mayWait: true, limit: 'plans' },
      schema: { summary: 'Save a new plan', body: createPlanBody, response: { 201: planAnswer, ...refusals } },
    },
    ({ caller, body }, reply) => sendAnswer(reply, operations.savePlan(caller, { ...body, how: 'create' })),
  )
  routes.get(
    '/v1/plans',
    {
      config: { authentication },
      schema: { summary: 'All plans of this device', response: { 200: plansAnswer, ...refusals } },
    },
    ({ caller }, reply) => sendAnswer(reply, operations.listPlans(caller)),
  )
  routes.get(
    '/v1/plans/:planId',
    {
      config: { authentication },
      schema: { summary: 'One plan', params: onePlan, response: { 200: planAnswer, ...refusals } },
    },
    ({ caller, params }, reply) => sendAnswer(reply, operations.getPlan(caller, params.planId)),
  )
  routes.put(
    '/v1/plans/:planId',
    {
      config: { authentication, mayWait: true, limit: 'plans' },
      schema: {
        summary: 'Replace a plan by its next version',
        params: onePlan,
        body: replacePlanBody,
        response: { 200: planAnswer, ...refusals },
      },
    },
    ({ caller, params: { planId }, body }, reply) => {
      if (body.planId !== undefined && body.planId !== planId) {
        throw new RefusedError('invalid', 'planId must be the one in the path.')
      }
      return sendAnswer(reply, operations.savePlan(caller, { ...body, planId, how: 'replace' }))
    },
  )
  routes.delete(
    '/v1/plans/:planId',
    {
      config: { authentication },
      schema: {
        summary: 'Delete a plan',
        params: onePlan,
        body: deleteBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.deletePlan(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/plans/:planId/rescuers',
    {
      config: { authentication, mayWait: true, limit: 'invitations' },
      schema: {
        summary: 'Invite a rescuer by text',
        params: onePlan,
        body: addRescuerBody,
        // 200: this rescuer was there already.
        response: { 200: planAnswer, 201: planAnswer, ...refusals },
      },
    },
    async ({ caller, params: { planId }, body }, reply) => {
      const { word } = body
      const sealedWord =
        word === undefined ? {} : { sealedWord: await seal.word({ planId, rescuerId: body.rescuerId }, word) }
      return sendAnswer(reply, operations.addRescuer(caller, { ...body, planId, ...sealedWord }))
    },
  )
  routes.put(
    '/v1/plans/:planId/rescuers/order',
    {
      config: { authentication },
      schema: {
        summary: 'Say in what order rescuers are told',
        params: onePlan,
        body: orderRescuersBody,
        response: { 200: planAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.orderRescuers(caller, { ...body, ...params })),
  )
  routes.delete(
    '/v1/plans/:planId/rescuers/:rescuerId',
    {
      config: { authentication },
      schema: {
        summary: 'Remove a rescuer, silently',
        params: oneRescuer,
        body: deleteBody,
        response: { 200: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.removeRescuer(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/plans/:planId/rescuers/:rescuerId/rehearsal',
    {
      config: { authentication, mayWait: true, limit: 'invitations' },
      schema: {
        summary: 'Send this rescuer a text marked TEST',
        params: oneRescuer,
        body: rehearsalBody,
        response: { 202: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.rehearseRescuer(caller, { ...body, ...params })),
  )
  routes.post(
    '/v1/plans/:planId/own-phone/rehearsal',
    {
      config: { authentication, mayWait: true, limit: 'invitations' },
      schema: {
        summary: "Try out the plan's own phone: a text and a call, both marked TEST",
        params: onePlan,
        body: ownRehearsalBody,
        response: { 202: emptyAnswer, ...refusals },
      },
    },
    ({ caller, params, body }, reply) => sendAnswer(reply, operations.rehearseOwnPhone(caller, { ...body, ...params })),
  )
}
