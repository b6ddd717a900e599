import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const code = fileURLToPath(new URL('../src/person/prompting/push-worker.js', import.meta.url))

/** Puts what hears a push at the end of the service worker that keeps the app: one script, so one address is trusted. */
export function pushWorker(): Plugin {
  let folder = ''
  return {
    name: 'still-here-push-worker',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      folder = join(config.root, config.build.outDir)
    },
    closeBundle: {
      // After the service worker has been written, and before it is compressed.
      order: 'post',
      sequential: true,
      handler: () => appendFileSync(join(folder, 'sw.js'), `\n${readFileSync(code, 'utf8')}`),
    },
  }
}
