import type { SpokenCall } from '@stillhere/domain'

/**
 * What the carrier does with a call, in its own language. Source: https://www.twilio.com/docs/voice/twiml
 * Nothing private is ever said: anyone, or a machine, may have picked up.
 */

/** How long a menu waits for a key, in seconds. Twice the menu and this stay under the minute a call may last. */
const keyWithinSeconds = 8

/** Ends the call without a word: a voicemail box is told nothing. */
export const hangUp = document('<Hangup/>')

/** Asks for one key, saying the menu twice. After a wrong key only the menu is said again, not the opening. */
export function askForKey(call: SpokenCall, keysUrl: string, with_: { opening: boolean }): string {
  const menu = say(call.menu, call.language)
  const opening = with_.opening ? say(call.opening, call.language) : ''
  return document(
    `<Gather input="dtmf" numDigits="1" timeout="${keyWithinSeconds}" action="${escapeXml(keysUrl)}" method="POST">` +
      `${opening}${menu}<Pause length="1"/>${menu}</Gather>${say(call.noDigit, call.language)}`,
  )
}

/** Says what a key did, and ends. */
export const note = (text: string, language: SpokenCall['language']): string =>
  document(`${say(text, language)}<Hangup/>`)

function say(text: string, language: SpokenCall['language']): string {
  return `<Say language="${language}">${escapeXml(text)}</Say>`
}

function document(verbs: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
