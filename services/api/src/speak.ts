import { gatherTwiml, sayAndHangUp } from '@stillhere/carriers/inbound'
import { isLanguage, renderCall, renderCallAnswer, type SpokenCall } from '@stillhere/domain'
import type { CallDescription, KeyOutcome } from './api-operations.ts'

/** How long a menu waits for a key. Twice the menu and this stay under the minute a call may last. */
const keyWithinSeconds = 8

/** What a call that was just answered says; undefined when it is about nothing any more. */
export function speakMenu(about: CallDescription, keysUrl: string, with_ = { opening: true }): string | undefined {
  const words = wordsOf(about)
  if (words === undefined) return undefined
  // Nothing is asked of an operator: it says it twice and hangs up.
  if (about.kind === 'pager')
    return sayAndHangUp([words.opening, words.menu, words.opening, words.menu].join(' '), words.language)
  return gatherTwiml({
    // After a wrong key only the menu is said again, not the opening.
    say: with_.opening ? [words.opening, words.menu, words.menu] : [words.menu, words.menu],
    actionUrl: keysUrl,
    timeoutSeconds: keyWithinSeconds,
    language: words.language,
    otherwise: words.noDigit,
  })
}

/** What follows a key: the menu again, or what the key did. */
export function speakAfterKey(outcome: KeyOutcome, about: CallDescription, keysUrl: string): string | undefined {
  if (outcome.kind === 'menu') return speakMenu(about, keysUrl, { opening: false })
  const words = wordsOf(about)
  if (outcome.kind === 'unknown' || words === undefined) return undefined
  return sayAndHangUp(renderCallAnswer(outcome.said, languageOf(about), clockTime(outcome.at)), words.language)
}

function wordsOf(about: CallDescription): SpokenCall | undefined {
  if (about.kind === 'unknown') return undefined
  const language = languageOf(about)
  if (about.kind === 'pager') return renderCall('pager', {}, language)
  if (about.kind === 'prompt') return renderCall('prompt-own', { digit: about.digit }, language)
  if (about.kind === 'rehearsal') return renderCall('rehearsal-own', { digit: about.digit }, language)
  return renderCall(about.to === 'supporter' ? 'alert-supporter' : 'alert-rescuer', { code: about.code }, language)
}

const languageOf = (about: CallDescription) =>
  'language' in about && isLanguage(about.language) ? about.language : ('en' as const)

/** As a clock on the wall shows it: "14:05". */
const clockTime = (at: number | undefined): string =>
  at === undefined
    ? ''
    : new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/London' }).format(at)
