import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Marked } from 'marked'
import type { Plugin } from 'vite'

const folder = fileURLToPath(new URL('../../../infra/runbooks/', import.meta.url))
const template = 'runbook.html'
const place = '<main id="app"></main>'

/**
 * Writes every page of `infra/runbooks` as a page of its own, without a script: what to do is needed most when nothing
 * else answers. `README.md` becomes their list.
 */
export function runbooks(): Plugin {
  return {
    name: 'still-here-runbooks',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const made = bundle[template]
      if (made?.type !== 'asset' || !String(made.source).includes(place)) throw new Error('no page to put a runbook in')
      delete bundle[template]
      const texts = readdirSync(folder)
        .filter((file) => file.endsWith('.md'))
        .sort()
        .map((file) => ({ name: file.replace(/\.md$/, ''), text: readFileSync(folder + file, 'utf8') }))
      const list = texts
        .filter(({ name }) => name !== 'README')
        .map(({ name, text }) => `- [${titleOf(text)}](${name}.md)`)
        .join('\n')
      for (const { name, text } of texts) {
        const isList = name === 'README'
        const title = titleOf(text)
        const html = String(made.source)
          .replace(place, () => `<main>${htmlOf(isList ? `${text}\n\n## All\n\n${list}\n` : text)}</main>`)
          .replace('<title>Runbook</title>', () => `<title>${title.replaceAll(/[&<>]/g, '')} · Runbook</title>`)
        this.emitFile({ type: 'asset', fileName: `runbooks/${isList ? 'index' : name}.html`, source: html })
      }
    },
  }
}

const titleOf = (text: string): string => /^# (.+)$/m.exec(text)?.[1] ?? 'Runbook'

/** Links stay among runbooks; what lies elsewhere in the repository is named and not linked. */
function htmlOf(text: string): string {
  const marked = new Marked({ gfm: true })
  marked.use({
    renderer: {
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens)
        const [, name] = /^([a-z-]+)\.md$/.exec(href) ?? []
        return name === undefined ? `<em>${words}</em>` : `<a href="/runbooks/${name}.html">${words}</a>`
      },
    },
  })
  // In the repository the steps begin on the line of their word; on the page they are a list.
  const steps = text.replace(/^(\*\*\w+\.\*\*) 1\. /gm, '$1\n\n1. ')
  return (marked.parse(steps) as string).replaceAll('<th></th>', '<td></td>')
}
