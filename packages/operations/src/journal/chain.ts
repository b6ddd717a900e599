import { createHash } from 'node:crypto'
import type { ChainLine } from '@stillhere/persistence'

/** What the first line of a chain follows. */
export const chainStart: Buffer = Buffer.alloc(32)

/**
 * The hash of a line at its place: SHA-256 over the hash before it and the line's canonical form. The form is a JSON array
 * in a fixed order, UTF-8, with the keys of `detail` sorted, so that the same line is the same bytes on every machine.
 */
export function hashLine(previous: Buffer, position: number, line: ChainLine): Buffer {
  const form = [
    'stillhere/journal/v1',
    line.alertId,
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
  return createHash('sha256').update(previous).update(JSON.stringify(form)).digest()
}
