import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const template = fileURLToPath(new URL('../src/rescue/offline/worker.js', import.meta.url))

/**
 * Writes `rescue-worker.js`, which keeps what the rescuer's page is made of: every script that it may load, and its
 * stylesheets. Not the type: the phone's own is good.
 */
export function rescueWorker(): Plugin {
  return {
    name: 'still-here-rescue-worker',
    apply: 'build',
    generateBundle(_options, bundle) {
      const entry = Object.values(bundle).find(
        (made) => made.type === 'chunk' && made.isEntry && made.facadeModuleId?.endsWith('/rescue.html'),
      )
      if (entry?.type !== 'chunk') throw new Error('no entry for the page of a link')
      const files = new Set([entry.fileName])
      for (const file of files) {
        const made = bundle[file]
        if (made?.type !== 'chunk') continue
        for (const next of [...made.imports, ...made.dynamicImports, ...(made.viteMetadata?.importedCss ?? [])])
          files.add(next)
      }
      const list = [...files].sort().map((file) => `/${file}`)
      const code = readFileSync(template, 'utf8')
      const name = `rescue-${createHash('sha256').update(code).update(list.join()).digest('hex').slice(0, 12)}`
      this.emitFile({
        type: 'asset',
        fileName: 'rescue-worker.js',
        source: code.replace('__NAME__', name).replace('__FILES__', JSON.stringify(list)),
      })
    },
  }
}
