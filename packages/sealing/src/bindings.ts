/**
 * What each sealed thing is bound to: `info` says what kind of thing it is, `aad` says which one. A ciphertext moved
 * to another plan, another version, another rescuer or another alert does not open. The table of the contract,
 * "Sealing", plus the two kinds the service seals for itself (inbound texts and the invitation's word).
 */
export const INFO = {
  plan: 'stillhere/plan/v1',
  number: 'stillhere/number/v1',
  brief: 'stillhere/brief/v1',
  inbound: 'stillhere/inbound/v1',
  word: 'stillhere/word/v1',
  push: 'stillhere/push/v1',
  linkBrief: 'stillhere/link/brief/v1',
  linkAuth: 'stillhere/link/auth/v1',
  linkSecret: 'stillhere/link/secret/v1',
} as const

/** The kinds sealed with HPKE. */
export type SealedKind = 'plan' | 'number' | 'brief' | 'inbound' | 'word' | 'push'

/** Which one of its kind it is. Ids are lower-case UUIDs; `rescuerId: 'own'` is the person's own number. */
export interface Bindings {
  plan: { planId: string; planVersion: number }
  number: { planId: string; rescuerId: string | 'own' }
  brief: { alertId: string; recipientId: string }
  inbound: { carrierSid: string }
  word: { planId: string; rescuerId: string }
  push: { sessionId: string }
}

/**
 * Largest plaintext of each kind, in bytes of UTF-8. A plan sealed, in base64url, and an own number beside it fit a
 * request's 16 KiB (contracts: `sealedPlanMaxBytes`, less the tag); a number may have been typed with spaces; a brief is
 * a plan and a little more; an inbound text is at most 1,600 characters of up to 4 bytes, in JSON.
 */
export const MAX_PLAINTEXT_BYTES: Readonly<Record<SealedKind, number>> = {
  plan: 11_248,
  number: 128,
  brief: 16 * 1024,
  inbound: 16 * 1024,
  word: 256,
  push: 2_048,
}

/** Nothing above this is sealed or opened, whatever its kind. */
export const MAX_ANY_PLAINTEXT_BYTES = 32 * 1024

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
// No dot: the dot divides the parts of an aad, and a part that held one could stand for two.
const NAME = /^[A-Za-z0-9_-]{1,64}$/

export function isKeyId(text: unknown): text is string {
  return typeof text === 'string' && NAME.test(text)
}

export function isLinkId(text: unknown): text is string {
  return typeof text === 'string' && NAME.test(text)
}

/** The `aad` of one sealed thing, or `null` when its reference has not the form that keeps aads apart. */
export function aadOf<K extends SealedKind>(kind: K, binding: Bindings[K], keyId: string): string | null {
  if (!isKeyId(keyId)) return null
  const parts = partsOf(kind, binding)
  if (parts === null) return null
  // An inbound text's aad is the carrier's id alone: the row that holds it has no other name yet.
  return kind === 'inbound' ? parts.join('.') : [...parts, keyId].join('.')
}

function partsOf(kind: SealedKind, binding: Bindings[SealedKind]): string[] | null {
  switch (kind) {
    case 'plan': {
      const { planId, planVersion } = binding as Bindings['plan']
      if (!Number.isSafeInteger(planVersion) || planVersion < 1) return null
      return uuids(planId) && [planId, String(planVersion)]
    }
    case 'number': {
      const { planId, rescuerId } = binding as Bindings['number']
      return (rescuerId === 'own' ? uuids(planId) : uuids(planId, rescuerId)) && [planId, rescuerId]
    }
    case 'brief': {
      const { alertId, recipientId } = binding as Bindings['brief']
      return uuids(alertId, recipientId) && [alertId, recipientId]
    }
    case 'word': {
      const { planId, rescuerId } = binding as Bindings['word']
      return uuids(planId, rescuerId) && [planId, rescuerId]
    }
    case 'push': {
      const { sessionId } = binding as Bindings['push']
      return uuids(sessionId) && [sessionId]
    }
    case 'inbound': {
      const { carrierSid } = binding as Bindings['inbound']
      return NAME.test(carrierSid) ? [carrierSid] : null
    }
  }
}

function uuids(...ids: string[]): true | null {
  return ids.every((id) => UUID.test(id)) ? true : null
}
