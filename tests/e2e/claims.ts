import type { Page } from 'playwright-core'

/** Writes down, at every change of the screen, what it claims: `watched`, `out-of-touch`, `watched counted`. */
export const noteClaims = (page: Page) =>
  page.addInitScript(`
    window.claims = []
    const note = () => {
      const holding = document.querySelector('.holding')
      const claim = holding && holding.classList[1] + (document.querySelector('.field.counted') ? ' counted' : '')
      if (claim !== (window.claims.at(-1) || {}).claim) window.claims.push({ claim, at: performance.now() })
    }
    new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true })`)

/** `at` by the page's monotonic clock, in milliseconds. */
export const claimsOf = (page: Page) => page.evaluate<{ claim: string | null; at: number }[]>('window.claims')
