import type { Account } from '../account.ts'
import type { CallbackAnswer, Callbacks } from '../callbacks.ts'
import type { Ledger } from '../ledger.ts'
import { countryOf } from '../numbers.ts'
import { parseTwiml } from '../twiml.ts'
import { type OptOuts, parseOptOut } from './opt-out.ts'
import type { Text } from './text.ts'
import type { TextLife } from './text-life.ts'

interface Parts {
  account: Account
  texts: Ledger<Text>
  life: TextLife
  optOuts: OptOuts
  callbacks: Callbacks
}

/** Texts from phones to the service. */
export class Inbound {
  readonly #carrier: Parts

  constructor(parts: Parts) {
    this.#carrier = parts
  }

  /**
   * A phone sends a text. Resolves when the service has answered the webhook, or has failed to: the text is the
   * carrier's either way, and a webhook that failed is in the list of failures.
   *
   * A `sid` that is known is that message delivered once more: the same sender, the same body, another webhook, and
   * nothing new for the phone or the carrier.
   */
  async receive(message: {
    sid?: string | undefined
    from: string
    body: string
  }): Promise<{ sid: string; webhookStatus: number | null }> {
    const { account, texts, life, callbacks } = this.#carrier
    const known = message.sid === undefined ? undefined : texts.find(message.sid)
    const text = known ?? life.receive({ ...message, to: account.number })
    if (known === undefined) this.#hearOptOut(text)
    const url = `${account.webhookBase}/v1/carriers/twilio/messages`
    const answer = await callbacks.send(url, this.#fields(text))
    if (answer.kind === 'answered') this.#obey(answer, text, url)
    return { sid: text.sid, webhookStatus: answer.status }
  }

  #hearOptOut(text: Text): void {
    const word = parseOptOut(text.body)
    if (word === undefined) return
    const confirmation = this.#carrier.optOuts.obey(text.from, word)
    if (confirmation === undefined) return
    this.#carrier.life.reply({ from: text.to, to: text.from, body: confirmation, automatic: true })
  }

  /** The service may answer with a text of its own: TwiML, or plain text, which Twilio sends as it stands. */
  #obey(answer: Extract<CallbackAnswer, { kind: 'answered' }>, text: Text, url: string): void {
    const { callbacks, optOuts } = this.#carrier
    const body = answer.body.trim()
    if (body === '' || optOuts.has(text.from)) return
    if (/^text\/plain\b/i.test(answer.contentType)) {
      this.#reply(text, body)
    } else if (/^(text|application)\/(xml|html)\b/i.test(answer.contentType)) {
      const twiml = parseTwiml(body)
      if (twiml.kind === 'invalid') callbacks.recordFailure(url, answer.status, 12_100)
      else for (const verb of twiml.verbs) if (verb.verb === 'Message') this.#reply(text, verb.text)
    } else {
      callbacks.recordFailure(url, answer.status, 12_300)
    }
  }

  #reply(text: Text, body: string): void {
    this.#carrier.life.reply({ from: text.to, to: text.from, body, automatic: false })
  }

  /** Source: https://www.twilio.com/docs/messaging/guides/webhook-request */
  #fields(text: Text): Record<string, string> {
    const word = parseOptOut(text.body)
    return {
      ToCountry: countryOf(text.to),
      ToState: '',
      ToCity: '',
      ToZip: '',
      FromCountry: countryOf(text.from),
      FromState: '',
      FromCity: '',
      FromZip: '',
      SmsMessageSid: text.sid,
      SmsSid: text.sid,
      MessageSid: text.sid,
      SmsStatus: 'received',
      NumMedia: '0',
      NumSegments: String(text.segments),
      Body: text.body,
      From: text.from,
      To: text.to,
      AccountSid: this.#carrier.account.sid,
      ApiVersion: '2010-04-01',
      ...(word !== undefined && { OptOutType: word }),
    }
  }
}
