import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const stack = await startStack()
afterAll(() => stack.close())
// What the phones are told is other tests' subject.
stack.phones.allow(/./)
stack.phones.allowCalls()

const folder = new URL('../../packages/', import.meta.url)
const guide = readFileSync(new URL('contracts/API-GUIDE.md', folder), 'utf8')
const program = [...guide.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, block]) => block).join('\n')

test('whoever follows the API guide comes from a device without a name to the all-clear', {
  timeout: 90_000,
}, async () => {
  const promised = [...program.matchAll(/\/\/ → (.+)$/gm)].map(([, line]) => line)
  expect(promised.length).toBeGreaterThan(8)
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    // Where `@hpke/core` is installed, as it is for whoever follows the guide.
    cwd: new URL('sealing', folder),
    timeout: 80_000,
    env: {
      PATH: process.env.PATH,
      STILLHERE_API: stack.api,
      STILLHERE_PHONES: stack.carrier.origin,
      STILLHERE_INVITATION: stack.invitations.supporter,
    },
  })
  expect(stdout.trim().split('\n')).toEqual(promised)
  await stack.settle()
})
