import { expect, test } from 'vitest'
import { parseStartOptions } from './options.ts'

test('without options it is a trial at the pace of life, with Redis, keeping its data', () => {
  expect(parseStartOptions([])).toEqual({ fresh: false, redis: true, pace: 1 })
})

test('takes every option of the contract', () => {
  const args = ['--port', '9000', '--fresh', '--no-redis', '--public-url', 'https://example.org/', '--pace', '20']
  expect(parseStartOptions(args)).toEqual({
    port: 9000,
    fresh: true,
    redis: false,
    publicUrl: 'https://example.org',
    pace: 20,
  })
  expect(parseStartOptions(['--port=9000', '--pace=2.5'])).toMatchObject({ port: 9000, pace: 2.5 })
})

test.each([
  [['--foo'], /^npm start has no option --foo;/],
  [['--foo=1'], /^npm start has no option --foo;/],
  [['-x'], /^npm start has no option -x;/],
  [['9000'], /npm start -- --port 9000/],
  [['--port'], /--port/],
  [['--port', 'abc'], /--port takes/],
  [['--port', '0'], /--port takes/],
  [['--port', '70000'], /--port takes/],
  [['--port', '80.5'], /--port takes/],
  [['--fresh=yes'], /--fresh/],
  [['--pace', '0'], /--pace takes/],
  [['--pace', '1001'], /--pace takes/],
  [['--pace', '1e2'], /--pace takes/],
  [['--pace', 'Infinity'], /--pace takes/],
  [['--pace', ''], /--pace takes/],
  [['--public-url', 'example.org'], /--public-url takes/],
  [['--public-url', 'ftp://example.org'], /--public-url takes/],
  [['--public-url', 'https://example.org/path'], /--public-url takes/],
  [['--public-url', 'https://example.org/?a=1'], /--public-url takes/],
  [['--public-url', 'https://me:secret@example.org'], /--public-url takes/],
])('refuses %j in one sentence with exit code 2', (args, sentence) => {
  expect(() => parseStartOptions(args)).toThrow(
    expect.objectContaining({ name: 'PlainSentenceError', exitCode: 2, message: expect.stringMatching(sentence) }),
  )
})
