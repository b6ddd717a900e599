import type { PushTarget } from '@stillhere/carriers/outbound'
import { isLanguage, type Language } from '@stillhere/domain'

/** What a device sealed of its browser's subscription, or nothing where it has not the form. Anybody can seal anything. */
export function readPushTarget(text: string): { target: PushTarget; language: Language } | undefined {
  let told: unknown
  try {
    told = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof told !== 'object' || told === null) return undefined
  const { endpoint, p256dh, auth, language } = told as Record<string, unknown>
  // A raw P-256 point of 65 bytes and 16 bytes of secret, base64url (RFC 8291).
  if (typeof p256dh !== 'string' || !/^[A-Za-z0-9_-]{87}=?$/.test(p256dh)) return undefined
  if (typeof auth !== 'string' || !/^[A-Za-z0-9_-]{22}(?:==)?$/.test(auth)) return undefined
  if (typeof endpoint !== 'string') return undefined
  const known = typeof language === 'string' && isLanguage(language) ? language : 'en'
  return { target: { endpoint, p256dh, auth }, language: known }
}
