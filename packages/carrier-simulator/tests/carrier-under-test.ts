import twilio from 'twilio'
import { afterAll, beforeAll } from 'vitest'
import { type CarrierSimulator, type CarrierSimulatorOptions, createCarrierSimulator } from '../src/index.ts'
import { type Callback, startRecordingService } from './recording-service.ts'

export const accountSid = 'AC0123456789abcdef0123456789abcdef'
export const authToken = 'a-token-for-tests'
export const ourNumber = '+447700900000'
const webhookBase = 'https://stillhere.example'

/** A phone that no other test of the file uses; like all our numbers, one that Ofcom keeps for fiction. */
export function newPhone(): string {
  phones += 1
  return `+447700900${100 + phones}`
}
let phones = 0

type RecordingService = Awaited<ReturnType<typeof startRecordingService>>

/** A carrier with quick timings, a service that records its callbacks, and the real Twilio SDK pointed at the carrier. */
export function useCarrier(options: Partial<CarrierSimulatorOptions> = {}) {
  const parts = {} as { carrier: CarrierSimulator; service: RecordingService; client: ReturnType<typeof twilio> }
  beforeAll(async () => {
    parts.service = await startRecordingService()
    parts.carrier = await createCarrierSimulator({
      accountSid,
      authToken,
      number: ourNumber,
      webhookBase,
      deliverTo: parts.service.origin,
      ...options,
      timings: {
        sentAfterMs: 2,
        deliveredAfterMs: 10,
        lateAfterMs: 150,
        ringsAfterMs: 2,
        callSecondMs: 20,
        callbackTimeoutMs: 1_000,
        ...options.timings,
      },
    })
    parts.client = sdkFor(parts.carrier.origin)
  })
  afterAll(async () => {
    await parts.carrier?.stop()
    await parts.service?.stop()
  })
  return parts
}

/** The SDK as published, but for the origin its requests go to. */
export function sdkFor(origin: string, token = authToken) {
  class Redirected extends twilio.RequestClient {
    override request: twilio.RequestClient['request'] = (opts) =>
      super.request({ ...opts, uri: opts.uri.replace('https://api.twilio.com', origin) })
  }
  return twilio(accountSid, token, { httpClient: new Redirected({ timeout: 500 }) })
}

/** Whether Twilio's own library accepts the signature of a callback, over the public address. */
export function isSigned({ method, path, fields, signature }: Callback, token = authToken): boolean {
  return twilio.validateRequest(token, signature, webhookBase + path, method === 'GET' ? {} : fields)
}

/** Asks the control routes, as a program in another language would. */
export async function control(origin: string, method: string, path: string, body?: unknown) {
  const response = await fetch(origin + path, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, never> }
}

/** The account's REST API with nothing between: for what the SDK would hide. */
export async function rest(
  origin: string,
  method: string,
  path: string,
  fields?: Record<string, string>,
  credentials = `${accountSid}:${authToken}`,
) {
  const response = await fetch(`${origin}/2010-04-01/Accounts/${accountSid}${path}`, {
    method,
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    signal: AbortSignal.timeout(5_000),
    ...(fields !== undefined && { body: new URLSearchParams(fields) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
}
