import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** WCAG 2.2 AA by axe, and no sideways scrolling, on the smallest screen and on a usual one. */
export async function expectReachable(page: Page, state: string): Promise<void> {
  for (const width of [320, 412]) {
    await page.setViewportSize({ width, height: 840 })
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze()
    const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
    expect(said, `${state} ${width}`).toEqual([])
    const tooWide = await page.evaluate<string[]>(`
      [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > ${width + 1})
        .map((element) => element.tagName + ' ' + (element.getAttribute('class') ?? ''))`)
    expect(tooWide, `${state} ${width}`).toEqual([])
  }
}
