import type { Device, Preferences } from '../app.ts'
import type { AdoptedSite, KeptPlan } from '../plans/plan.ts'

/*
 * What this phone keeps, locked for the way to a new one. The lock is twenty random digits that the app makes: whoever
 * photographs the picture or finds the file has nothing without them, and nobody has to think of a password. Plans at the
 * service cannot be read back by anybody, so the only copy that can be moved is the one on this phone.
 *
 * Bytes: "T1", one for "compressed", 8 of the service's mark, 16 of salt, 12 of nonce, then AES-256-GCM over the JSON,
 * with everything before the nonce and the service's address as additional data. As text: base64url.
 */

export interface Copied {
  device: Device
  plans: KeptPlan[]
  preferences: Pick<Preferences, 'language' | 'look' | 'silent' | 'lastPlanId' | 'forgetCode'>
}
type CopyRefusal = 'too-large' | 'unreadable' | 'other-service' | 'wrong-code'
export type OpenedCopy = { kind: 'opened'; content: Copied } | { kind: 'refused'; why: CopyRefusal }

/** Fifty plans with every answer as long as it may be do not come near it. */
export const longestCopy = 1_000_000
const longestContent = 1_000_000
const rounds = 600_000
const groups = 5

const headerBytes = 27
const nonceBytes = 12
const magic = new TextEncoder().encode('T1')
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))

/** Twenty digits, 66 bits: out of reach of whoever holds the copy alone. */
export function makeCopyCode(): string {
  const numbers: number[] = []
  while (numbers.length < groups) {
    const [number = 0] = crypto.getRandomValues(new Uint16Array(1))
    // What lies above the last whole ten thousand would make some digits likelier.
    if (number < 60_000) numbers.push(number % 10_000)
  }
  return numbers.map((number) => String(number).padStart(4, '0')).join(' ')
}

export async function lockCopy(content: Copied, code: string, service: string, iterations = rounds): Promise<string> {
  const plain = new TextEncoder().encode(JSON.stringify(content))
  const packed =
    'CompressionStream' in globalThis ? await through(plain, new CompressionStream('deflate-raw')) : undefined
  const header = new Uint8Array([...magic, packed ? 1 : 0, ...(await markOf(service)), ...random(16)])
  const nonce = random(nonceBytes)
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: bound(header, service) },
    await keyOf(code, header.slice(11), iterations),
    packed ?? plain,
  )
  return toText(new Uint8Array([...header, ...nonce, ...new Uint8Array(sealed)]))
}

/** Never throws: whatever somebody picks by mistake is refused in a word. */
export async function openCopy(text: string, code: string, service: string, iterations = rounds): Promise<OpenedCopy> {
  const refused = (why: CopyRefusal): OpenedCopy => ({ kind: 'refused', why })
  if (text.length > longestCopy) return refused('too-large')
  const bytes = fromText(text.trim())
  if (bytes === undefined || bytes.length <= headerBytes + nonceBytes + 16) return refused('unreadable')
  const header = bytes.slice(0, headerBytes)
  const [, , isPacked] = header
  if (magic.some((byte, index) => header[index] !== byte) || (isPacked !== 0 && isPacked !== 1))
    return refused('unreadable')
  const mark = await markOf(service)
  if (mark.some((byte, index) => header[3 + index] !== byte)) return refused('other-service')
  let plain: Uint8Array<ArrayBuffer>
  try {
    const sealed = bytes.slice(headerBytes + nonceBytes)
    const algorithm = {
      name: 'AES-GCM',
      iv: bytes.slice(headerBytes, headerBytes + nonceBytes),
      additionalData: bound(header, service),
    }
    plain = new Uint8Array(
      await crypto.subtle.decrypt(algorithm, await keyOf(code, header.slice(11), iterations), sealed),
    )
  } catch {
    return refused('wrong-code')
  }
  try {
    const unpacked = isPacked === 1 ? await through(plain, new DecompressionStream('deflate-raw')) : plain
    const content = readCopied(JSON.parse(new TextDecoder().decode(unpacked)))
    return content ? { kind: 'opened', content } : refused('unreadable')
  } catch {
    return refused('unreadable')
  }
}

