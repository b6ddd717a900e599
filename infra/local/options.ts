import { parseArgs } from 'node:util'
import { PlainSentenceError } from './sentence.ts'

const HIGHEST_PACE = 1_000
const KNOWN = '--port N, --fresh, --no-redis, --public-url URL and --pace N'

export type StartOptions = {
  port?: number
  fresh: boolean
  redis: boolean
  /** The origin under which the carrier reaches the api; signatures cover it. */
  publicUrl?: string
  /** What the intervals that people feel are divided by; 1 is life. */
  pace: number
}

/** What stands after `npm start --`. Anything else is one clear sentence and exit code 2. */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const values = parse(args)
  return {
    ...(values.port === undefined ? {} : { port: parsePort(values.port) }),
    fresh: values.fresh ?? false,
    redis: !(values['no-redis'] ?? false),
    ...(values['public-url'] === undefined ? {} : { publicUrl: parseOrigin(values['public-url']) }),
    pace: values.pace === undefined ? 1 : parsePace(values.pace),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      strict: true,
      options: {
        port: { type: 'string' },
        fresh: { type: 'boolean' },
        'no-redis': { type: 'boolean' },
        'public-url': { type: 'string' },
        pace: { type: 'string' },
      },
    }).values
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const named = error instanceof Error ? /'(--?[^'\s]*|[^']*)/.exec(error.message)?.[1] : undefined
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
      throw refuse(`npm start has no option ${named}; it has ${KNOWN}.`, error)
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
      throw refuse(`npm start cannot use "${named}"; options stand after two dashes: npm start -- --port 9000.`, error)
    }
    throw refuse(`npm start was given ${named ?? 'an option'} without what belongs to it; it has ${KNOWN}.`, error)
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_400) {
    throw refuse('--port takes a whole number from 1 to 65400: the first of a block of ports.')
  }
  return port
}

function parsePace(text: string): number {
  const pace = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || pace < 1 || pace > HIGHEST_PACE) {
    throw refuse(`--pace takes a number from 1 to ${HIGHEST_PACE}.`)
  }
  return pace
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isOrigin = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (!isOrigin || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw refuse('--public-url takes an origin without a path, like https://example.org.')
  }
  return url.origin
}

function refuse(sentence: string, cause?: unknown): PlainSentenceError {
  return new PlainSentenceError(sentence, 2, cause === undefined ? undefined : { cause })
}
