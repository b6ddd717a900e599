/** A process that cannot be mistaken for a later one with the same id. */
export type ProcessIdentity = { pid: number; birth?: string | undefined }
export function birthOf(pid: number): string | undefined
export function parentOf(pid: number): { parent: number; name: string } | undefined
export function isAlive(identity: ProcessIdentity): boolean
export function tryLock(
  path: string,
): { held: true; release: () => void } | { held: false; owner: ProcessIdentity | undefined }
