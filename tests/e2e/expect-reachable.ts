import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { broken, escaping } from './reachable.ts'

/**
 * WCAG 2.2 AA by axe, and nothing that leaves the screen, on the smallest screen and on a usual one. Nothing moves while
 * it looks: a colour half-way from one to the other is nobody's.
 */
export async function expectReachable(page: Page, state: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  for (const width of [320, 412]) {
    await page.setViewportSize({ width, height: 840 })
    expect(await broken(page), `${state} ${width}`).toEqual([])
    expect(await escaping(page, width), `${state} ${width}`).toEqual([])
  }
  await page.emulateMedia({ reducedMotion: null })
}
