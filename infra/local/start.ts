import { once } from 'node:events'
import { runCommand, say, untilAskedToStop } from './launcher.ts'
import { parseStartOptions } from './options.ts'
import { prepareDatabase } from './prepare.ts'
import { startStack } from './stack.ts'
import { buildWebFiles } from './web-files.ts'

const signal = untilAskedToStop()

process.exitCode = await runCommand(async () => {
  const options = parseStartOptions(process.argv.slice(2))
  try {
    const stack = await startStack({
      root: process.cwd(),
      options,
      environment: process.env,
      prepareDatabase,
      buildPages: buildWebFiles,
      say,
      signal,
    })
    process.stdout.write(`READY ${JSON.stringify(stack.ready)}\n`)
    if (!signal.aborted) await once(signal, 'abort')
    say('Stopping …')
    await stack.stop()
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return 0
})
// Sockets of probes and the like must not hold the terminal: everything of ours has ended.
process.exit()
