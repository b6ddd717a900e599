import { countSeptets, mapToGsm7 } from './gsm7.ts'

const CUT_MARK = '..'

/**
 * Text out of a plan as a text message may carry it: normalised, in GSM-7, no closing full stop (the sentence brings
 * its own). `null` when nothing is left or when letters were lost: half an address may be another address, and the link
 * shows the whole one.
 */
export function cleanFreeText(text: string | undefined): string | null {
  if (text === undefined) return null
  const { text: mapped, lostLetters } = mapToGsm7(text)
  const clean = mapped.replace(/[ .,;:]+$/, '')
  return clean === '' || lostLetters > 0 ? null : clean
}

/** At most `septets` of a GSM-7 text, cut at a word where one is near, with a mark that something is missing. */
export function cutFreeText(text: string, septets: number): string {
  if (countSeptets(text) <= septets) return text
  const room = septets - CUT_MARK.length
  let kept = ''
  let used = 0
  for (const character of text) {
    used += countSeptets(character)
    if (used > room) break
    kept += character
  }
  const space = kept.lastIndexOf(' ')
  const atWord = space > kept.length * 0.7 ? kept.slice(0, space) : kept
  const trimmed = atWord.replace(/[ .,;:]+$/, '')
  return trimmed === '' ? '' : trimmed + CUT_MARK
}
