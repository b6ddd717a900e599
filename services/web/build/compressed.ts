import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Writes `.br` and `.gz` beside every text file of the build, once, so that nothing is compressed while people wait. */
export function compressed(): Plugin {
  let folder = ''
  return {
    name: 'still-here-compressed',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      folder = join(config.root, config.build.outDir)
    },
    closeBundle: {
      // After the service worker has been written.
      order: 'post',
      sequential: true,
      handler() {
        for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
          if (!/\.(?:js|css|html|svg|webmanifest)$/.test(entry)) continue
          const bytes = readFileSync(join(folder, entry))
          const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
          writeFileSync(join(folder, `${entry}.br`), brotliCompressSync(bytes, { params }))
          writeFileSync(join(folder, `${entry}.gz`), gzipSync(bytes, { level: 9 }))
        }
      },
    },
  }
}
