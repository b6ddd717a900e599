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

const LONGEST_WORD = 24
const WORD = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} '-]*$/u

/**
 * The word a person told their rescuer, as an invitation may carry it: letters, digits, spaces, ' and -, at most 24.
 * `null` when it must not travel: a word the carrier keeps, one of the words above, four digits in a row (only an alert's
 * code has them), or anything else. A word is carried whole or not at all: half a word is another word.
 */
export function cleanInvitationWord(word: string): string | null {
  const plain = word.normalize('NFC').replace(/[’‘]/g, "'").replace(/\s+/g, ' ').trim()
  if (!WORD.test(plain) || [...plain].length > LONGEST_WORD || /\d{4}/.test(plain)) return null
  const kept: readonly string[] = [...CARRIER_STOP_WORDS, ...CARRIER_START_WORDS]
  const holdsKept = plain
    .toLowerCase()
    .split(/[ '-]/)
    .some((part) => kept.includes(part))
  return holdsKept || NEVER_SENT.some((never) => never.test(plain)) ? null : plain
}
