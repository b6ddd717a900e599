import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { DemoResult } from './demo/timeline.ts'

function demo(...args: string[]) {
  const child = spawn(process.execPath, [join('infra', 'local', 'demo.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { out: '', error: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.error += text
  })
  return { child, said, ended: once(child, 'close') as Promise<[number]> }
}

const foldersOf = (pid: number | undefined) => readdirSync('.data').filter((name) => name.startsWith(`demo-${pid}-`))

test('the demo walks from an anonymous device to the receipt and prints nothing but its result', async () => {
  const { child, said, ended } = demo('--json')

  const [code] = await ended

  expect(said.error).not.toMatch(/failed/)
  const result = JSON.parse(said.out) as DemoResult
  expect(Object.keys(result)).toEqual(['ok', 'steps', 'latenessMs', 'firstTextMs', 'claimMs', 'texts'])
  expect(result.ok).toBe(true)
  expect(code).toBe(0)
  expect(result.steps.map(({ atMs }) => atMs)).toEqual(result.steps.map(({ atMs }) => atMs).sort((a, b) => a - b))
  const toRescuer = result.texts.filter(({ who, direction }) => who === 'the rescuer' && direction === 'to')
  expect(toRescuer.map(({ body }) => /SAFETY ALERT|Address:|going|ALL CLEAR/.exec(body)?.[0])).toEqual(
    expect.arrayContaining(['SAFETY ALERT', 'Address:', 'ALL CLEAR']),
  )
  expect(foldersOf(child.pid)).toEqual([])
}, 90_000)

test('interrupted, the demo ends everything it started and removes its data', async () => {
  const { child, said, ended } = demo('--no-redis')
  // The first line of the walk: everything runs.
  await once(child.stdout, 'data')
  expect(foldersOf(child.pid)).toHaveLength(1)

  child.kill('SIGINT')
  const [code] = await ended

  expect(code).toBe(130)
  expect(said.error).toMatch(/Stopped\.$/m)
  expect(foldersOf(child.pid)).toEqual([])
}, 90_000)
