import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { PagesUnderTest, PhonePage } from './pages-under-test.ts'

export const laptop = {
  viewport: { width: 1280, height: 900 },
  deviceScaleFactor: 1,
  hasTouch: false,
  isMobile: false,
} as const

/** A supporter's browser, signed in by invitation, which in a trial acts as the role. On shift unless told otherwise. */
export async function openConsole(
  pages: Pick<PagesUnderTest, 'newPhonePage' | 'origin'>,
  invitation: string,
  options: {
    onShift?: boolean
    context?: Parameters<PagesUnderTest['newPhonePage']>[0]
    before?: (page: Page) => Promise<unknown>
  } = {},
): Promise<PhonePage> {
  const phone = await pages.newPhonePage({ ...laptop, ...options.context })
  const { page } = phone
  await listenToSounds(page)
  await options.before?.(page)
  await page.goto(`${pages.origin}/support#${invitation}`)
  await page.getByRole('heading', { name: 'Make your passkey' }).waitFor()
  await page.getByRole('button', { name: 'Later' }).click()
  if (options.onShift === false) {
    await page.getByRole('button', { name: 'Only look at the board' }).click()
  } else {
    await page.getByRole('button', { name: 'Yes, put me on shift' }).click()
    await page.getByText('You are on shift', { exact: true }).waitFor()
  }
  return phone
}

/** Counts the tones of the page by their first pitch. */
async function listenToSounds(page: Page): Promise<void> {
  await page.addInitScript(`
    window.tones = []
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (when) {
      window.tones.push(Math.round(this.frequency.value))
      return start.call(this, when)
    }`)
}
/** First pitches: an alert, a dead line, a duty that runs out. */
export const pitches = { alert: 1_175, line: 293, duty: 988 } as const
export const heard = (page: Page, what: keyof typeof pitches): Promise<number> =>
  page.evaluate<number>(`window.tones.filter((hertz) => hertz === ${pitches[what]}).length`)

/** WCAG 2.2 AA, by axe, in this state, in both themes. */
export async function expectReachable(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze()
    const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
    expect(said, `${state}, ${colorScheme}`).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
}

/** All of it is on the screen without scrolling, and no word of what was last done lies over it. */
export async function expectInView(page: Page, ...wanted: Locator[]): Promise<void> {
  const { height = 0 } = page.viewportSize() ?? {}
  const notice = await page
    .locator('.notice')
    .boundingBox({ timeout: 1_000 })
    .catch(() => null)
  for (const one of wanted) {
    const box = await one.boundingBox()
    if (box === null) throw new Error(`not there: ${one}`)
    expect(box.y, `${one}`).toBeGreaterThanOrEqual(0)
    expect(box.y + box.height, `${one}`).toBeLessThanOrEqual(height)
    const isUnder =
      notice !== null &&
      notice.x < box.x + box.width &&
      box.x < notice.x + notice.width &&
      notice.y < box.y + box.height &&
      box.y < notice.y + notice.height
    expect(isUnder, `${one} is under what was last done`).toBe(false)
  }
}
