import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionView } from '@stillhere/contracts'
import { WebSocket } from 'ws'
import { eachOf } from '../ask.ts'
import { type FaultCase, onFaultyStack, untilAt } from '../case.ts'
import type { Crowd, Member } from '../crowd.ts'
import type { CommandRecord } from '../history.ts'

/** The app's patience for an answer over the socket before it asks over HTTPS as well. */
const ACK_WITHIN_MS = 1_000

/**
 * F9: the gateway is killed with a crowd of live sockets, in the middle of their check-ins. Devices come back with
 * jitter within 15 s; a check-in without its ack goes over HTTPS as the same command; deadlines are not touched.
 */
export const gatewayKilled: FaultCase = {
  id: 'F9',
  what: 'the gateway is killed with a crowd of live sockets',
  run: ({ full }) =>
    onFaultyStack({ pace: full ? 4 : 10 }, async (stack, crowd, broken) => {
      const count = full ? 2_000 : 300
      const members = await crowd.join(count)
      const alertAt = Date.now() + crowd.shortestMs + count * 25 + 22_000
      await crowd.startAllDueAt(members, alertAt)
      const devices = members.map((member) => new Device(crowd, member, stack.live))
      await eachOf(devices, 50, (device) => device.connect())
      // Every third one checks in around the kill; the others' deadlines must be as they were.
      const pressing = devices
        .filter((_, i) => i % 3 === 0)
        .map(async (device) => {
          await pause(Math.random() * 400)
          await device.checkIn()
        })
      await pause(200)
      const killedAt = Date.now()
      stack.kill('gateway')
      await Promise.all(pressing)
      const slowest = Math.max(...(await Promise.all(devices.map((device) => device.back(killedAt)))))
      if (slowest > 15_000) broken.push(`a device was back after ${Math.round(slowest)} ms, not within 15 s`)
      const overHttps = devices.filter((device) => device.overHttps).length
      const green = devices.filter((device) => device.greenUnacknowledged).length
      if (green > 0) broken.push(`${green} devices were green without an ack`)
      if (overHttps === 0) broken.push('no check-in met the kill: nothing was proved')
      await untilAt(alertAt + 2_500)
      const still = devices.filter((device) => device.connected).length
      for (const device of devices) device.close()
      await crowd.look()
      const last = Math.max(...members.map(({ history }) => Date.parse(history.seen.at(-1)?.session.alertAt ?? '')))
      await untilAt(last + 1_500)
      await crowd.untilTold(count, 20_000)
      const verdict = await crowd.check({ latenessMs: 2_000, firstTextMs: 20_000 })
      return {
        verdict,
        figures: `${count} sockets, slowest back after ${Math.round(slowest)} ms, ${overHttps} check-ins over HTTPS, ${still} connected at the end`,
      }
    }),
}

/** A device as the app behaves: one socket, jittered returns, and a check-in that is green only when acknowledged. */
class Device {
  overHttps = false
  greenUnacknowledged = false
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
    const ack = new Promise<SessionView | undefined>((resolve) => {
      this.#waiting.set(command.commandId, resolve)
      setTimeout(() => resolve(undefined), ACK_WITHIN_MS)
      this.#socket?.once('close', () => resolve(undefined))
    })
    if (this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify({ type: 'check-in', sessionId, commandId: command.commandId }))
    const session = await ack
    if (session) command.answers.push({ at: Date.now(), status: 200, session })
    else {
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
