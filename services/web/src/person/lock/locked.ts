import { type Kept, kept } from '../../shared/kept/kept.ts'

/*
 * What this device keeps, behind an optional PIN. One random key locks the content; each PIN wraps that key together with
 * whether it was typed under duress. Both PINs open the same content: whoever looks on sees no difference. Four digits do
 * not stop somebody who copies the phone's storage; they stop somebody who picks the phone up.
 */

interface Wrap {
  salt: Uint8Array<ArrayBuffer>
  nonce: Uint8Array<ArrayBuffer>
  sealed: ArrayBuffer
}
interface Box {
  kind: 'locked'
  wraps: Wrap[]
  nonce: Uint8Array<ArrayBuffer>
  sealed: ArrayBuffer
}
interface Open<T> {
  kind: 'open'
  content: T
}

export type Opening<T> = { kind: 'opened'; content: T; duress: boolean } | { kind: 'refused' }

/** OWASP's count for PBKDF2 with SHA-256. */
const rounds = 600_000
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))

export interface Locked<T> {
  /** `undefined`: a PIN is needed first. */
  load(): Promise<T | undefined>
  unlock(pin: string): Promise<Opening<T>>
  save(content: T): Promise<void>
  /** Locks from now on. `duress` must be another PIN. */
  setPins(pin: string, duress: string | undefined): Promise<void>
  removePin(): Promise<void>
  hasPin(): Promise<boolean>
  /** Forgets the key until a PIN is typed. @returns false where there is no PIN, and nothing changes */
  lock(): boolean
  /** A PIN is needed before anything is read, or saved: without its key the content would be written in the clear. */
  isLocked(): boolean
  /** Another word under the same lock, as text; readable where there is no PIN. `undefined` while a PIN is needed. */
  seal(words: string): Promise<string | undefined>
  /** @returns `undefined` for what was not sealed by the present lock */
  unseal(sealed: string): Promise<string | undefined>
  /** What is open here is gone from memory. */
  drop(): void
}

export function locked<T>(
  empty: T,
  store: Kept<Open<T> | Box> = kept('plans'),
  iterations: number = rounds,
): Locked<T> {
  let key: CryptoKey | undefined
  let wraps: Wrap[] = []
  let content: T = empty
  let isLocked = false

  async function write(): Promise<void> {
    if (isLocked) throw new Error('locked: a PIN is needed first')
    if (key === undefined) return store.save({ kind: 'open', content })
    const nonce = random(12)
    const bytes = new TextEncoder().encode(JSON.stringify(content))
    await store.save({
      kind: 'locked',
      wraps,
      nonce,
      sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, bytes),
    })
  }

  async function wrapping(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
    const base = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey'])
    return crypto.subtle.deriveKey(
      { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
      base,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    )
  }

  async function wrap(pin: string, raw: Uint8Array<ArrayBuffer>, duress: boolean): Promise<Wrap> {
    const [salt, nonce] = [random(16), random(12)]
    const bytes = new Uint8Array([...raw, duress ? 1 : 0])
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, await wrapping(pin, salt), bytes)
    return { salt, nonce, sealed }
  }

  async function unwrap(pin: string, { salt, nonce, sealed }: Wrap): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      return new Uint8Array(
        await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, await wrapping(pin, salt), sealed),
      )
    } catch {
      // Not this PIN.
      return undefined
    }
  }

  const importKey = (raw: Uint8Array<ArrayBuffer>) =>
    crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])

  return {
    async load() {
      const stored = await store.load()
      isLocked = stored?.kind === 'locked'
      if (stored?.kind === 'locked') return undefined
      content = stored?.content ?? empty
      return content
    },
    async unlock(pin) {
      const stored = await store.load()
      if (stored?.kind !== 'locked') return { kind: 'refused' }
      // Both are always tried: the time it takes must not tell which PIN it was.
      const found = await Promise.all(stored.wraps.map((one) => unwrap(pin, one)))
      const plain = found.find((bytes) => bytes !== undefined)
      if (plain === undefined) return { kind: 'refused' }
      key = await importKey(plain.slice(0, 32))
      wraps = stored.wraps
      const bytes = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: stored.nonce }, key, stored.sealed)
      content = JSON.parse(new TextDecoder().decode(bytes)) as T
      isLocked = false
      return { kind: 'opened', content, duress: plain[32] === 1 }
    },
    async save(next) {
      if (!isLocked) content = next
      return write()
    },
    async setPins(pin, duress) {
      const raw = random(32)
      wraps = [await wrap(pin, raw, false), await wrap(duress ?? String(random(16)), raw, duress !== undefined)]
      key = await importKey(raw)
      await write()
    },
    async removePin() {
      key = undefined
      wraps = []
      await write()
    },
    hasPin: async () => (await store.load())?.kind === 'locked',
    lock() {
      if (key === undefined) return isLocked
      key = undefined
      wraps = []
      content = empty
      isLocked = true
      return true
    },
    isLocked: () => isLocked,
    async seal(words) {
      if (isLocked) return undefined
      if (key === undefined) return `open:${words}`
      const nonce = random(12)
      const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, new TextEncoder().encode(words))
      return `locked:${btoa(String.fromCharCode(...nonce, ...new Uint8Array(bytes)))}`
    },
    async unseal(sealed) {
      if (isLocked) return undefined
      const [, kind, rest = ''] = /^(open|locked):(.*)$/s.exec(sealed) ?? []
      // Written in the clear before there was a PIN: nobody may put words here that the PIN does not vouch for.
      if (kind === 'open') return key === undefined ? rest : undefined
      if (kind === undefined || key === undefined) return undefined
      try {
        const bytes = Uint8Array.from(atob(rest), (char) => char.charCodeAt(0))
        const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, 12) }, key, bytes.slice(12))
        return new TextDecoder().decode(plain)
      } catch {
        // Of another PIN, or damaged.
        return undefined
      }
    },
    drop() {
      key = undefined
      wraps = []
      content = empty
    },
  }
}
