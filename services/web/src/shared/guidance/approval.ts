import { signal } from '@preact/signals'
import type { SignedGuidance } from '@stillhere/contracts'

/*
 * Whether somebody answers for the words that this page shows: the service says who signed which words, by their hash, and
 * the page takes the hash of what it has. Until both are known, of other words, or past the day of review: nobody has.
 */

export interface Approval {
  by: string
  on: string
}

const hashes = signal<Readonly<Record<string, string>>>({})

/** Takes the hash of a document that this page shows. Safe to call again. */
export async function knowDocument(document: string, content: object): Promise<string> {
  const hash = await hashOf(content)
  hashes.value = { ...hashes.value, [document]: hash }
  return hash
}

/** Undefined: nobody answers for it, as far as this page knows. */
export function approvalOf(
  document: string,
  signed: SignedGuidance | undefined,
  today: string = new Date().toISOString().slice(0, 10),
): Approval | undefined {
  const hash = hashes.value[document]
  const found = signed?.find((one) => one.document === document && one.contentHash === hash && one.reviewBy >= today)
  return found && { by: found.by, on: found.on }
}

const urlSafe: Readonly<Record<string, string>> = { '+': '-', '/': '_' }

/** SHA-256 of the document as JSON, in base64url. */
export async function hashOf(content: object): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(content)))
  return btoa(String.fromCharCode(...new Uint8Array(digest))).replace(/[+/=]/g, (one) => urlSafe[one] ?? '')
}
