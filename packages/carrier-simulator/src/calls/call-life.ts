import type { EventEmitter } from 'node:events'
import type { Account, Timings } from '../account.ts'
import type { Behaviours } from '../behaviours.ts'
import type { Callbacks } from '../callbacks.ts'
import type { Changes } from '../changes.ts'
import type { Ledger } from '../ledger.ts'
import { countryOf } from '../numbers.ts'
import { toRfc2822 } from '../rest/dates.ts'
import { makeSid } from '../sids.ts'
import type { Timers } from '../timers.ts'
import { type Call, type CallEvent, type CallStatus, durationSeconds, type Instructions, isOver } from './call.ts'
import { Conversation } from './conversation.ts'

export type NewCall = Pick<
  Call,
  | 'from'
  | 'to'
  | 'instructions'
  | 'fallback'
  | 'statusCallback'
  | 'timeoutSeconds'
  | 'machineDetection'
  | 'asyncDetection'
>

export type AnswerOutcome = 'answered' | 'nobody' | 'not-ringing'
export type PressOutcome = 'pressed' | 'nobody-listens'

interface Parts {
  account: Account
  timings: Timings
  behaviours: Behaviours
  calls: Ledger<Call>
  callbacks: Callbacks
  timers: Timers
  changes: EventEmitter<Changes>
}

/** What belongs to a call only while it lasts. */
interface Line {
  conversation: Conversation | undefined
  stopRinging: () => void
  /** Status callbacks go out one after another; the sequence number counts them. */
  posted: Promise<unknown>
  sequence: number
}

/**
 * What a call goes through:
 *
 * - `queued`: taken. Leaves for `ringing` after a moment.
 * - `ringing`: leaves for `in-progress` when somebody or something picks up, for `no-answer` when nobody does until its
 *   Timeout or somebody says so, for `canceled` when the service ends it.
 * - `in-progress`: a conversation runs. Leaves for `completed` when the TwiML or a side ends it.
 * - `completed`, `no-answer`, `canceled`, `failed` (a number that refuses with a delivery code): over.
 *
 * A phone that is `never-deliver` does not ring and cannot be answered; its call is `no-answer` after the Timeout.
 */
export class CallLife {
  readonly #carrier: Parts
  readonly #lines = new Map<string, Line>()

  constructor(parts: Parts) {
    this.#carrier = parts
  }

  /** Takes a call the service asked for. */
  place(asked: NewCall): Call {
    const at = Date.now()
    const call: Call = {
      ...asked,
      sid: makeSid('CA'),
      position: this.#carrier.calls.nextPosition(),
      at,
      status: 'queued',
      updatedAt: at,
      ringingAt: undefined,
      answeredAt: undefined,
      endedAt: undefined,
      pickedUpBy: undefined,
      answeredBy: undefined,
      said: [],
      waitingForDigits: false,
      deleted: false,
    }
    this.#carrier.calls.record(call)
    const line: Line = { conversation: undefined, stopRinging: () => {}, posted: Promise.resolve(), sequence: 0 }
    this.#lines.set(call.sid, line)
    this.#report(call, line, 'initiated')
    this.#changed(call)
    this.#dial(call, line)
    return call
  }

