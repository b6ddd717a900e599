import type { Plugin } from 'vite'

/**
 * Lets a page fetch a chunk that it will need soon while its first script is still on the way, without making that
 * script wait for it.
 * @param wanted by page, a part of the path of a module in that chunk
 */
export function preloaded(wanted: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'still-here-preloaded',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { path, bundle }) {
        const [, module] = Object.entries(wanted).find(([page]) => path.endsWith(page)) ?? []
        if (module === undefined || bundle === undefined) return []
        const chunk = Object.values(bundle).find(
          (made) => made.type === 'chunk' && made.moduleIds.some((id) => id.includes(module)),
        )
        if (chunk === undefined) throw new Error(`no chunk holds ${module}`)
        const attrs = { rel: 'modulepreload', crossorigin: true, href: `/${chunk.fileName}` }
        return [{ tag: 'link', attrs, injectTo: 'head' }]
      },
    },
  }
}
