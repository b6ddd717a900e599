import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Release } from '@stillhere/testkit'

/**
 * The code of the release before this one, which an upgrade finds running: in the repository, because a clone may have no
 * history. Whoever releases writes it anew, before anything of the next release changes:
 *
 *     git archive HEAD packages services infra package.json ':(exclude,glob)services/web/src/*\/**' ':(exclude)**\/*.test.ts' \
 *       ':(exclude)**\/*.md' | gzip -9n > tests/faults/former-release.tar.gz
 */
const formerRelease = fileURLToPath(new URL('former-release.tar.gz', import.meta.url))

const AREAS = ['packages', 'services']

/**
 * Lays out the code of the former release in an empty folder. Third-party modules are this clone's, linked; its own rooms
 * are the former ones.
 */
export function layOutFormerRelease(root: string, folder: string): void {
  execFileSync('tar', ['-xzf', formerRelease, '-C', folder])
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