const bound = (header: Uint8Array, service: string) => new Uint8Array([...header, ...new TextEncoder().encode(service)])

/** Says which service a copy is for without naming it. */
async function markOf(service: string): Promise<Uint8Array> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`copy ${service}`))
  return new Uint8Array(hash).slice(0, 8)
}

async function keyOf(code: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  const digits = new TextEncoder().encode(code.replaceAll(/\D/g, ''))
  const base = await crypto.subtle.importKey('raw', digits, 'PBKDF2', false, ['deriveKey'])
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }
  return crypto.subtle.deriveKey(algorithm, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** Compressed or decompressed. @throws when there is more than a copy can hold, or it is damaged */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: ReadableWritablePair<Uint8Array, BufferSource>,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > longestContent) {
      await reader.cancel()
      throw new Error('more than a copy can hold')
    }
    parts.push(value)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function toText(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromText(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}

type Unknown = Record<string, unknown>
const isObject = (value: unknown): value is Unknown => typeof value === 'object' && value !== null
const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length <= longest
const isTextOrNone = (value: unknown, longest: number) => value === undefined || isText(value, longest)
const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

const mostPlans = 50
const mostRescuers = 5
const orders = ['both', 'rescuers-first', 'supporters-first']
const optionalTexts = { area: 200, entry: 1_000, pets: 500, naloxone: 500, notes: 2_000, callOut: 200 }

/** Only the code's holder could have made it, but it may be from another version of the app, or half of one. */
function readCopied(value: unknown): Copied | undefined {
  if (!isObject(value) || !isObject(value.device) || !Array.isArray(value.plans)) return undefined
  const { deviceId, token, forgetCode } = value.device
  if (!isId(deviceId) || !isText(token, 43) || !/^[\w-]{43}$/.test(token) || !isText(forgetCode, 64)) return undefined
  if (value.plans.length > mostPlans || !value.plans.every(isPlan)) return undefined
  return {
    device: { deviceId, token, forgetCode },
    plans: value.plans,
    preferences: readPreferences(isObject(value.preferences) ? value.preferences : {}),
  }
}

function isPlan(plan: unknown): plan is KeptPlan {
  if (!isObject(plan) || !isId(plan.id) || !isCount(plan.planVersion) || !isObject(plan.text)) return false
  const { text } = plan
  return (
    text.version === 1 &&
    isText(text.label, 200) &&
    isText(text.address, 1_000) &&
    Object.entries(optionalTexts).every(([name, longest]) => isTextOrNone(text[name], longest)) &&
    typeof text.textAddress === 'boolean' &&
    Array.isArray(text.rescuers) &&
    text.rescuers.length <= mostRescuers &&
    text.rescuers.every((one: unknown) => isObject(one) && isId(one.id) && isTextOrNone(one.name, 200)) &&
    isTextOrNone(plan.ownNumber, 40) &&
    orders.includes(plan.alertOrder as string) &&
    [undefined, 'waiting', 'refused'].includes(plan.unsaved as undefined) &&
    (plan.site === undefined || isSite(plan.site))
  )
}

const isSite = (site: unknown): site is AdoptedSite =>
  isObject(site) &&
  isId(site.id) &&
  isCount(site.version) &&
  isText(site.code, 32) &&
  isText(site.room, 100) &&
  isText(site.notes, 1_000)

function readPreferences({ language, look, silent, lastPlanId, forgetCode }: Unknown): Copied['preferences'] {
  return {
    ...((language === 'en' || language === 'cy') && { language }),
    look: look === 'dark' || look === 'light' ? look : 'auto',
    silent: silent === true,
    ...(isId(lastPlanId) && { lastPlanId }),
    ...((forgetCode === 'noted' || forgetCode === 'later') && { forgetCode }),
  }
}
