import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { birthOf, isAlive, parentOf, tryLock } from './lock.mjs'

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'still-here-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'lock')
}

async function deadProcess(): Promise<{ pid: number; birth: string }> {
  const child = spawn('/bin/sh', ['-c', 'read -r _'], { stdio: ['pipe', 'ignore', 'ignore'] })
  const pid = child.pid ?? 0
  const birth = birthOf(pid)
  child.stdin.end()
  await once(child, 'exit')
  if (birth === undefined) throw new Error('a running process must have a birth')
  return { pid, birth }
}

test('one process holds the lock until it lets go', () => {
  const path = newPath()
  const first = tryLock(path)
  expect(first.held).toBe(true)
  expect(tryLock(path)).toEqual({ held: false, owner: { pid: process.pid, birth: birthOf(process.pid) } })
  if (first.held) first.release()
  expect(tryLock(path).held).toBe(true)
})

test('a lock whose owner was killed is taken over', async () => {
  const path = newPath()
  writeFileSync(path, JSON.stringify(await deadProcess()))
  expect(tryLock(path).held).toBe(true)
  expect(readdirSync(join(path, '..'))).toEqual(['lock'])
})

test('a lock is taken over when a stranger has its owner’s process id', async () => {
  const path = newPath()
  const { birth } = await deadProcess()
  writeFileSync(path, JSON.stringify({ pid: process.pid, birth }))
  expect(tryLock(path).held).toBe(true)
})

test('a lock file that is being written is respected', () => {
  const path = newPath()
  writeFileSync(path, '')
  expect(tryLock(path)).toEqual({ held: false, owner: undefined })
})

test('a process is itself as long as it lives, and not afterwards', async () => {
  expect(isAlive({ pid: process.pid, birth: birthOf(process.pid) })).toBe(true)
  expect(isAlive({ pid: process.pid, birth: 'another birth' })).toBe(false)
  expect(isAlive(await deadProcess())).toBe(false)
  expect(isAlive({ pid: -1, birth: undefined })).toBe(false)
})

test('knows who started a process', () => {
  expect(parentOf(process.pid)?.parent).toBe(process.ppid)
})
