import type { Plugin } from 'vite'

/**
 * Pages that nobody puts on their home screen: the app's manifest is not theirs. The plugin that adds it does so after
 * every page has been transformed, so it is taken out of what is about to be written.
 */
export function notInstallable(pages: readonly string[]): Plugin {
  return {
    name: 'still-here-not-installable',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const page of pages) {
        const made = bundle[page]
        if (made?.type !== 'asset') throw new Error(`no page ${page}`)
        made.source = String(made.source).replace(/\s*<link rel="manifest"[^>]*>/, '')
      }
    },
  }
}
