import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { birthOf, isAlive, type ProcessIdentity } from './lock.mjs'

/**
 * What a launcher writes down of itself and its children, so that whoever comes after it can end what it left behind
 * and nothing else: every process is named with its birth, so a stranger with a recycled id is never touched.
 */
export type RunRecord = {
  launcher: ProcessIdentity
  stopping: boolean
  children: { name: string; identity: ProcessIdentity; stopSignal: NodeJS.Signals; store: boolean }[]
}

/** A store gets this long to close its files before it is killed; both recover from being killed. */
const STORE_GRACE_MS = 2_000
const GONE_WITHIN_MS = 5_000

export function identityOf(pid: number): ProcessIdentity {
  return { pid, birth: birthOf(pid) }
}

export function writeRecord(file: string, record: RunRecord): void {
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** The record, or undefined where there is none or it cannot be read. */
export function readRecord(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord
  } catch {
    return undefined
  }
}

/**
 * Ends every child that a dead launcher left running and answers their names. While the launcher lives it touches
 * nothing and answers an empty list.
 */
export async function endLeftovers(file: string): Promise<string[]> {
  const record = readRecord(file)
  if (record === undefined || isAlive(record.launcher)) return []
  const left = record.children.filter((child) => isAlive(child.identity))
  for (const child of left) signalGroup(child.identity, child.store ? child.stopSignal : 'SIGKILL')
  await untilGone(left, STORE_GRACE_MS)
  for (const child of left) signalGroup(child.identity, 'SIGKILL')
  await untilGone(left, GONE_WITHIN_MS)
  // A new launcher may have begun its own record meanwhile.
  if (readRecord(file)?.launcher.pid === record.launcher.pid) rmSync(file, { force: true })
  return left.map((child) => child.name)
}

async function untilGone(children: RunRecord['children'], withinMs: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs
  while (performance.now() < giveUpAt && children.some((child) => isAlive(child.identity))) await pause(20)
}

/** Every child leads a process group of its own; its group goes with it. */
function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  for (const target of [-identity.pid, identity.pid]) {
    try {
      process.kill(target, signal)
      return
    } catch {
      // Not a group leader, or gone between the look and the signal: the second target or the next look settles it.
    }
  }
}
