import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{packages,services}/*/{src,tests}/**/*.test.ts',
      'infra/**/*.test.ts',
      'tests/{architecture,e2e,smoke,faults}/**/*.test.ts',
    ],
    globalSetup: ['infra/local/test-stores.ts'],
    pool: 'forks',
    // Two cores carry Postgres, Redis and the processes under test as well.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A flaky test is a bug: nothing is tried again until it passes.
    retry: 0,
    allowOnly: false,
    passWithNoTests: false,
    // What a shell happens to hold must not reach a real database or a real carrier.
    env: { DATABASE_URL: '', REDIS_URL: '', TWILIO_ACCOUNT_SID: '', TWILIO_AUTH_TOKEN: '', TWILIO_NUMBER: '' },
  },
})
