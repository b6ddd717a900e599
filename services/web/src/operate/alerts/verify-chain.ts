import type { AlertExport } from '@stillhere/contracts'

/*
 * The journal of an alert held against its own chain, here in the browser: the service's word that it is sound is not
 * taken for it. The form of a line is the contract's (`alertExport`).
 */

export type ChainVerdict =
  | { kind: 'sound'; lines: number; waiting: number; head: string }
  /** From this place on the lines are not what was chained. */
  | { kind: 'broken'; position: number }
  /** Seconds old: no line has its place yet. */
  | { kind: 'not-yet' }

type Chained = Pick<AlertExport, 'alert' | 'chain' | 'lines'>

export async function verifyChain({ alert, chain, lines }: Chained): Promise<ChainVerdict> {
  let head = new Uint8Array(32)
  let position = 0
  for (const line of lines) {
    // What is not chained yet stands last.
    if (line.position === null && line.hash === null) continue
    position += 1
    head = await follow(head, alert.id, position, line)
    if (line.position !== position || line.hash !== hex(head)) return { kind: 'broken', position }
  }
  const waiting = lines.length - position
  if (position === 0 && chain.head === null && waiting > 0) return { kind: 'not-yet' }
  if (chain.length !== position || chain.head !== hex(head)) return { kind: 'broken', position: position + 1 }
  return chain.sound ? { kind: 'sound', lines: position, waiting, head: hex(head) } : { kind: 'broken', position }
}

async function follow(
  before: Uint8Array,
  alertId: string,
  position: number,
  line: Chained['lines'][number],
): Promise<Uint8Array<ArrayBuffer>> {
  const form = [
    'stillhere/journal/v1',
    alertId,
    position,
    line.id,
    line.organisationId,
    line.at,
    line.kind,
    line.sessionId,
    line.actorKind,
    line.actorId,
    Object.entries(line.detail).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]
  const text = new TextEncoder().encode(JSON.stringify(form))
  const bytes = new Uint8Array(before.length + text.length)
  bytes.set(before)
  bytes.set(text, before.length)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('')
