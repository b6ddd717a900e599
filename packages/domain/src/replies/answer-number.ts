/*
 * "Reply 1 if this is right, 2 if not": what a bare 1 or 2 says to the question whether a phone is a supporter's. It is
 * looked at only where no alert is open on that phone: there a 1 is a claim.
 */

/** The last question that this phone was asked about one supporter, and what it said. Instants are epoch ms. */
export interface AskedNumber {
  askedAt: number
  answer?: 'confirmed' | 'denied'
  /** `claim`: nobody answered the question; they took an alert with it. */
  answeredBy?: 'reply' | 'claim'
  answeredAt?: number
}

/** For this long after an answer the other digit corrects it. */
const correctedForMs = 24 * 3_600_000

/**
 * `record`: the question is answered, or its answer corrected. `repeat`: the same once more. `none`: the digit is about
 * something else.
 * @param asksAboutElseAt when something else was last asked or ended on this phone (an invitation, a rehearsal, an alert):
 *   the newest question is the one that is answered
 */
export function readNumberAnswer(
  asked: AskedNumber,
  said: 'confirmed' | 'denied',
  asksAboutElseAt: number | undefined,
  now: number,
): 'record' | 'repeat' | 'none' {
  if (asksAboutElseAt !== undefined && asksAboutElseAt >= asked.askedAt) return 'none'
  const { answer, answeredBy, answeredAt } = asked
  if (answer === undefined || answeredAt === undefined || answeredBy === 'claim') return 'record'
  // Asked again since.
  if (asked.askedAt > answeredAt) return 'record'
  if (now - answeredAt >= correctedForMs) return 'none'
  return answer === said ? 'repeat' : 'record'
}
