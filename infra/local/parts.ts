import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cruiseLayers } from '../../tests/architecture/cruise-layers.ts'

/** One thing that `npm run check` looks at; `npm test` counts each as one test. */
export type Part = { name: string; run: (root: string) => Promise<boolean> }

/** A part that takes longer is stuck. */
const PART_WITHIN_MS = 5 * 60_000

export const PARTS: readonly Part[] = [
  { name: 'types', run: checkTypes },
  { name: 'lint', run: (root) => runTool(root, 'biome', ['check', '--error-on-warnings']) },
  { name: 'layers', run: checkLayers },
  { name: 'unused', run: (root) => runTool(root, 'knip', ['--no-progress']) },
]

/** The whole repository, and every room that has a stricter or different world of its own (domain, web). */
async function checkTypes(root: string): Promise<boolean> {
  const projects = ['packages', 'services']
    .flatMap((area) => readdirSync(join(root, area)).map((room) => join(area, room, 'tsconfig.json')))
    .filter((file) => existsSync(join(root, file)))
  let ok = true
  for (const project of ['tsconfig.json', ...projects]) {
    ok = (await runTool(root, 'tsc', ['--noEmit', '-p', project])) && ok
  }
  return ok
}

async function checkLayers(root: string): Promise<boolean> {
  const { imports, violations } = await cruiseLayers(root)
  for (const { rule, from, to } of violations) say(`${from} may not import ${to} (${rule})`)
  if (imports === 0) say('Not one import was seen: dependency-cruiser is blind (is @swc/core installed?).')
  return imports > 0 && violations.length === 0
}

/** Runs a tool of node_modules/.bin with its output on standard error; true when it is content. */
function runTool(root: string, tool: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(join(root, 'node_modules', '.bin', tool), args, {
    cwd: root,
    // The tools run on the Node that we brought, whatever is on the PATH.
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` },
    stdio: ['ignore', 2, 2],
    timeout: PART_WITHIN_MS,
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
