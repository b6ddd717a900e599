import { readFileSync } from 'node:fs'
import { startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'
import { hostOf } from './at-the-host.ts'

const stack = await startStack()
afterAll(() => stack.close())
const host = hostOf({ DATABASE_URL: stack.databaseUrl, STILLHERE_WEB_URL: 'https://stillhere.example.org' })

/** Commands as the README shows them, in its order. */
const examples = [...readFileSync(new URL('../README.md', import.meta.url), 'utf8').matchAll(/```sh\n(.*?)```/gs)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''))

test('every example of the README does what it says, one after the other', async () => {
  expect(examples.length).toBeGreaterThan(10)
  for (const [program, ...args] of examples) {
    expect(program).toBe('stillhere')
    const { code, err } = await host.run(...args)
    expect({ args, code, err }).toEqual({ args, code: 0, err: '' })
  }
})

test('every command says what it is for', async () => {
  const rooms = [...(await host.run('--help')).out.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name)
  expect(rooms.length).toBeGreaterThanOrEqual(11)
  for (const room of rooms) {
    const { code, out } = await host.run(room, '--help')
    expect(code).toBe(0)
    expect(out).toMatch(/^Usage: stillhere \S+ .*\n\n\S/)
  }
})
