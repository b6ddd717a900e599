import { isLanguage, renderCall, renderCallAnswer, type SpokenCall } from '@stillhere/domain'
import type { CallDescription, KeyOutcome } from './api-operations.ts'
import { askForKey, hangUp, note } from './call-twiml.ts'

/** What a call that was just answered says. */
export function speakMenu(about: CallDescription, keysUrl: string, with_ = { opening: true }): string {
  const words = wordsOf(about)
  return words ? askForKey(words, keysUrl, with_) : hangUp
}

/** What follows a key: the menu again, or what the key did. */
export function speakAfterKey(outcome: KeyOutcome, about: CallDescription, keysUrl: string): string {
  if (outcome.kind === 'menu') return speakMenu(about, keysUrl, { opening: false })
  const words = wordsOf(about)
  if (outcome.kind === 'unknown' || !words) return hangUp
  return note(renderCallAnswer(outcome.said, languageOf(about)), words.language)
}

function wordsOf(about: CallDescription): SpokenCall | undefined {
  if (about.kind === 'unknown') return undefined
  const language = languageOf(about)
  if (about.kind === 'prompt') return renderCall('prompt-own', { digit: about.digit }, language)
  return renderCall(about.to === 'supporter' ? 'alert-supporter' : 'alert-rescuer', { code: about.code }, language)
}

const languageOf = (about: CallDescription) =>
  'language' in about && isLanguage(about.language) ? about.language : ('en' as const)
