import { RefusedError } from '../refusals.ts'

/** What a JSON body may be, in bytes (`cases.md` B3). */
export const jsonBodyBytes = 16 * 1024

/** A carrier's form: 1,600 characters, percent-encoded, of up to nine each. */
export const formBodyBytes = 32 * 1024

const jsonType = /^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i
const formType = /^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i

/** Refuses a body in another type, another charset or any encoding, before a byte of it is read (B4). */
export function checkBodyType(headers: NodeJS.Dict<string | string[]>, form: boolean): void {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (!hasBody) return
  const type = headers['content-type']
  const ok = typeof type === 'string' && (form ? formType : jsonType).test(type)
  if (!ok || headers['content-encoding'] !== undefined) throw new RefusedError('unsupported_media_type')
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * One JSON object, or undefined for an empty body. A key named `__proto__` stays an ordinary own key here and is then
 * refused like every unknown field; `1e999` becomes Infinity and is refused as no whole number.
 * @throws RefusedError `bad_json`
 */
export function readJson(bytes: Buffer): object | undefined {
  if (bytes.length === 0) return undefined
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch {
    // The parser's own message quotes the text, so it goes no further.
    throw new RefusedError('bad_json')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RefusedError('bad_json')
  return value
}
