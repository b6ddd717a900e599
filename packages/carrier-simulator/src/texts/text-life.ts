import type { EventEmitter } from 'node:events'
import type { Account, Timings } from '../account.ts'
import type { Behaviour, Behaviours } from '../behaviours.ts'
import type { Callbacks } from '../callbacks.ts'
import type { Changes } from '../changes.ts'
import type { Ledger } from '../ledger.ts'
import { makeSid } from '../sids.ts'
import type { Timers } from '../timers.ts'
import { Pace } from './pace.ts'
import { planReceipts, type ReceiptStep } from './receipts.ts'
import { countSegments, type Text } from './text.ts'

/** Twilio keeps a message in its queue for at most ten hours. */
const longestQueueMs = 36_000_000

interface Parts {
  account: Account
  timings: Timings
  behaviours: Behaviours
  texts: Ledger<Text>
  callbacks: Callbacks
  timers: Timers
  changes: EventEmitter<Changes>
}

/** What a text goes through between the carrier's taking it and the end of its receipts. */
export class TextLife {
  /** Off, no receipt is posted and a text counts as delivered at once: for load, where receipts are not the question. */
  receiptsOn: boolean
  readonly #carrier: Parts
  readonly #pace = new Pace()

  constructor(parts: Parts, receiptsOn: boolean) {
    this.#carrier = parts
    this.receiptsOn = receiptsOn
  }

  /** Takes a message the service asked for by REST. `validitySeconds`: how long it may wait in the queue. */
  take(message: {
    from: string
    to: string
    body: string
    statusCallback: string | undefined
    validitySeconds: number | undefined
  }): Text {
    const text = this.#record({ ...message, direction: 'outbound-api', automatic: false })
    const behaviour = this.#carrier.behaviours.between(message.from, message.to)
    const plan = planReceipts(behaviour, this.#carrier.timings)
    if (!this.receiptsOn) {
      const last = plan.at(-1)
      if (last !== undefined) this.#reach(text, last)
      return text
    }
    this.#schedule(text, ...this.#queued(text, behaviour, plan, message.validitySeconds))
    return text
  }

  /** A text of the carrier's own, or one the service answered in TwiML: it takes the plain way and has no receipts. */
  reply(message: { from: string; to: string; body: string; automatic: boolean }): Text {
    const text = this.#record({ ...message, direction: 'outbound-reply', statusCallback: undefined })
    this.#reach(text, { afterMs: 0, status: 'delivered' })
    return text
  }

  /** A text that a phone sent. */
  receive(message: { sid?: string | undefined; from: string; to: string; body: string }): Text {
    return this.#record({ ...message, direction: 'inbound', statusCallback: undefined, automatic: false })
  }

  /** A number that was told to behave anew starts with an empty queue. */
  forgetQueue(number: string): void {
    this.#pace.forget(number)
  }

  #record(
    message: Pick<Text, 'from' | 'to' | 'body' | 'direction' | 'statusCallback' | 'automatic'> & {
      sid?: string | undefined
    },
  ): Text {
    const at = Date.now()
    const inbound = message.direction === 'inbound'
    const text: Text = {
      sid: message.sid ?? makeSid('SM'),
      position: this.#carrier.texts.nextPosition(),
      from: message.from,
      to: message.to,
      body: message.body,
      direction: message.direction,
      segments: countSegments(message.body),
      at,
      statusCallback: message.statusCallback,
      automatic: message.automatic,
      status: inbound ? 'received' : 'queued',
      updatedAt: at,
      sentAt: inbound ? at : undefined,
      errorCode: null,
      redacted: false,
      deleted: false,
    }
    this.#carrier.texts.record(text)
    this.#carrier.changes.emit('text', text)
    return text
  }

  /** The wait before the plan begins, and the plan: a message that waits longer than it is valid fails instead. */
  #queued(
    text: Text,
    behaviour: Behaviour,
    plan: ReceiptStep[],
    validitySeconds: number | undefined,
  ): [number, ReceiptStep[]] {
    if (behaviour.kind !== 'rate') return [0, plan]
    const patienceMs = validitySeconds === undefined ? longestQueueMs : validitySeconds * 1000
    // A rate set on the service's own number paces all it sends; one set on a phone paces what that phone gets.
    const paced = this.#carrier.behaviours.of(text.to).kind === 'rate' ? text.to : text.from
    const slot = this.#pace.wait(paced, behaviour.perSecond, text.at, patienceMs)
    if (slot.kind === 'waits') return [slot.ms, plan]
    return [patienceMs, [{ afterMs: 0, status: 'failed', errorCode: 30_036 }]]
  }

  #schedule(text: Text, waitMs: number, plan: ReceiptStep[]): void {
    // Receipts of one message are posted one after another, so that only `reversed` puts them in another order.
    let posted: Promise<unknown> = Promise.resolve()
    for (const step of plan) {
      this.#carrier.timers.after(waitMs + step.afterMs, () => {
        this.#reach(text, step)
        posted = posted.then(() => this.#postReceipt(text, step))
      })
    }
  }

  #reach(text: Text, step: ReceiptStep): void {
    const now = Date.now()
    text.sentAt ??= step.status === 'failed' ? undefined : now
    // A `sent` that is reported after `delivered` takes nothing back.
    if (step.status === 'sent' && text.status !== 'queued') return
    text.status = step.status
    text.errorCode = step.errorCode ?? null
    text.updatedAt = now
    this.#carrier.changes.emit('text-status', text)
  }

  async #postReceipt(text: Text, step: ReceiptStep): Promise<void> {
    if (text.statusCallback === undefined) return
    await this.#carrier.callbacks.send(text.statusCallback, {
      ApiVersion: '2010-04-01',
      AccountSid: this.#carrier.account.sid,
      MessageSid: text.sid,
      SmsSid: text.sid,
      MessageStatus: step.status,
      SmsStatus: step.status,
      From: text.from,
      To: text.to,
      ...(step.status === 'delivered' && { RawDlrDoneDate: rawDoneDate(new Date()) }),
      ...(step.errorCode !== undefined && { ErrorCode: String(step.errorCode) }),
    })
  }
}

/** The network's own time of delivery, `YYMMDDhhmm`. */
function rawDoneDate(at: Date): string {
  return at.toISOString().replace(/\D/g, '').slice(2, 12)
}