  /** Somebody, or a machine, picks up, or nobody will. Resolves when the caller may press a key or the call is over. */
  async answer(call: Call, by: 'human' | 'machine' | 'nobody'): Promise<AnswerOutcome> {
    const line = this.#lines.get(call.sid)
    if (line === undefined || isOver(call) || call.status === 'in-progress' || !this.#reachable(call))
      return 'not-ringing'
    if (call.status === 'queued') this.#ring(call, line)
    if (by === 'nobody') {
      this.#end(call, 'no-answer')
      return 'nobody'
    }
    line.stopRinging()
    call.pickedUpBy = by
    if (call.machineDetection !== undefined) call.answeredBy = detected(by, call.machineDetection)
    call.answeredAt = Date.now()
    this.#reach(call, 'in-progress')
    this.#report(call, line, 'answered')
    this.#reportDetection(call)
    await this.#settled(this.#converse(call, line, call.instructions))
    return 'answered'
  }

  /** The person presses keys. Resolves when the service has answered them, if they completed what it waits for. */
  async press(call: Call, digits: string): Promise<PressOutcome> {
    const conversation = this.#lines.get(call.sid)?.conversation
    const outcome = conversation?.press(digits) ?? 'nobody-listens'
    if (outcome === 'nobody-listens') return outcome
    if (outcome === 'complete' && conversation !== undefined) await this.#settled(conversation)
    return 'pressed'
  }

  /** A side ends the call: answered it is `completed`, else `canceled`. Does nothing to a call that is over. */
  hangUp(call: Call): void {
    if (!isOver(call)) this.#end(call, call.status === 'in-progress' ? 'completed' : 'canceled')
  }

  /** The service sends a call in progress elsewhere. */
  redirect(call: Call, instructions: Instructions): void {
    const line = this.#lines.get(call.sid)
    if (line === undefined || call.status !== 'in-progress') return
    line.conversation?.abandon()
    this.#converse(call, line, instructions)
  }

  stop(): void {
    for (const line of this.#lines.values()) line.conversation?.abandon()
    this.#lines.clear()
  }

  #dial(call: Call, line: Line): void {
    const { timers, timings, behaviours } = this.#carrier
    const behaviour = behaviours.between(call.from, call.to)
    const ringMs = call.timeoutSeconds * timings.callSecondMs
    if (behaviour.kind === 'refuse') {
      line.stopRinging = timers.after(timings.ringsAfterMs, () => this.#end(call, 'failed'))
    } else if (behaviour.kind === 'never-deliver') {
      line.stopRinging = timers.after(timings.ringsAfterMs + ringMs, () => this.#end(call, 'no-answer'))
    } else {
      line.stopRinging = timers.after(timings.ringsAfterMs, () => this.#ring(call, line))
    }
  }

  #reachable(call: Call): boolean {
    const { kind } = this.#carrier.behaviours.between(call.from, call.to)
    return kind !== 'never-deliver' && kind !== 'refuse'
  }

  #ring(call: Call, line: Line): void {
    const { timers, timings } = this.#carrier
    line.stopRinging()
    call.ringingAt = Date.now()
    this.#reach(call, 'ringing')
    this.#report(call, line, 'ringing')
    line.stopRinging = timers.after(call.timeoutSeconds * timings.callSecondMs, () => this.#end(call, 'no-answer'))
  }

  #converse(call: Call, line: Line, instructions: Instructions): Conversation {
    const { callbacks, timings } = this.#carrier
    const conversation = new Conversation(
      call,
      {
        ask: ({ url, method, fields }) => callbacks.send(url, { ...this.#voiceFields(call), ...fields }, method),
        recordFailure: (url, status, code) => callbacks.recordFailure(url, status, code),
        changed: () => this.#changed(call),
      },
      timings.callSecondMs,
    )
    line.conversation = conversation
    void conversation.run(instructions).then((ended) => {
      if (ended) this.#end(call, 'completed')
    })
    return conversation
  }

  /** A Pause may be long: whoever answers or presses by the control routes does not wait for it for ever. */
  async #settled(conversation: Conversation): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#carrier.timers.after(this.#carrier.timings.callbackTimeoutMs, resolve)
    await Promise.race([conversation.untilItWaits(), promise])
    cancel()
  }

  #end(call: Call, status: CallStatus): void {
    const line = this.#lines.get(call.sid)
    if (line === undefined || isOver(call)) return
    this.#lines.delete(call.sid)
    line.stopRinging()
    call.endedAt = Date.now()
    call.waitingForDigits = false
    this.#reach(call, status)
    this.#report(call, line, 'completed')
    line.conversation?.abandon()
  }

  #reach(call: Call, status: CallStatus): void {
    call.status = status
    call.updatedAt = Date.now()
    this.#changed(call)
  }

  #changed(call: Call): void {
    this.#carrier.changes.emit('call', call)
  }

  /** The fields are those of the moment it happens, whenever the callback is posted. */
  #report(call: Call, line: Line, event: CallEvent): void {
    const { statusCallback } = call
    if (statusCallback === undefined || !statusCallback.events.has(event)) return
    const { callbacks, timers, timings, behaviours } = this.#carrier
    const fields = {
      ...this.#voiceFields(call),
      ...(event === 'initiated' && { CallStatus: 'initiated' }),
      ...(event === 'completed' && { CallDuration: String(durationSeconds(call) ?? 0) }),
      Timestamp: toRfc2822(Date.now()),
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(line.sequence),
    }
    line.sequence += 1
    const { kind } = behaviours.between(call.from, call.to)
    const post = () => {
      for (let times = kind === 'doubled' ? 2 : 1; times > 0; times -= 1) {
        line.posted = line.posted.then(() => callbacks.send(statusCallback.url, fields, statusCallback.method))
      }
    }
    if (kind === 'late') timers.after(timings.lateAfterMs, post)
    else post()
  }

  #reportDetection(call: Call): void {
    const url = call.asyncDetection?.url
    if (url === undefined || call.answeredBy === undefined) return
    void this.#carrier.callbacks.send(url, {
      CallSid: call.sid,
      AccountSid: this.#carrier.account.sid,
      AnsweredBy: call.answeredBy,
      MachineDetectionDuration: '0',
    })
  }

  /** Source: https://www.twilio.com/docs/voice/twiml#request-parameters */
  #voiceFields(call: Call): Record<string, string> {
    return {
      CallSid: call.sid,
      AccountSid: this.#carrier.account.sid,
      From: call.from,
      To: call.to,
      Caller: call.from,
      Called: call.to,
      CallStatus: call.status,
      ApiVersion: '2010-04-01',
      Direction: 'outbound-api',
      FromCountry: countryOf(call.from),
      ToCountry: countryOf(call.to),
      CallerCountry: countryOf(call.from),
      CalledCountry: countryOf(call.to),
      ...(call.answeredBy !== undefined && call.asyncDetection === undefined && { AnsweredBy: call.answeredBy }),
    }
  }
}

function detected(by: 'human' | 'machine', detection: 'Enable' | 'DetectMessageEnd'): Call['answeredBy'] {
  if (by === 'human') return 'human'
  return detection === 'Enable' ? 'machine_start' : 'machine_end_beep'
}
