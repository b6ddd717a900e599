import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** WCAG 2.2 AA, by axe, of the page as it is. @returns what it breaks */
export async function broken(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
}

/** What leaves the screen sideways, or is cut off inside its own box: nothing of it may be lost. */
export const escaping = (page: Page, width: number): Promise<string[]> =>
  page.evaluate<string[]>(`
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        if (element.closest('svg, .heard-only') || !element.checkVisibility()) return false
        const { left, right, width } = element.getBoundingClientRect()
        if (width === 0) return false
        const isCut = element.matches('button, p, h1, h2, h3, label, span, li, summary')
          && element.scrollWidth > element.clientWidth + 2 && getComputedStyle(element).display !== 'inline'
        return left < -1 || right > ${width + 1} || isCut
      })
      .map((element) => element.tagName + ' ' + (element.getAttribute('class') ?? '') + ' ' + (element.textContent ?? '').slice(0, 40))`)

/** Pairs of controls that lie on each other; what is fixed at the bottom may lie over what can be scrolled. */
export const overlapping = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`(() => {
    const room = document.querySelector('dialog[open]') ?? document.querySelector('#app')
    const controls = [...room.querySelectorAll('button, input, textarea, summary')].filter((one) =>
      one.checkVisibility())
    const isFixed = (one) => getComputedStyle(one.closest('.actions') ?? one).position === 'sticky'
    const found = []
    for (const [index, one] of controls.entries()) for (const other of controls.slice(index + 1)) {
      if (one.contains(other) || other.contains(one) || isFixed(one) !== isFixed(other)) continue
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
        found.push((one.textContent || one.tagName) + ' / ' + (other.textContent || other.tagName))
    }
    return found
  })()`)
