import { PlainSentenceError } from './sentence.ts'

const PARENT_LOOK_EVERY_MS = 250

/** Aborts when the person asks to stop: Ctrl-C, a signal, a closed terminal, or whoever launched us is gone. */
export function untilAskedToStop(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort())
  // The command in front of us (set-up.mjs) may be killed outright and can then pass nothing on.
  const parent = process.env.STILLHERE_LAUNCHED_BY
  if (parent !== undefined) {
    setInterval(() => {
      if (String(process.ppid) !== parent) controller.abort()
    }, PARENT_LOOK_EVERY_MS).unref()
  }
  // Whoever read our output may have left; that is no reason to end what people rely on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return controller.signal
}

/** Runs a command to its end and answers its exit code: a plain sentence stays one, anything else keeps its stack. */
export async function runCommand(command: () => Promise<number>): Promise<number> {
  try {
    return await command()
  } catch (error) {
    if (error instanceof PlainSentenceError) {
      say(error.message)
      return error.exitCode
    }
    say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return 1
  }
}

/** Progress goes to standard error; standard output belongs to what programs read. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
