import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { type Account, type Timings, usualTimings } from './account.ts'
import { behaviourForms, parseBehaviour } from './behaviours.ts'
import type { CallbackFailure } from './callbacks.ts'
import { type Carrier, makeCarrier } from './carrier.ts'
import { controlRoutes } from './control/index.ts'
import { type SimulatedCall, type SimulatedText, showCall, showText } from './control/shapes.ts'
import { phonesPage } from './phones/index.ts'
import { LivePhones } from './phones/live-phones.ts'
import { restApi } from './rest/index.ts'
import type { RecordedRequest } from './rest/requests.ts'
import type { phoneOf } from './texts/text.ts'

export interface CarrierSimulatorOptions {
  /** `AC` and 32 hexadecimal digits. */
  accountSid: string
  /** Accepted on requests; signs callbacks. */
  authToken: string
  /** Accepted on requests too, as while a token is being replaced; see `promoteNextAuthToken`. */
  nextAuthToken?: string
  /** The service's own number, E.164. Everything is sent from it, and every text of a phone goes to it. */
  number: string
  /** The public origin of the service: what signatures cover. Inbound texts go to its `/v1/carriers/twilio/messages`. */
  webhookBase: string
  /** Where callbacks to `webhookBase` are really posted, when the public origin is not reachable. */
  deliverTo?: string
  /** Default 127.0.0.1. */
  host?: string
  /** Default 0: any free port. */
  port?: number
  /** Default true. False: no receipts, and every text counts as delivered at once; for load. */
  receipts?: boolean
  timings?: Partial<Timings>
  /** How many texts are remembered before the oldest is forgotten. Default 500,000. */
  textLimit?: number
}

export interface TextWanted {
  /** Only texts that came after this one (its `sid`). */
  after?: string
  matching?: RegExp
}

/** What comes sooner than this is under way for whoever waits for quiet. */
const soonMs = 250

/** A carrier of its own on one origin: Twilio's REST, `/sim/…` to control it, `/` the page of phones. */
export interface CarrierSimulator {
  /** What stands in `TWILIO_BASE_URL`: `http://host:port`. */
  readonly origin: string
  /** The page of phones. */
  readonly url: string
  /** Ends everything: open requests are cut, nothing is posted any more. Safe to call twice. */
  stop(): Promise<void>

  /** How the carrier treats this number from now on; throws on a behaviour nobody knows. */
  behave(number: string, behaviour: string): void
  /** A phone sends a text. Resolves after the webhook was answered, or failed: then `webhookStatus` is not 2xx. */
  sendText(text: { from: string; body?: string; sid?: string }): Promise<{ sid: string; webhookStatus: number | null }>
  /** What the carrier took, oldest first; of one phone, or all. */
  texts(number?: string): SimulatedText[]
  calls(number?: string): SimulatedCall[]
  requests(): RecordedRequest[]
  /** Callbacks that the service did not take. */
  failures(): CallbackFailure[]
  /** Callbacks being answered, and receipts, rings and other things of the carrier's own that happen within 250 ms. */
  underWay(): number
  /**
   * The oldest text to this phone that fits, at once if it was taken already, or when it is. Rejects after `timeoutMs`;
   * the error names neither number nor text.
   */
  nextText(number: string, wanted: TextWanted, timeoutMs: number): Promise<SimulatedText>
  /** The oldest call to this phone that is not over and rings; rejects after `timeoutMs`. */
  nextRingingCall(number: string, timeoutMs: number): Promise<SimulatedCall>
  /** Hears every text the carrier takes, from either side. The answer stops the listening. */
  onText(listener: (text: SimulatedText) => void): () => void
  answer(callSid: string, by: 'human' | 'machine' | 'nobody'): Promise<SimulatedCall>
  press(callSid: string, digits: string): Promise<SimulatedCall>
  hangUp(callSid: string): SimulatedCall
  /** Receipts on or off, for all numbers, from now on. */
  setReceipts(on: boolean): void
  /** Posts callbacks for `webhookBase` to another origin from now on. */
  deliverCallbacksTo(origin: string): void
  /** The next token becomes the token: it signs, and the old one is refused. */
  promoteNextAuthToken(): void
}

