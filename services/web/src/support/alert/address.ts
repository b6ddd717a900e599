/* The postcode as a call handler needs to hear it, spelled so that B is not taken for P; and whose ambulance service it is. */

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

/** Which region's note is shown first: a guess from the postcode that the supporter may change; without one, none. */
export function regionOf(postcode: string | undefined): Region | undefined {
  const [area] = /^[A-Z]+/i.exec(postcode ?? '') ?? []
  if (area === undefined) return undefined
  return areasElsewhere[area.toUpperCase()] ?? 'england'
}
