import type { FastifyInstance } from 'fastify'
import { type Call, type Instructions, isOver } from '../calls/call.ts'
import type { NewCall } from '../calls/call-life.ts'
import type { Carrier } from '../carrier.ts'
import { parseNumber } from '../numbers.ts'
import { requestRefusal } from '../refusals.ts'
import { toCallResource } from './call-resource.ts'
import { parseDateFilter } from './dates.ts'
import { type Refusal, refusal, sendError, sendNotFound, sendRefusal } from './errors.ts'
import { type Fields, fieldValue, fieldValues, isCallbackUrl, methodOf, singleValues } from './fields.ts'
import { misbehave, sendServerError } from './misbehave.ts'
import { cutPage } from './pages.ts'

type ByAccount = { Params: { accountSid: string }; Body: Fields; Querystring: Fields }
type BySid = { Params: { accountSid: string; sid: string }; Body: Fields }

const usualTimeoutSeconds = 60
const longestTimeoutSeconds = 600
const longestTwiml = 4000

/** `/2010-04-01/Accounts/{sid}/Calls.json`: create, list, fetch, end or redirect, delete. */
export function callRoutes(app: FastifyInstance, carrier: Carrier): void {
  const { account, behaviours, calls, callLife } = carrier
  const shown = (call: Call) => toCallResource(account.sid, call)

  const find = (sid: string) => {
    const call = calls.find(sid)
    return call?.deleted === false ? call : undefined
  }

  app.post<ByAccount>('/Accounts/:accountSid/Calls.json', (request, reply) => {
    const fields = request.body
    const behaviour = behaviours.between(
      parseNumber(fieldValue(fields, 'From') ?? '') ?? '',
      parseNumber(fieldValue(fields, 'To') ?? '') ?? '',
    )
    if (misbehave(behaviour, reply)) return reply
    const asked = checkCall(fields, account.number)
    if ('code' in asked) return sendRefusal(reply, asked)
    if (behaviour.kind === 'refuse' && behaviour.when === 'request') {
      const { status, message } = requestRefusal(behaviour.code)
      return sendError(reply, status, behaviour.code, message)
    }
    const call = callLife.place(asked)
    return behaviour.kind === '500-after' ? sendServerError(reply) : reply.code(201).send(shown(call))
  })

  app.get<ByAccount>('/Accounts/:accountSid/Calls.json', (request, reply) => {
    const query = request.query
    const singles = singleValues(query)
    const started = parseDateFilter('StartTime', singles)
    const ended = parseDateFilter('EndTime', singles)
    if (started.kind === 'invalid' || ended.kind === 'invalid') {
      return sendError(reply, 400, 20_001, "Invalid parameter 'StartTime' or 'EndTime'")
    }
    const page = cutPage(
      request.url.split('?', 1)[0] ?? '',
      query,
      listed(carrier, query, started.passes, ended.passes),
    )
    return reply.send({ ...page.fields, calls: page.items.map(shown) })
  })

  app.get<BySid>('/Accounts/:accountSid/Calls/:sid.json', (request, reply) => {
    const call = find(request.params.sid)
    return call === undefined ? sendNotFound(reply, request.url) : reply.send(shown(call))
  })

  app.post<BySid>('/Accounts/:accountSid/Calls/:sid.json', (request, reply) => {
    const call = find(request.params.sid)
    if (call === undefined) return sendNotFound(reply, request.url)
    const status = fieldValue(request.body, 'Status')
    const instructions = instructionsIn(request.body)
    if (instructions !== undefined && 'code' in instructions) return sendRefusal(reply, instructions)
    if (status !== undefined && status !== 'completed' && status !== 'canceled') {
      return sendError(reply, 400, 21_218, 'Invalid Status: completed or canceled')
    }
    if (isOver(call) || (instructions !== undefined && call.status !== 'in-progress')) {
      return sendError(reply, 400, 21_220, 'Call is not in-progress. Cannot redirect.')
    }
    if (status === 'completed' || (status === 'canceled' && call.status !== 'in-progress')) callLife.hangUp(call)
    else if (instructions !== undefined) callLife.redirect(call, instructions)
    return reply.send(shown(call))
  })

  app.delete<BySid>('/Accounts/:accountSid/Calls/:sid.json', (request, reply) => {
    const call = find(request.params.sid)
    if (call === undefined) return sendNotFound(reply, request.url)
    if (!isOver(call)) return sendError(reply, 409, 20_009, 'Cannot delete call because it has not ended.')
    call.deleted = true
    return reply.code(204).send()
  })
}

