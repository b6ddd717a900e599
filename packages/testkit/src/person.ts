import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type {
  AlertOrder,
  DeviceView,
  PlanView,
  ReceiptView,
  ServiceView,
  SessionAnswer,
  SessionView,
} from '@stillhere/contracts'
import { type PublicKey, parsePublicKey, sealNumber, sealPlan, sealPush } from '@stillhere/sealing/seal'
import type { Canaries } from './canaries.ts'
import { type LiveSocket, openLive } from './live.ts'
import { type PlanText, plansLines, samplePlan } from './sample-plan.ts'
import { until } from './until.ts'

/** An answer as it came. `body` is what the JSON held; an empty object where there was none. */
export interface HttpAnswer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service says, right or wrong; the test looks at it
  body: any
  headers: Headers
}

/** The service refused what a person asked. */
export class RefusedByServiceError extends Error {
  override name = 'RefusedByServiceError'
  readonly status: number
  readonly code: string
  readonly answer: HttpAnswer
  constructor(asked: string, answer: HttpAnswer) {
    super(`${asked} was answered ${answer.status} ${answer.body.code}: ${answer.body.message}`)
    this.status = answer.status
    this.code = String(answer.body.code)
    this.answer = answer
  }
}

interface Rhythm {
  rhythmId: string
  countdownSeconds: number
}
type Command = { commandId?: string }

/**
 * A person's device: a program with no private access. It knows the api's address and what `GET /v1/service` says, seals
 * by itself, and does all else over HTTP and the live socket. Everything it makes up is a canary.
 */
export interface Person {
  readonly deviceId: string
  readonly token: string
  /** To be written down: forgets this device when the phone is lost. */
  readonly forgetCode: string
  readonly service: ServiceView
  /** The plan last saved and the session last started, by id. */
  readonly planId: string
  readonly sessionId: string
  /** Any request, once, as this device; for bad inputs. A string goes out as it is. */
  request(method: string, path: string, body?: object | string, headers?: Record<string, string>): Promise<HttpAnswer>
  /** Seals and saves a plan; without `planId` a new one. */
  savePlan(
    plan?: Partial<PlanText> & {
      planId?: string
      planVersion?: number
      ownNumber?: string
      alertOrder?: AlertOrder
      site?: { siteId: string; siteVersion?: number }
      language?: string
    },
  ): Promise<PlanView>
  plan(): Promise<PlanView>
  /** Asks for the plan until `check` likes it. */
  planUntil(what: string, check: (plan: PlanView) => boolean, withinMs?: number): Promise<PlanView>
  /** Adds a rescuer to the plan last saved. @returns the rescuer's id */
  addRescuer(rescuer: { number: string; position?: number; word?: string; language?: string }): Promise<string>
  start(
    how?: Partial<Rhythm> & Command & { company?: 'timer-only' | 'supporter'; language?: string },
  ): Promise<SessionView>
  checkIn(how?: Command & { pressedSecondsAgo?: number; pressedAt?: string; rhythmId?: string }): Promise<SessionAnswer>
  extend(seconds: number, how?: Command & { version?: number }): Promise<SessionAnswer>
  end(how?: Command): Promise<SessionAnswer>
  help(how?: Command & { quiet?: boolean }): Promise<SessionAnswer>
  /** Says where this person's browser can be reached for prompts; `null`: nowhere any more. */
  keepPush(subscription: { endpoint: string; p256dh: string; auth: string } | null, language?: string): Promise<void>
  session(): Promise<SessionView>
  /** Asks for the session until `check` likes it. Where a live socket is open, its frames come sooner. */
  sessionUntil(what: string, check: (session: SessionView) => boolean, withinMs?: number): Promise<SessionView>
  receipt(): Promise<ReceiptView>
  /** Opens the live socket, says hello and waits for the welcome. */
  connectLive(hello?: { version?: number }): Promise<LiveSocket>
}

const answerWithinMs = 10_000
const askAgainAfterMs = 200

