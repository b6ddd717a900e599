import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { expectReachable as axe, laptop } from './console-under-test.ts'
import type { PagesUnderTest, PhonePage } from './pages-under-test.ts'
import { escaping } from './reachable.ts'

export { laptop }

/** The operator's console, signed in by invitation, which in a trial acts as the role; at this place of it. */
export async function openOperate(pages: PagesUnderTest, at = '#/board', invitation?: string): Promise<PhonePage> {
  const opened = await pages.newPhonePage(laptop)
  const { page } = opened
  await page.goto(`${pages.origin}/operate#${invitation ?? (await inviteAs(pages, 'operator'))}`)
  await page.getByRole('heading', { name: 'Make your passkey' }).waitFor()
  await page.getByRole('button', { name: 'Later' }).click()
  await page.getByRole('navigation', { name: 'Menu' }).waitFor()
  await page.evaluate(`location.hash = ${JSON.stringify(at)}`)
  return opened
}

/** Somebody of the demo organisation in this role: their one-time invitation. */
export async function inviteAs(pages: PagesUnderTest, role: string, name = role): Promise<string> {
  const seeded = await pages.stack.seedSupporter({ phone: pages.stack.newPhone(), name, onShift: false })
  await pages.stack.db.query('UPDATE app.supporters SET role = $2 WHERE id = $1', [seeded.id, role])
  return seeded.invite()
}

/** WCAG 2.2 AA in both themes, and nothing leaves a laptop, a phone, the smallest phone, nor that with text twice as large. */
export async function expectReachable(page: Page, state: string): Promise<void> {
  await axe(page, state)
  for (const [width, fontSize] of [
    [412, '100%'],
    [320, '100%'],
    [320, '200%'],
  ] as const) {
    await page.setViewportSize({ width, height: 840 })
    await page.evaluate(`document.documentElement.style.fontSize = '${fontSize}'`)
    expect(await escaping(page, width), `${state}, ${width} px, ${fontSize}`).toEqual([])
    if (width === 320 && fontSize === '100%') await axe(page, `${state}, 320 px`)
  }
  await page.evaluate(`document.documentElement.style.fontSize = ''`)
  await page.setViewportSize(laptop.viewport)
}
