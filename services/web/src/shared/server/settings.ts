import { kept } from '../kept/kept.ts'

/** What the process that serves the pages says, and nobody else: where to talk to, and which keys may be sealed to. */
export interface Settings {
  apiUrl: string
  liveUrl: string
  /** SHA-256 of each key, base64url. */
  disclosureKeyFingerprints: readonly string[]
}

const store = kept<Settings>('settings')
const answerWithinMs = 4_000

/** What was said last, at once; asks anew behind it. Without any: waits for an answer. @throws when there is none */
export async function loadSettings(): Promise<Settings> {
  const known = await store.load()
  const fresh = askSettings()
  if (known === undefined) return fresh
  // Offline, what was said last holds.
  fresh.catch(() => undefined)
  return known
}

/** Asks now: before anything is sealed, yesterday's fingerprints are not enough. */
export async function askSettings(): Promise<Settings> {
  const response = await fetch('/settings.json', { cache: 'no-store', signal: AbortSignal.timeout(answerWithinMs) })
  if (!response.ok) throw new Error(`settings were answered ${response.status}`)
  const settings = (await response.json()) as Settings
  await store.save(settings)
  return settings
}
