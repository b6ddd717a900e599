// The carrier's idea of a phone number: E.164, any country. It is deliberately wide, so that a number the service must
// never call (999, a short code) is refused by the service itself and not by luck.
const e164 = /^\+[1-9]\d{6,14}$/

/** Twilio takes a number with spaces and punctuation and stores it as E.164; undefined when it is no number. */
export function parseNumber(written: string): string | undefined {
  const number = written.replace(/[\s().-]/g, '')
  return e164.test(number) ? number : undefined
}

/** For the control routes: in a query an unescaped `+` arrives as a space, which everyone forgets once. */
export function parseControlNumber(written: string): string | undefined {
  const number = written.trim()
  return parseNumber(/^[1-9]/.test(number) ? `+${number}` : number)
}

/** What Twilio puts in `FromCountry`; empty where it does not know. */
export function countryOf(number: string): string {
  if (number.startsWith('+44')) return 'GB'
  if (number.startsWith('+1')) return 'US'
  return ''
}
