import type { Plugin } from 'vite'

/**
 * Pages that nobody puts on their home screen: the app's manifest is not theirs. Stands after what adds it, which is a
 * plugin that comes last itself.
 */
export function notInstallable(pages: readonly string[]): Plugin {
  return {
    name: 'still-here-not-installable',
    enforce: 'post',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { path }) =>
        pages.some((page) => path.endsWith(page)) ? html.replace(/\s*<link rel="manifest"[^>]*>/, '') : html,
    },
  }
}
