import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'

/** Languages a call can be said in, and who says it. @see https://www.twilio.com/docs/voice/twiml/say/text-speech */
const voices = { 'en-GB': 'Polly.Amy', 'cy-GB': 'Polly.Gwyneth' } as const
export type SpokenLanguage = keyof typeof voices

const speaking = (language: SpokenLanguage) => ({ language, voice: voices[language] })

/**
 * Says each sentence in turn and waits for one digit, which may be pressed at any time. No digit: says `otherwise` and
 * hangs up. Nothing is ever left on a machine but these words.
 * @param menu.actionUrl gets the digit (`parseDigits`).
 */
export function gatherTwiml(menu: {
  readonly say: string | readonly string[]
  readonly actionUrl: string
  readonly numDigits?: number
  readonly timeoutSeconds: number
  readonly language: SpokenLanguage
  readonly otherwise?: string
}): string {
  const response = new VoiceResponse()
  const gather = response.gather({
    action: menu.actionUrl,
    method: 'POST',
    input: ['dtmf'],
    numDigits: menu.numDigits ?? 1,
    timeout: menu.timeoutSeconds,
    // `#` is a key like any other here: a wrong one, answered with the menu.
    finishOnKey: '',
  })
  const sentences = typeof menu.say === 'string' ? [menu.say] : menu.say
  sentences.forEach((sentence, i) => {
    if (i > 0) gather.pause({ length: 1 })
    gather.say(speaking(menu.language), sentence)
  })
  if (menu.otherwise) response.say(speaking(menu.language), menu.otherwise)
  response.hangup()
  return response.toString()
}

export function sayAndHangUp(sentence: string, language: SpokenLanguage): string {
  const response = new VoiceResponse()
  response.say(speaking(language), sentence)
  response.hangup()
  return response.toString()
}

/** The answer to a webhook that asks for nothing: no reply is sent. */
export const emptyTwiml = (): string => '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
