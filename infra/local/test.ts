import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { findOrInstallChromium } from './chromium.ts'
import { runCommand, say, untilAskedToStop } from './launcher.ts'
import { PARTS } from './parts.ts'
import { buildWebFiles } from './web-files.ts'

/** A run that takes longer has hung somewhere; what it had printed so far tells where. */
const TESTS_WITHIN_MS = 42 * 60_000

/** Browsers come last and one at a time: beside them, on two cores, what is measured in milliseconds would be theirs. */
const RUNS = [
  ['--exclude', 'tests/e2e/**'],
  ['tests/e2e/', '--maxWorkers=1'],
]

/** @property failures which ones, a line each */
type Count = { passed: number; failed: number; failures: string[] }

/** What we read of vitest's JSON report. */
type Report = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[]
  }[]
}

const signal = untilAskedToStop()

process.exitCode = await runCommand(async () => {
  const root = process.cwd()
  const filters = process.argv.slice(2)
  const counts: Count[] = []
  // With a filter somebody wants to see certain tests, not everything.
  if (filters.length === 0) {
    for (const part of PARTS) {
      const ok = !signal.aborted && (await part.run(root))
      say(`${ok ? '✓' : '✗'} ${part.name}`)
      counts.push(ok ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [part.name] })
    }
  }
  await prepareBrowser(root, filters)
  for (const run of filters.length === 0 ? RUNS : [filters])
    if (!signal.aborted) counts.push(await runVitest(root, run))
  const passed = counts.reduce((sum, count) => sum + count.passed, 0)
  const failed = counts.reduce((sum, count) => sum + count.failed, 0)
  // Two runs print a lot: what went wrong in any of them stands together, at the end.
  for (const failure of counts.flatMap(({ failures }) => failures)) say(`✗ ${failure}`)
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  return failed === 0 && passed > 0 ? 0 : 1
})

/**
 * The pages are built and Chromium is there before any test's own time runs; two tests that want it must not both
 * install it. What goes wrong here is said, and each test that needs it fails by itself.
 */
async function prepareBrowser(root: string, filters: readonly string[]): Promise<void> {
  if (filters.length > 0 && !filters.some((filter) => /e2e|smoke|web/.test(filter))) return
  for (const prepare of [() => buildWebFiles(root, say), () => findOrInstallChromium(say)])
    await prepare().catch((error: Error) => say(error.message))
}

/** The tests with their own stores and ports: nothing of this shell's environment that names a real one reaches them. */
async function runVitest(root: string, options: readonly string[]): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'still-here-report-'))
  const file = join(folder, 'report.json')
  const isOurs = (name: string) => !/^(?:DATABASE_URL$|REDIS_URL$|TWILIO_|STILLHERE_|DISCLOSURE_)/.test(name)
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => isOurs(name)))
  const child = spawn(
    join(root, 'node_modules', '.bin', 'vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...options],
    {
      cwd: root,
      env: { ...env, PATH: `${join(root, 'node_modules', '.bin')}:${env.PATH ?? ''}` },
      stdio: ['ignore', 2, 2],
      timeout: TESTS_WITHIN_MS,
    },
  )
  signal.addEventListener('abort', () => child.kill('SIGTERM'))
  if (signal.aborted) child.kill('SIGTERM')
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('exit', resolve)
  })
  const count = readCount(root, file)
  rmSync(folder, { recursive: true, force: true })
  // vitest also fails without a failed test: nothing to run, an error nobody awaited, a set-up that broke.
  const alsoFailed = { ...count, failed: 1, failures: [`vitest ended with ${code} and no failed test`] }
  return code !== 0 && count.failed === 0 ? alsoFailed : count
}

/** A file that could not be loaded is a failure, and a test that was skipped was not passed. */
function readCount(root: string, file: string): Count {
  let report: Report
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return { passed: 0, failed: 1, failures: ['vitest left no report'] }
  }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  const failures = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed')
      .map(({ status, fullName, failureMessages: [why = status] }) => {
        return `${relative(root, name)} > ${fullName}: ${why.split('\n', 1)[0]}`
      }),
  )
  for (const { name, message } of broken) failures.push(`${relative(root, name)}: ${message.split('\n', 1)[0]}`)
  return {
    failures,
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numPendingTests + report.numTodoTests + broken.length,
  }
}