/** A new anonymous device on the service at `api` (an origin). `live` overrides the address the service names. */
export async function newPerson(of: {
  api: string
  live?: string
  canaries?: Canaries
  /** The slug of an organisation; without it the host name decides. */
  service?: string
}): Promise<Person> {
  const { api, canaries } = of
  const query = of.service === undefined ? '' : `?service=${of.service}`
  const service = (await ask('GET', `${api}/v1/service${query}`)).body as ServiceView
  const made = await again(() => ask('POST', `${api}/v1/devices${query}`))
  if (made.status !== 201) throw new RefusedByServiceError('POST /v1/devices', made)
  const { deviceId, token, forgetCode } = made.body as DeviceView
  canaries?.add('token', token, forgetCode, forgetCode.replaceAll('-', ''))
  const sealingKey = await keyOf(service)
  let planId = ''
  let sessionId = ''

  const request: Person['request'] = (method, path, body, headers) =>
    ask(method, api + path, body, { authorization: `Bearer ${token}`, ...headers })
  async function must(method: string, path: string, body?: object): Promise<HttpAnswer['body']> {
    const answer = await again(() => request(method, path, body))
    if (answer.status > 299) throw new RefusedByServiceError(`${method} ${path}`, answer)
    return answer.body
  }
  const command = (path: string, fields: object): Promise<SessionAnswer> =>
    must('POST', `/v1/sessions/${sessionId}${path}`, { commandId: randomUUID(), ...fields })
  const plan = async (): Promise<PlanView> => (await must('GET', `/v1/plans/${planId}`)).plan
  const session = async (): Promise<SessionView> => (await must('GET', `/v1/sessions/${sessionId}`)).session

  return {
    deviceId,
    token,
    forgetCode,
    service,
    get planId() {
      return planId
    },
    get sessionId() {
      return sessionId
    },
    request,
    async savePlan({
      planId: known,
      planVersion = 1,
      ownNumber,
      alertOrder = 'rescuers-first',
      site,
      language,
      ...fields
    } = {}) {
      const text = samplePlan(fields)
      canaries?.add('plan text', ...plansLines(text))
      canaries?.add('name', ...text.rescuers.map(({ name }) => name))
      canaries?.add('number', ownNumber)
      planId = known ?? randomUUID()
      const body = {
        commandId: randomUUID(),
        planId,
        planVersion,
        sealed: await sealPlan(sealingKey, { planId, planVersion }, JSON.stringify(text)),
        ...(ownNumber && { sealedOwnNumber: await sealNumber(sealingKey, { planId, rescuerId: 'own' }, ownNumber) }),
        alertOrder,
        ...site,
        ...(language && { language }),
      }
      const answer = known ? await must('PUT', `/v1/plans/${known}`, body) : await must('POST', '/v1/plans', body)
      return answer.plan
    },
    plan,
    planUntil: (what, check, withinMs) =>
      until(
        `the plan ${what}`,
        async () => {
          const now = await plan()
          return check(now) && now
        },
        withinMs,
      ),
    async keepPush(subscription, language = 'en') {
      const { endpoint, p256dh, auth } = subscription ?? {}
      canaries?.add('token', ...[endpoint, auth].flatMap((secret) => secret ?? []))
      const sealed = subscription && {
        sealed: await sealPush(sealingKey, { sessionId }, JSON.stringify({ endpoint, p256dh, auth, language })),
      }
      await must('PUT', `/v1/sessions/${sessionId}/push`, { commandId: randomUUID(), sealed: null, ...sealed })
    },
    async addRescuer({ number, position = 1, word, language }) {
      canaries?.add('number', number)
      canaries?.add('word', word)
      const rescuerId = randomUUID()
      await must('POST', `/v1/plans/${planId}/rescuers`, {
        commandId: randomUUID(),
        rescuerId,
        position,
        sealedNumber: await sealNumber(sealingKey, { planId, rescuerId }, number),
        ...(word && { word }),
        ...(language && { language }),
      })
      return rescuerId
    },
    async start({ company = 'timer-only', ...how } = {}) {
      const rhythm = how.rhythmId === undefined && how.countdownSeconds === undefined ? { countdownSeconds: 120 } : {}
      const started = await must('POST', '/v1/sessions', {
        commandId: randomUUID(),
        planId,
        company,
        ...rhythm,
        ...how,
      })
      sessionId = started.session.id
      return started.session
    },
    checkIn: (how = {}) => command('/check-ins', how),
    extend: (seconds, how = {}) => command('/extend', { seconds, ...how }),
    end: (how = {}) => command('/end', how),
    help: (how = {}) => command('/help', how),
    session,
    sessionUntil: (what, check, withinMs) =>
      until(
        `the session ${what}`,
        async () => {
          const now = await session()
          return check(now) && now
        },
        withinMs,
      ),
    receipt: () => must('GET', `/v1/sessions/${sessionId}/receipt`),
    connectLive: ({ version } = {}) =>
      openLive({
        url: of.live ?? service.liveUrl,
        token,
        ...(sessionId && { sessionId }),
        ...(version !== undefined && { version }),
      }),
  }
}

/**
 * Asks again, with the same command id, while the service says `unavailable`, as an app would: it sheds what can wait
 * while its processor is busy, which on a machine that runs tests it may be.
 */
async function again(request: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  const giveUpAtMs = performance.now() + answerWithinMs
  for (;;) {
    const answer = await request()
    if (answer.body.code !== 'unavailable' || performance.now() > giveUpAtMs) return answer
    await pause(askAgainAfterMs)
  }
}

/** One request of anybody, with a bound. */
export async function ask(
  method: string,
  url: string,
  body?: object | string,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    signal: AbortSignal.timeout(answerWithinMs),
    redirect: 'manual',
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : { text } }
}

async function keyOf(service: ServiceView): Promise<PublicKey> {
  const parsed = await parsePublicKey(service.disclosureKey)
  if (parsed.kind === 'refused') throw new Error('the service publishes a disclosure key that is none')
  return parsed.key
}
