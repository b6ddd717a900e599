import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { broken, escaping } from './reachable.ts'

/** WCAG 2.2 AA by axe, and nothing that leaves the screen, on the smallest screen and on a usual one. */
export async function expectReachable(page: Page, state: string): Promise<void> {
  for (const width of [320, 412]) {
    await page.setViewportSize({ width, height: 840 })
    expect(await broken(page), `${state} ${width}`).toEqual([])
    expect(await escaping(page, width), `${state} ${width}`).toEqual([])
  }
}
