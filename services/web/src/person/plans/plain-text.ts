/**
 * What was typed or pasted, as the worker's form takes it: it refuses a plan for characters that nobody sees, and the
 * person could look for them for ever. A tab of a spreadsheet becomes a space; the marks with which phones wrap a copied
 * number, and half a character, are left out. Lines stay.
 */
export const plainText = (typed: string): string =>
  typed
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u202a-\u202e\u2066-\u2069\p{Surrogate}]/gu, '')
    .replaceAll(/[^\P{Control}\n]/gu, ' ')
