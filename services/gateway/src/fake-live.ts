import { once } from 'node:events'
import type { ServerFrame, SessionView, SupportersFeed } from '@stillhere/contracts'
import { WebSocket } from 'ws'
import { buildGateway, type Gateway, type GatewayParts } from './build-gateway.ts'
import type { Caller, LiveOperations } from './live-operations.ts'
import type { SessionSignals } from './session-watch.ts'

/** For tests of this service: a gateway on a free port, sessions in a map, and sockets that speak. */

export const token = 'A'.repeat(43)
export const otherToken = 'B'.repeat(43)
export const sessionId = '11111111-1111-4111-8111-111111111111'
export const commandId = '33333333-3333-4333-8333-333333333333'
export const organisationId = '44444444-4444-4444-8444-444444444444'
const otherOrganisationId = '55555555-5555-4555-8555-555555555555'
export const supporterToken = 'S'.repeat(43)
export const colleagueToken = 'T'.repeat(43)
export const foreignToken = 'U'.repeat(43)
/** Supporters by token: two of one organisation, one of another. */
const supporters: Record<string, Caller> = {
  [supporterToken]: { kind: 'supporter', role: 'supporter', id: 'sam', organisationId, credentialId: 'credential-sam' },
  [colleagueToken]: { kind: 'supporter', role: 'supporter', id: 'kit', organisationId, credentialId: 'credential-kit' },
  [foreignToken]: {
    kind: 'supporter',
    role: 'supporter',
    id: 'ash',
    organisationId: otherOrganisationId,
    credentialId: 'credential-ash',
  },
}
const devices: Record<string, string> = { [token]: 'device-a', [otherToken]: 'device-b' }

export function sessionAt(version: number, more: Partial<SessionView> = {}): SessionView {
  return {
    id: sessionId,
    planId: '22222222-2222-4222-8222-222222222222',
    kind: 'ordinary',
    company: 'timer-only',
    state: 'counting',
    version,
    startedAt: '2026-01-01T00:00:00.000Z',
    deadlineAt: '2026-01-01T00:02:00.000Z',
    alertAt: '2026-01-01T00:03:00.000Z',
    ...more,
  }
}

function feedOf(code: string): SupportersFeed {
  const at = '2026-01-01T00:00:00.000Z'
  const alert: SupportersFeed['alerts'][number] = {
    id: commandId,
    sessionId,
    code,
    nickname: 'amber otter 4',
    state: 'open',
    reason: 'silence',
    version: 1,
    raisedAt: at,
    latenessMs: 0,
    told: [],
    progress: [],
  }
  return { alerts: [alert], sessions: [], onShift: [], serverNow: at }
}

export interface FakeLive {
  gateway: Gateway
  url: string
  /** What the database holds: session → its owner and how it is now. */
  sessions: Map<string, { deviceId: string; view: SessionView }>
  /** What supporters are shown: organisation → the word that changes with it, and its code. */
  feeds: Map<string, { urgent: string; calm: string; code: string }>
  /** Credentials that were revoked. */
  revoked: Set<string>
  calls: { name: string; args: unknown[] }[]
  troubles: unknown[]
  /** A signal of another process. */
  signal(id: string, version: number): void
  open(origin?: string): Promise<Phone>
  [Symbol.asyncDispose](): Promise<void>
}

