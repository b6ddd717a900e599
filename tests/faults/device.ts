import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionView } from '@stillhere/contracts'
import { WebSocket } from 'ws'
import type { Crowd, Member } from './crowd.ts'
import type { CommandRecord } from './history.ts'

/** The app's patience for an answer over the socket before it asks over HTTPS as well. */
const ACK_WITHIN_MS = 1_000

/** A device as the app behaves: one socket, jittered returns, and a check-in that is green only when acknowledged. */
export class Device {
  overHttps = false
  greenUnacknowledged = false
  /** Check-ins that the gateway acknowledged. */
  overSocket = 0
  readonly #crowd: Crowd
  readonly #member: Member
  readonly #url: string
  #socket: WebSocket | undefined
  #closed = false
  #connectedAt = 0
  #attempt = 0
  readonly #waiting = new Map<string, (session: SessionView) => void>()

  constructor(crowd: Crowd, member: Member, url: string) {
    this.#crowd = crowd
    this.#member = member
    this.#url = url
  }

  get connected(): boolean {
    return this.#connectedAt > 0
  }

  connect(): Promise<void> {
    return new Promise((resolve) => {
      const socket = new WebSocket(this.#url, 'stillhere.v1')
      this.#socket = socket
      socket.on('open', () => {
        const { token } = this.#member.person
        socket.send(JSON.stringify({ type: 'hello', token, sessionId: this.#crowd.sessionId(this.#member) }))
      })
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data))
        if (frame.type === 'welcome') {
          this.#connectedAt = Date.now()
          this.#attempt = 0
          resolve()
        }
        if (frame.type === 'ack') this.#waiting.get(frame.commandId)?.(frame.session)
      })
      // A broken socket tells of itself by its close.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        this.#connectedAt = 0
        if (this.#closed) return resolve()
        const longestMs = Math.min(8_000, 500 * 2 ** this.#attempt++)
        setTimeout(() => void this.connect().then(resolve), Math.random() * longestMs)
      })
    })
  }

  /** Resolves with how long after `since` the socket stood again, ms. */
  async back(since: number): Promise<number> {
    for (;;) {
      if (this.#connectedAt > since) return this.#connectedAt - since
      if (Date.now() - since > 30_000) return Number.POSITIVE_INFINITY
      await pause(20)
    }
  }

  async checkIn(): Promise<void> {
    const command: CommandRecord = {
      kind: 'check-in',
      commandId: randomUUID(),
      askedAt: Date.now(),
      answers: [],
      lostAnswers: 0,
    }
    this.#member.history.commands.push(command)
    const sessionId = this.#crowd.sessionId(this.#member)
    const { promise: ack, resolve } = Promise.withResolvers<SessionView | undefined>()
    this.#waiting.set(command.commandId, resolve)
    const noAck = () => resolve(undefined)
    const timer = setTimeout(noAck, ACK_WITHIN_MS)
    const socket = this.#socket
    socket?.once('close', noAck)
    if (socket?.readyState === WebSocket.OPEN)
      socket.send(JSON.stringify({ type: 'check-in', sessionId, commandId: command.commandId }))
    const session = await ack
    clearTimeout(timer)
    socket?.off('close', noAck)
    this.#waiting.delete(command.commandId)
    if (session) {
      this.overSocket += 1
      command.answers.push({ at: Date.now(), status: 200, session })
    } else {
      command.lostAnswers += 1
      this.overHttps = true
      await this.#crowd.checkIn(this.#member, { commandId: command.commandId })
    }
    this.greenUnacknowledged = !command.answers.some(({ status }) => status === 200)
  }

  close(): void {
    this.#closed = true
    this.#socket?.terminate()
  }
}
