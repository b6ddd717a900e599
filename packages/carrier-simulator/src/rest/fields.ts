/** A form or a query as it came: a name given twice is a list. */
export type Fields = Record<string, string | string[]>

/** The last value of a field, or undefined. */
export function fieldValue(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return Array.isArray(value) ? value.at(-1) : value
}

/** All values of a field; Twilio also takes several in one, with spaces between. */
export function fieldValues(fields: Fields, name: string): string[] {
  const value = fields[name]
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]).flatMap((one) => one.split(/\s+/)).filter((one) => one !== '')
}

/** Each field's last value: for filters, which are not lists. */
export function singleValues(fields: Fields): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, fieldValue(fields, name)]))
}

/** Whether Twilio could post there. */
export function isCallbackUrl(written: string): boolean {
  if (!URL.canParse(written)) return false
  const { protocol, hostname } = new URL(written)
  return ['http:', 'https:'].includes(protocol) && hostname !== '' && !hostname.includes('_')
}

export function methodOf(fields: Fields, name: string): 'GET' | 'POST' {
  return fieldValue(fields, name)?.toUpperCase() === 'GET' ? 'GET' : 'POST'
}
