import { defineConfig, mergeConfig } from 'vitest/config'
import whole from '../../vitest.config.ts'

/** `npm run screens`: the same stores and settings as the tests, and the files that photograph, one a language. */
const config = mergeConfig(whole, defineConfig({ test: { testTimeout: 900_000 } }))
config.test = { ...config.test, include: ['tests/e2e/screens.*.photographs.ts'], root: process.cwd() }
export default config
