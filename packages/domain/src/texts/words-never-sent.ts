/**
 * Words a carrier takes for itself (Twilio's default opt-out and opt-in words): a text of ours never asks for one, and
 * an invitation never carries one as the person's word. https://help.twilio.com/articles/223134027
 */
export const CARRIER_STOP_WORDS = [
  'stop',
  'stopall',
  'unsubscribe',
  'cancel',
  'end',
  'quit',
  'revoke',
  'optout',
] as const
export const CARRIER_START_WORDS = ['start', 'yes', 'unstop'] as const

/**
 * What no text says, to anyone: a phone lies on a table, and whoever reads it learns nothing. Drugs and their use, the
 * service's name, words of contempt, and promises we cannot keep. Matched without regard to case.
 */
export const NEVER_SENT: readonly RegExp[] = [
  /\b(?:drugs?|overdos\w*|naloxone|nalocs\w*|heroin|opi(?:oid|ate)s?|fentanyl|nitazene|crack|cocaine|meth|ketamine)\b/iu,
  /\b(?:inject\w*|needles?|dose|doses|using alone|high|cyffur\w*|gorddos\w*|chwistrell\w*)\b/iu,
  /\b(?:still ?here|buddy ?up|stillhere)\b/iu,
  /\b(?:addict\w*|abuse\w*|junkies?|clean|caeth)\b/iu,
  /\b(?:guarantee\w*|promise\w*|no police|no record|ambulance)\b|\b999 (?:will|has|have|is|are)\b|we will (?:call|ring) 999/iu,
  /\b(?:users?|clients?|patients?|customers?|incidents?)\b/iu,
]

const WORD_LETTERS = 16

/**
 * The word a person told their rescuer, as an invitation may carry it: letters only, lower case, at most 16. `null`
 * when nothing may be carried: nothing left, a carrier's word, or one of the words above.
 */
export function cleanInvitationWord(word: string): string | null {
  const letters = word
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}]/gu, '')
  // Counted in characters as a person sees them at most; a long word is refused, since half a word is another word.
  if (letters === '' || [...letters].length > WORD_LETTERS) return null
  const kept: readonly string[] = [...CARRIER_STOP_WORDS, ...CARRIER_START_WORDS]
  return kept.includes(letters) || NEVER_SENT.some((never) => never.test(letters)) ? null : letters
}
