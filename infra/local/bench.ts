import { parseArgs } from 'node:util'
import { BENCHES, type BenchOptions } from '../../tests/load/bench.ts'
import { runCommand, say, untilAskedToStop } from './launcher.ts'
import { PlainSentenceError } from './sentence.ts'

// What was started is ended when we are gone.
untilAskedToStop().addEventListener('abort', () => process.exit(130))

process.exitCode = await runCommand(async () => {
  const { name, json, options } = parse(process.argv.slice(2))
  const bench = BENCHES[name]
  if (bench === undefined)
    throw new PlainSentenceError(`There is no benchmark "${name}"; there are ${Object.keys(BENCHES).join(', ')}.`, 2)
  const result = await bench({ ...options, say })
  process.stdout.write(`${json ? JSON.stringify(result) : JSON.stringify(result, undefined, 2)}\n`)
  return result.ok ? 0 : 1
})
process.exit()

function parse(args: readonly string[]): { name: string; json: boolean; options: Omit<BenchOptions, 'say'> } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      strict: true,
      options: {
        json: { type: 'boolean' },
        'no-redis': { type: 'boolean' },
        count: { type: 'string' },
        rate: { type: 'string' },
        seconds: { type: 'string' },
      },
    })
    const number = (key: 'count' | 'rate' | 'seconds') => {
      const text = values[key]
      if (text === undefined) return {}
      if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${key} is a whole number`)
      return { [key]: Number(text) }
    }
    return {
      name: positionals[0] ?? '',
      json: values.json ?? false,
      options: { redis: !(values['no-redis'] ?? false), ...number('count'), ...number('rate'), ...number('seconds') },
    }
  } catch (error) {
    throw new PlainSentenceError(
      'npm run bench takes a name (lateness, storm, check-ins), --json, --no-redis, --count N, --rate N and --seconds N.',
      2,
      { cause: error },
    )
  }
}