/** The call the fields ask for, or Twilio's reason to refuse it. */
function checkCall(fields: Fields, ourNumber: string): NewCall | Refusal {
  const to = fieldValue(fields, 'To')
  const from = fieldValue(fields, 'From')
  if (!to) return refusal(21_201, "No 'To' number is specified")
  const toNumber = parseNumber(to)
  if (toNumber === undefined) return refusal(21_211, `Invalid 'To' Phone Number: ${to}`)
  if (!from) return refusal(21_213, "'From' phone number is required")
  const fromNumber = parseNumber(from)
  if (fromNumber === undefined) return refusal(21_212, `Invalid 'From' Number: ${from}`)
  if (fromNumber !== ourNumber) return refusal(21_210, "'From' phone number not verified")
  const instructions = instructionsIn(fields)
  if (instructions === undefined) return refusal(21_205, "'Url' parameter is required")
  if ('code' in instructions) return instructions
  const statusCallback = fieldValue(fields, 'StatusCallback')
  if (statusCallback && !isCallbackUrl(statusCallback))
    return refusal(21_609, "The 'StatusCallback' URL is not a valid URL")
  const fallbackUrl = fieldValue(fields, 'FallbackUrl')
  const events = fieldValues(fields, 'StatusCallbackEvent')
  const detection = fieldValue(fields, 'MachineDetection')
  const timeout = Number(fieldValue(fields, 'Timeout') ?? usualTimeoutSeconds)
  return {
    from: fromNumber,
    to: toNumber,
    instructions,
    fallback:
      fallbackUrl && isCallbackUrl(fallbackUrl)
        ? { url: fallbackUrl, method: methodOf(fields, 'FallbackMethod') }
        : undefined,
    statusCallback: statusCallback
      ? {
          url: statusCallback,
          method: methodOf(fields, 'StatusCallbackMethod'),
          events: new Set(events.length === 0 ? ['completed'] : events),
        }
      : undefined,
    timeoutSeconds: timeout >= 1 ? Math.min(timeout, longestTimeoutSeconds) : usualTimeoutSeconds,
    machineDetection: detection === 'Enable' || detection === 'DetectMessageEnd' ? detection : undefined,
    asyncDetection:
      fieldValue(fields, 'AsyncAmd') === 'true'
        ? { url: fieldValue(fields, 'AsyncAmdStatusCallback') || undefined }
        : undefined,
  }
}

/** `Url` wins over `Twiml`, as Twilio says; undefined when neither is there. */
function instructionsIn(fields: Fields): Instructions | Refusal | undefined {
  const url = fieldValue(fields, 'Url')
  const twiml = fieldValue(fields, 'Twiml')
  if (url)
    return isCallbackUrl(url)
      ? { url, method: methodOf(fields, 'Method') }
      : refusal(21_205, "'Url' is not a valid URL")
  if (!twiml) return undefined
  return twiml.length <= longestTwiml
    ? { twiml }
    : refusal(20_001, "Invalid parameter 'Twiml': at most 4000 characters")
}

function* listed(
  { calls }: Carrier,
  query: Fields,
  startedPasses: (at: number) => boolean,
  endedPasses: (at: number) => boolean,
): Generator<Call> {
  const to = fieldValue(query, 'To')
  const from = fieldValue(query, 'From')
  const status = fieldValue(query, 'Status')
  const asksEnd = Object.keys(query).some((name) => name.startsWith('EndTime'))
  for (const call of calls.newestFirst()) {
    if (call.deleted) continue
    if (to && call.to !== parseNumber(to)) continue
    if (from && call.from !== parseNumber(from)) continue
    if (status && call.status !== status) continue
    if (!startedPasses(call.ringingAt ?? call.at)) continue
    if (asksEnd && (call.endedAt === undefined || !endedPasses(call.endedAt))) continue
    yield call
  }
}
