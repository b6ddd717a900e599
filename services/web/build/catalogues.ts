import MessageFormat from '@messageformat/core'
import compileModule from '@messageformat/core/lib/compile-module.js'
import type { Plugin } from 'vite'

/** `…/words/person.cy.json`, ICU MessageFormat, becomes a module of functions: no parser and no `eval` in the browser. */
export function catalogues(): Plugin {
  return {
    name: 'still-here-catalogues',
    enforce: 'pre',
    transform(code, id) {
      const [, language] = /\/words\/[a-z]+\.([a-z]{2})\.json$/.exec(id) ?? []
      if (language === undefined) return null
      const messages = JSON.parse(code) as Record<string, string>
      return { code: compileModule(new MessageFormat(language), messages), map: null, moduleType: 'js' }
    },
  }
}