export async function fakeLive(
  overrides: Partial<LiveOperations> = {},
  parts: Partial<GatewayParts> & { fanOut?: boolean } = {},
): Promise<FakeLive> {
  const calls: FakeLive['calls'] = []
  const troubles: unknown[] = []
  const sessions: FakeLive['sessions'] = new Map([[sessionId, { deviceId: 'device-a', view: sessionAt(1) }]])
  const serverNow = '2026-01-01T00:00:01.000Z'
  const feeds: FakeLive['feeds'] = new Map([
    [organisationId, { urgent: 'a', calm: '1', code: '4821' }],
    [otherOrganisationId, { urgent: 'z', calm: '9', code: '9999' }],
  ])
  const revoked: FakeLive['revoked'] = new Set()
  const act =
    (change: Partial<SessionView>, outcome?: 'moved') => async (caller: Caller, input: { sessionId: string }) => {
      const found = sessions.get(input.sessionId)
      if (found?.deviceId !== caller.id) return { kind: 'refused', code: 'not_found' } as const
      if (found.view.state === 'closed') {
        return { kind: 'refused', code: 'session_closed', body: { session: found.view, serverNow } } as const
      }
      found.view = { ...found.view, ...change, version: found.view.version + 1 }
      const body = { ...(outcome && { outcome }), session: found.view, serverNow }
      return { kind: 'answer', status: 200, body } as const
    }
  const operations: LiveOperations = {
    findCaller: async (given) => {
      const id = devices[given]
      if (supporters[given]) return supporters[given]
      return id === undefined ? undefined : { kind: 'device', id, organisationId }
    },
    revokeToken: async () => {},
    checkIn: act({}, 'moved'),
    extendSession: act({}),
    endSession: act({ state: 'closed', outcome: 'ended-safe' }),
    callForHelp: act({ state: 'alerting' }),
    readSessionForDevice: async (caller, id) => {
      const found = sessions.get(id)
      return found?.deviceId === caller.id ? found.view : undefined
    },
    readSessionVersions: async (ids) =>
      ids.flatMap((id) => {
        const view = sessions.get(id)?.view
        return view ? [{ id, version: view.version }] : []
      }),
    readRunningSessions: async (deviceIds) =>
      [...sessions.values()]
        .filter(({ deviceId, view }) => deviceIds.includes(deviceId) && view.state !== 'closed')
        .map(({ deviceId, view }) => ({ deviceId, id: view.id })),
    readFeed: async (id) => feedOf(feeds.get(id)?.code ?? ''),
    readFeedStamps: async (ids) => ids.map((id) => ({ organisationId: id, urgent: '', calm: '', ...feeds.get(id) })),
    recordSeen: async () => {},
    readValidCredentials: async (ids) => new Set(ids.filter((id) => !revoked.has(id))),
    readWindingDown: async () => [],
    readClock: async () => Date.parse(serverNow),
    ...overrides,
  }
  for (const [name, run] of Object.entries(operations)) {
    Object.assign(operations, {
      [name]: (...args: unknown[]) => {
        calls.push({ name, args })
        return (run as (...given: unknown[]) => unknown)(...args)
      },
    })
  }
  const subscribers = new Set<Parameters<SessionSignals['subscribe']>[1]>()
  const gateway = buildGateway({
    operations,
    signals: {
      fanOut: parts.fanOut ?? true,
      subscribe: (_, subscriber) => {
        subscribers.add(subscriber)
        return () => subscribers.delete(subscriber)
      },
    },
    webOrigins: ['http://localhost:4000'],
    events: { refused: () => {}, trouble: ({ error }) => troubles.push(error) },
    ...parts,
  })
  const { port } = await gateway.listen({ host: '127.0.0.1', port: 0 })
  const url = `ws://127.0.0.1:${port}/v1/live`
  const phones: Phone[] = []
  return {
    gateway,
    url,
    sessions,
    feeds,
    revoked,
    calls,
    troubles,
    signal: (id, version) => {
      for (const subscriber of subscribers) subscriber.onSignal({ id, version })
    },
    async open(origin) {
      const phone = new Phone(new WebSocket(url, 'stillhere.v1', origin === undefined ? {} : { origin }))
      phones.push(phone)
      await phone.opened
      return phone
    },
    async [Symbol.asyncDispose]() {
      for (const phone of phones) phone.socket.terminate()
      await gateway.close(200)
    },
  }
}

/** A client's end of a socket: what it says, and what it has heard. */
export class Phone {
  readonly socket: WebSocket
  readonly opened: Promise<unknown>
  readonly closed: Promise<number>
  readonly heard: ServerFrame[] = []
  #waiting: (() => void)[] = []

  constructor(socket: WebSocket) {
    this.socket = socket
    this.opened = once(socket, 'open')
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => resolve(code))
    })
    socket.on('error', () => {})
    socket.on('message', (data) => {
      this.heard.push(JSON.parse(data.toString()))
      for (const look of this.#waiting) look()
    })
  }

  say(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** The first frame of this type, heard already or still to come, that fits. */
  hear<Type extends ServerFrame['type']>(
    type: Type,
    fits: (frame: Extract<ServerFrame, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<ServerFrame, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.heard.find((frame) => frame.type === type && fits(frame as never))
        if (found === undefined) return
        this.#waiting = this.#waiting.filter((other) => other !== look)
        resolve(found as never)
      }
      this.#waiting.push(look)
      this.socket.once('close', () => reject(new Error(`closed before a ${type} came`)))
      look()
    })
  }

  async greet(more: object = {}): Promise<this> {
    this.say({ type: 'hello', token, ...more })
    await this.hear('welcome')
    return this
  }

  /** Resolves when everything said so far has been taken: a ping is answered after it. */
  async settle(): Promise<void> {
    const t = Math.random()
    this.say({ type: 'ping', t })
    await this.hear('pong', (frame) => frame.t === t)
  }
}
