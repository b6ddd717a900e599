import { parseArgs } from 'node:util'
import { startRealStack } from '@stillhere/testkit'
import { Timeline } from './demo/timeline.ts'
import { walk } from './demo/walk.ts'
import { runCommand, say, untilAskedToStop } from './launcher.ts'
import { PlainSentenceError } from './sentence.ts'

/** So fast that the whole walk takes well under a minute, and slow enough to be followed. */
const DEFAULT_PACE = 20
const HIGHEST_PACE = 100
/** 128 and SIGINT's number: what a shell expects of a command that was interrupted. */
const STOPPED_BY_HAND = 130

const signal = untilAskedToStop()

process.exitCode = await runCommand(async () => {
  const options = parseDemoOptions(process.argv.slice(2))
  const timeline = new Timeline(options.json ? () => undefined : (line) => process.stdout.write(`${line}\n`))
  say(
    `Starting every process${options.noRedis ? ', without Redis' : ''}; one minute of a session takes ${60 / options.pace} s …`,
  )
  try {
    const stack = await startRealStack({
      name: 'demo',
      demoPhones: true,
      pace: options.pace,
      noRedis: options.noRedis,
      say,
      signal,
    })
    try {
      await walk(stack, timeline, options.pace)
      await stack.close()
      timeline.succeed()
    } finally {
      await stack.abandon()
    }
  } catch (error) {
    if (signal.aborted) {
      say('Stopped.')
      return STOPPED_BY_HAND
    }
    if (error instanceof PlainSentenceError) throw error
    say(`The demo failed after ${timeline.lastStep}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const result = timeline.result()
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : timeline.summary())
  return result.ok ? 0 : 1
})
// Sockets of fetch and the like must not hold the terminal: everything of ours has ended.
process.exit()

function parseDemoOptions(args: readonly string[]): { json: boolean; noRedis: boolean; pace: number } {
  const known = 'npm run demo has --json, --no-redis and --pace N'
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: { json: { type: 'boolean' }, 'no-redis': { type: 'boolean' }, pace: { type: 'string' } },
    })
    const pace = Number(values.pace ?? DEFAULT_PACE)
    if (!(pace >= 1 && pace <= HIGHEST_PACE))
      throw new PlainSentenceError(`--pace takes a number from 1 to ${HIGHEST_PACE}.`, 2)
    return { json: values.json ?? false, noRedis: values['no-redis'] ?? false, pace }
  } catch (error) {
    if (error instanceof PlainSentenceError) throw error
    throw new PlainSentenceError(`${known}; options stand after two dashes: npm run demo -- --json.`, 2, {
      cause: error,
    })
  }
}
