/*
 * An address as a crew needs to hear it and a running rescuer to read it: one part a line, the postcode last and by
 * itself. The plan holds it as the person typed it; nothing is added or dropped, and nothing changes its place but a
 * postcode that ends a part. `B2 1st Floor` is a flat and a storey, and stays where it is.
 */

/** The form of a UK postcode at the end of a part, and no more than the form: `LS1 4AB`, `ls14ab`. */
const postcodeAtEnd = /(?:^|\s)([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})\.?$/i
/** `B2 1st`: as likely a storey as a postcode. */
const ordinal = /^(?:1st|2nd|3rd|[04-9]th)$/i

export interface AddressLines {
  lines: string[]
  postcode?: string
}

export function addressLines(address: string): AddressLines {
  const parts = address
    .split(/[,\n\r;]+/)
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter((part) => part !== '')
  for (const [index, part] of [...parts.entries()].reverse()) {
    const found = postcodeAtEnd.exec(part)
    const [, outward = '', inward = ''] = found ?? []
    const isAlone = found?.index === 0
    if (!found || (ordinal.test(inward) && !isAlone && index < parts.length - 1)) continue
    const rest = part.slice(0, found.index).trim()
    return {
      lines: [...parts.slice(0, index), ...(rest === '' ? [] : [rest]), ...parts.slice(index + 1)],
      postcode: `${outward} ${inward}`.toUpperCase(),
    }
  }
  return { lines: parts }
}
