/*
 * An address as a crew needs to hear it: one part a line, the postcode last and by itself, and spelled so that B is not
 * taken for P. The plan holds it as the person typed it; nothing is added, dropped or put in another order but the postcode.
 */

/** UK postcodes, and no more than the form: `LS1 4AB`, `ls14ab`. */
const postcodeForm = /\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\b/i

export interface AddressLines {
  lines: string[]
  postcode?: string
}

export function addressLines(address: string): AddressLines {
  const found = postcodeForm.exec(address)
  const rest = found ? address.slice(0, found.index) + address.slice(found.index + found[0].length) : address
  const lines = rest
    .split(/[,\n\r;]+/)
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter((part) => part !== '')
  return { lines, ...(found && { postcode: `${found[1]} ${found[2]}`.toUpperCase() }) }
}

/** ITU and NATO: what call handlers spell with. */
const alphabet: Record<string, string> = Object.fromEntries(
  'Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu'
    .split(' ')
    .map((word) => [word.charAt(0), word]),
)

/** Every sign of a postcode with the word it is spelled with; a digit is said as it is. */
export const spelledOut = (postcode: string): { sign: string; word?: string }[] =>
  [...postcode.replace(/\s/g, '')].map((sign) => {
    const word = alphabet[sign.toUpperCase()]
    return { sign: sign.toUpperCase(), ...(word !== undefined && { word }) }
  })

export type Region = 'england' | 'wales' | 'scotland' | 'northern-ireland'

/** Postcode areas that lie wholly, or nearly so, outside England; those across a border are left to the supporter. */
const areasElsewhere: Record<string, Region> = Object.fromEntries([
  ...['CF', 'LD', 'LL', 'NP', 'SA'].map((area) => [area, 'wales'] as const),
  ...['AB', 'DD', 'DG', 'EH', 'FK', 'G', 'HS', 'IV', 'KA', 'KW', 'KY', 'ML', 'PA', 'PH', 'ZE'].map(
    (area) => [area, 'scotland'] as const,
  ),
  ['BT', 'northern-ireland'],
])

/** Which region's note is shown first. A guess from the postcode that the supporter may change. */
export function regionOf(postcode: string | undefined): Region {
  const [area = ''] = /^[A-Z]+/i.exec(postcode ?? '') ?? []
  return areasElsewhere[area.toUpperCase()] ?? 'england'
}
