/*
 * An organisation's own colour. It is only ever a surface of its own, with black or white on it, whichever is read better:
 * one of the two is always above 4.58:1, so no choice of theirs can make a word unreadable (WCAG 2.2, 1.4.3). Meaning is
 * never told by it: that is what the tokens are for.
 */

export type Ink = '#000000' | '#ffffff'

/** Relative luminance of `#rrggbb`, as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const part = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

/** The contrast of two colours, 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** What is read best on it. */
export const inkOn = (colour: string): Ink =>
  contrastOf(colour, '#000000') >= contrastOf(colour, '#ffffff') ? '#000000' : '#ffffff'
