import type { Plugin } from 'vite'

/**
 * Lets a page fetch what it will need soon while its first script is still on the way, without making that script wait
 * for it: on a slow network every turn counts.
 * @param wanted by page, a part of the path of a module; its chunk is fetched, and whatever that one imports
 */
export function preloaded(wanted: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'still-here-preloaded',
    transformIndexHtml: {
      order: 'post',
      handler(html, { path, bundle }) {
        const [, module] = Object.entries(wanted).find(([page]) => path.endsWith(page)) ?? []
        if (module === undefined || bundle === undefined) return []
        const chunk = Object.values(bundle).find(
          (made) => made.type === 'chunk' && made.moduleIds.some((id) => id.includes(module)),
        )
        if (chunk?.type !== 'chunk') throw new Error(`no chunk holds ${module}`)
        return [chunk.fileName, ...chunk.imports]
          .map((fileName) => `/${fileName}`)
          .filter((href) => !html.includes(`"${href}"`))
          .map((href) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href }, injectTo: 'head' }))
      },
    },
  }
}
