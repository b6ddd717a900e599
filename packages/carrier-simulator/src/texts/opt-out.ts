// The words Twilio takes for itself on a long number. Source:
// https://help.twilio.com/articles/223134027-Twilio-support-for-opt-out-keywords-SMS-STOP-filtering-
const stopWords = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'])
const startWords = new Set(['START', 'YES', 'UNSTOP'])

const stopped =
  'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.'
const started =
  'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.'

const mostPhones = 1_000_000

export type OptOutWord = 'STOP' | 'START'

/** What Twilio names in `OptOutType`. Only a text that is nothing but the word counts, in any case. */
export function parseOptOut(body: string): OptOutWord | undefined {
  const word = body.trim().toUpperCase()
  if (stopWords.has(word)) return 'STOP'
  if (startWords.has(word)) return 'START'
  return undefined
}

/** Which phones have told the carrier to stop. The carrier holds to it whatever the service does. */
export class OptOuts {
  readonly #phones = new Set<string>()

  has(phone: string): boolean {
    return this.#phones.has(phone)
  }

  /** Obeys the word; answers the carrier's own confirmation, which goes out only when something changed. */
  obey(phone: string, word: OptOutWord): string | undefined {
    if (word === 'START') return this.#phones.delete(phone) ? started : undefined
    if (this.#phones.has(phone) || this.#phones.size >= mostPhones) return undefined
    this.#phones.add(phone)
    return stopped
  }
}
