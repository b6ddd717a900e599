import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Release } from '@stillhere/testkit'

/** The commit of the release before this one, which an upgrade finds running. Whoever releases writes the next one here. */
const formerRelease = 'facad543b3fbd7315bc51ddcd18954b121451754'

const AREAS = ['packages', 'services']

/**
 * Lays out the code of the former release in an empty folder, from the history of this clone. Third-party modules are
 * this clone's, linked; its own rooms are the former ones.
 * @throws Error when the clone has no history, and nowhere to get it
 */
export function layOutFormerRelease(root: string, folder: string): void {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, maxBuffer: 1 << 28, stdio: 'pipe' })
  try {
    git('cat-file', '-e', `${formerRelease}^{commit}`)
  } catch {
    // A shallow clone has its newest commits only.
    git('fetch', '--quiet', '--unshallow')
  }
  const tar = git('archive', formerRelease, ...AREAS, 'infra', 'package.json', ':(exclude)services/web/src/**/*.png')
  execFileSync('tar', ['-x', '-C', folder], { input: tar })
  for (const room of ['', ...AREAS.flatMap((area) => readdirSync(join(folder, area)).map((name) => join(area, name)))])
    linkModules(join(root, room, 'node_modules'), join(folder, room, 'node_modules'))
  // The pages are not what is asked about here.
  symlinkSync(join(root, 'services/web/dist'), join(folder, 'services/web/dist'))
}

function linkModules(ours: string, theirs: string): void {
  if (!existsSync(ours)) return
  mkdirSync(theirs)
  for (const name of readdirSync(ours)) {
    // Links between rooms are relative: copied as they are they lead to the former rooms.
    if (name === '@stillhere') cpSync(join(ours, name), join(theirs, name), { recursive: true, verbatimSymlinks: true })
    else symlinkSync(join(ours, name), join(theirs, name))
  }
}

/** A release whose database is prepared by its own code, in a process of its own. */
export const releaseAt = (link: string): Release => ({
  root: link,
  async prepareDatabase(options) {
    const script = `import { prepareDatabase } from './packages/persistence/src/index.ts'
      console.log(JSON.stringify(await prepareDatabase(JSON.parse(process.argv[1]))))`
    const args = ['--input-type=module', '--eval', script, JSON.stringify(options)]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: link, timeout: 60_000 })
    return JSON.parse(stdout)
  },
})
