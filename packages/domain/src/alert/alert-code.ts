/**
 * The four digits that tell one alert from another on a phone. Open codes on one phone differ and are not reused there
 * for 24 h, so that a late `4821 1` can never claim another alert.
 * @param taken codes that any of the alert's phones holds open or held within 24 h
 * @param random a number in [0, 1), injected
 */
export function chooseAlertCode(taken: ReadonlySet<string>, random: () => number): string {
  for (let attempt = 0; attempt < 64; attempt++) {
    const code = fourDigits(Math.floor(random() * 10_000))
    if (!taken.has(code)) return code
  }
  // A crowded phone: walk from a random place, so that a free code is always found where there is one.
  const from = Math.floor(random() * 10_000)
  for (let step = 0; step < 10_000; step++) {
    const code = fourDigits((from + step) % 10_000)
    if (!taken.has(code)) return code
  }
  // All ten thousand in use within 24 h on these phones: an ambiguous alert is better than none.
  return fourDigits(from)
}

const fourDigits = (n: number): string => String(n).padStart(4, '0')