/** Starts a carrier. Throws when the port is taken or an option is malformed. */
export async function createCarrierSimulator(options: CarrierSimulatorOptions): Promise<CarrierSimulator> {
  const account = checkedAccount(options)
  const timings = { ...usualTimings, ...options.timings }
  const carrier = makeCarrier(account, timings, options.receipts ?? true, options.textLimit)
  const live = new LivePhones(carrier)
  const app = serve(carrier, live)
  await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  const { address, family, port } = app.server.address() as AddressInfo
  const origin = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`

  let stopped: Promise<void> | undefined
  const stop = async () => {
    carrier.timers.stop()
    carrier.callLife.stop()
    live.stop()
    await carrier.callbacks.stop()
    await app.close()
    carrier.changes.emit('stop')
    carrier.changes.removeAllListeners()
  }

  return {
    origin,
    url: `${origin}/`,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
    ...controls(carrier),
    ...waits(carrier),
  }
}

function checkedAccount(options: CarrierSimulatorOptions): Account {
  const { accountSid, authToken, nextAuthToken, number } = options
  if (!/^AC[0-9a-fA-F]{32}$/.test(accountSid)) throw new TypeError('accountSid is AC and 32 hexadecimal digits')
  if (authToken === '') throw new TypeError('authToken is missing')
  if (!/^\+[1-9]\d{6,14}$/.test(number)) throw new TypeError('number is E.164')
  return {
    sid: accountSid,
    authToken,
    nextAuthToken,
    number,
    webhookBase: origin(options.webhookBase, 'webhookBase'),
    deliverTo: options.deliverTo === undefined ? undefined : origin(options.deliverTo, 'deliverTo'),
  }
}

/** Without the slash at the end, so that paths can be put after it. */
function origin(written: string, name: string): string {
  if (!URL.canParse(written) || !/^https?:/.test(written)) throw new TypeError(`${name} is an http(s) origin`)
  return written.replace(/\/+$/, '')
}

function serve(carrier: Carrier, live: LivePhones) {
  const app = Fastify({
    // Nothing is logged: every request holds a number and most hold a text.
    logger: false,
    bodyLimit: 65_536,
    requestTimeout: 10_000,
    // Requests that were told to hang would otherwise keep the server from closing.
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  })
  // Only JSON controls the carrier: a form or plain text is what a page of another site could post without being asked.
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500
    if (status >= 500) return reply.code(500).send({ code: 'internal', message: 'the simulator failed' })
    return reply.code(status).send({ code: 'invalid', message: (error as Error).message })
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: 'not_found', message: 'no such route' }))
  app.register((scope) => restApi(scope, carrier), { prefix: '/2010-04-01' })
  app.register((scope) => controlRoutes(scope, carrier), { prefix: '/sim' })
  app.register((scope) => phonesPage(scope, live))
  return app
}

function controls(carrier: Carrier) {
  const { account, behaviours, texts, calls, callLife, textLife, inbound, requests, callbacks, changes, timers } =
    carrier
  const call = (sid: string) => {
    const found = calls.find(sid)
    if (found === undefined) throw new Error('no such call')
    return found
  }
  return {
    behave(number: string, name: string) {
      const behaviour = parseBehaviour(name)
      if (behaviour === undefined) throw new TypeError(`a behaviour is one of: ${behaviourForms}`)
      behaviours.set(number, behaviour)
      textLife.forgetQueue(number)
      changes.emit('behaviour', number)
    },
    sendText: ({ from, body = '', sid }: { from: string; body?: string; sid?: string }) =>
      inbound.receive({ from, body, sid }),
    texts: (number?: string) => texts.list(number).map(showText),
    calls: (number?: string) => calls.list(number).map(showCall),
    requests: () => requests.list(),
    failures: () => callbacks.failures.oldestFirst(),
    underWay: () => callbacks.underWay() + timers.within(soonMs),
    async answer(sid: string, by: 'human' | 'machine' | 'nobody') {
      const outcome = await callLife.answer(call(sid), by)
      if (outcome === 'not-ringing') throw new Error('this call does not ring')
      return showCall(call(sid))
    },
    async press(sid: string, digits: string) {
      const outcome = await callLife.press(call(sid), digits)
      if (outcome === 'nobody-listens') throw new Error('this call waits for no keys')
      return showCall(call(sid))
    },
    hangUp(sid: string) {
      callLife.hangUp(call(sid))
      return showCall(call(sid))
    },
    setReceipts(on: boolean) {
      textLife.receiptsOn = on
    },
    deliverCallbacksTo(to: string) {
      account.deliverTo = origin(to, 'deliverTo')
    },
    promoteNextAuthToken() {
      if (account.nextAuthToken === undefined) throw new Error('there is no next token')
      account.authToken = account.nextAuthToken
      account.nextAuthToken = undefined
    },
  }
}

function waits({ texts, calls, changes }: Carrier) {
  /** Resolves with the first answer of `look` that is not undefined, asked now and after every change. */
  const until = <T>(event: 'text' | 'call', look: () => T | undefined, timeoutMs: number, what: string): Promise<T> => {
    const now = look()
    if (now !== undefined) return Promise.resolve(now)
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(timer)
        changes.off(event, again)
        changes.off('stop', stopped)
        settle()
      }
      const again = () => {
        const found = look()
        if (found !== undefined) done(() => resolve(found))
      }
      const stopped = () => done(() => reject(new Error('the carrier simulator was stopped')))
      const timer = setTimeout(() => done(() => reject(new Error(`no ${what} in ${timeoutMs} ms`))), timeoutMs)
      changes.on(event, again)
      changes.on('stop', stopped)
    })
  }

  return {
    nextText(number: string, { after, matching }: TextWanted, timeoutMs: number) {
      const since = after === undefined ? 0 : (texts.find(after)?.position ?? 0)
      const look = () => {
        for (const text of texts.list(number)) {
          if (text.direction === 'inbound' || text.position <= since) continue
          if (matching === undefined || text.body.search(matching) >= 0) return showText(text)
        }
        return undefined
      }
      return until('text', look, timeoutMs, 'such text')
    },
    nextRingingCall(number: string, timeoutMs: number) {
      const look = () => {
        const call = calls.list(number).find(({ status }) => status === 'ringing')
        return call === undefined ? undefined : showCall(call)
      }
      return until('call', look, timeoutMs, 'ringing call')
    },
    onText(listener: (text: SimulatedText) => void) {
      const heard = (text: Parameters<typeof phoneOf>[0] & Parameters<typeof showText>[0]) => listener(showText(text))
      changes.on('text', heard)
      return () => {
        changes.off('text', heard)
      }
    },
  }
}
