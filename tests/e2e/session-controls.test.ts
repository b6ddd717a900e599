import { until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { noteSenses, soundsOf } from './senses.ts'
import { endSafely, lastSession, startInBrowser } from './start-in-browser.ts'

/* Issue 4, points 3 to 5, beside `ten-points`: each control by finger and by keyboard, and what is heard. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

const button = (page: Page, name: string | RegExp, exact = false) => page.getByRole('button', { name, exact })
const watched = (page: Page) => page.getByText(/^Watched until/)

test('get help now with the keyboard alone, and nobody who holds a key down calls by mistake', async () => {
  const { page, rescuer } = await startInBrowser(pages)
  await button(page, 'Get help now (hold)').focus()
  await page.keyboard.press('Enter')
  const ask = page.getByRole('dialog', { name: 'Get help now?' })
  await ask.waitFor()
  expect((await lastSession(pages.stack)).state).toBe('counting')
  await page.keyboard.press('Tab')
  await ask.getByRole('button', { name: 'Yes, get help now' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'People are being told' }).waitFor()
  await rescuer.expectText('SAFETY ALERT')
  await rescuer.expectText('/r/')
  await rescuer.reply('4')
  await rescuer.reply('5')
  await page.getByRole('heading', { name: 'It is over' }).waitFor()
  pages.stack.phones.allow(/./)
})

test('sound is laid ahead for every prompt, a touch takes it away, silence is silent, a headset key answers', async () => {
  const { page } = await startInBrowser(pages, { before: noteSenses })
  await until('four prompts in the audio clock', async () => (await soundsOf(page)).length === 4)
  const { deadlineAt } = await lastSession(pages.stack)
  const left = deadlineAt - (await pages.stack.now())
  const laid = await soundsOf(page)
  expect(laid.map(({ shape }) => shape)).toEqual(['sine', 'triangle', 'square', 'square'])
  for (const [index, afterMs] of [0, 15_000, 25_000, 50_000].entries()) {
    expect(Math.abs((laid[index]?.inMs ?? 0) - left - afterMs)).toBeLessThan(5_000)
  }
  // Nothing of the page runs while it waits: no timer of ours is needed for it to sound.
  await button(page, 'Silent').click()
  await until('silence', async () => (await soundsOf(page)).length === 0)
  await pages.stack.advanceTo(deadlineAt)
  await page.getByRole('heading', { name: 'Are you there?' }).waitFor()
  await until('it vibrates', async () => (await page.evaluate<number>('window.buzzes.length')) > 0)
  expect(await soundsOf(page)).toEqual([])
  await page.evaluate('window.mediaKeys.play()')
  await watched(page).waitFor()
  expect((await lastSession(pages.stack)).deadlineAt).toBeGreaterThan(deadlineAt)

  await button(page, 'Silent').click()
  await until('sound again', async () => (await soundsOf(page)).length === 4)
  const next = await lastSession(pages.stack)
  await pages.stack.advanceTo(next.deadlineAt)
  await page.getByRole('heading', { name: 'Are you there?' }).waitFor()
  await page.keyboard.press('MediaPlayPause')
  await watched(page).waitFor()
  expect((await lastSession(pages.stack)).deadlineAt).toBeGreaterThan(next.deadlineAt)
  await endSafely(page)
  await until('nothing is left to sound', async () => (await soundsOf(page)).length === 0)
})

test('an end takes two touches at two places, by finger and by keyboard; one alone changes nothing', async () => {
  const { page } = await startInBrowser(pages)
  const end = button(page, 'I’m done, safe')
  const sure = page.getByRole('dialog', { name: 'End the timer?' })
  await end.tap()
  await sure.waitFor()
  const [first, second] = await Promise.all([end.boundingBox(), sure.getByRole('button').first().boundingBox()])
  if (!first || !second) throw new Error('nothing to touch')
  // A trembling finger that touches twice touches the same place twice.
  const apart = Math.hypot(
    first.x + first.width / 2 - second.x - second.width / 2,
    first.y + first.height / 2 - second.y - second.height / 2,
  )
  expect(apart).toBeGreaterThan(100)
  await sure.getByRole('button', { name: 'Keep watching' }).tap()
  await watched(page).waitFor()
  await end.focus()
  await page.keyboard.press('Enter')
  await sure.waitFor()
  await page.keyboard.press('Escape')
  await sure.waitFor({ state: 'detached' })
  expect((await lastSession(pages.stack)).state).toBe('counting')
  await end.focus()
  await page.keyboard.press('Enter')
  await sure.getByRole('button', { name: 'Yes, end it' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your timer has ended' }).waitFor()
  expect((await lastSession(pages.stack)).state).toBe('closed')
})

test('who gave no number is not told that we ring them; who did is', async () => {
  const { page } = await startInBrowser(pages, { isMobile: false })
  const asked = async () => {
    await pages.stack.advanceTo((await lastSession(pages.stack)).deadlineAt + 15_500)
    await page.getByRole('img', { name: 'Step 2 of 4' }).waitFor()
    return page.locator('.next').textContent()
  }
  expect(await asked()).toBe('Next: louder')
  await button(page, /I’m still here/).click()
  await watched(page).waitFor()
  await endSafely(page)
  await page.setViewportSize({ width: 1280, height: 900 })
  const own = pages.stack.newPhone()
  await button(page, 'Done').click()
  await button(page, /^Change/).click()
  await page.getByLabel('Your own phone number?').fill(own.number)
  await button(page, 'Save the plan').click()
  await button(page, 'Done').click()
  await button(page, 'Start', true).click()
  await watched(page).waitFor()
  expect(await asked()).toBe('We ring you next')
  await button(page, /I’m still here/).click()
  await watched(page).waitFor()
  await endSafely(page)
  pages.stack.phones.allow(/./)
})
