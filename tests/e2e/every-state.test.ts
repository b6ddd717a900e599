import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openPages } from './pages-under-test.ts'
import { broken, escaping, overlapping } from './reachable.ts'
import { type State, walkEveryState } from './walk-every-state.ts'

/*
 * Issue 4, point 9, in Welsh, which is the longer language: every state of the evening by role and label, by axe in both
 * themes, with text twice as large on the smallest screen, from right to left, and standing still.
 */

const smallest = { width: 320, height: 640 }
const usual = { width: 412, height: 840 }

test('every state, in Welsh, is reachable, fits with large text and from right to left, and can stand still', async () => {
  const pages = await openPages()
  pages.stack.phones.allow(/./)
  pages.stack.phones.allowCalls()
  const wrong: string[] = []
  try {
    await walkEveryState(pages, 'cy', async (page, state) => {
      for (const line of await lookAt(page, state)) wrong.push(`${state}: ${line}`)
    })
  } finally {
    await pages.close()
  }
  expect(wrong).toEqual([])
}, 180_000)

async function lookAt(page: Page, state: State): Promise<string[]> {
  const wrong: string[] = []
  const note = (how: string, found: string[]) => wrong.push(...found.map((line) => `${how}: ${line}`))
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    note(colorScheme, await broken(page))
  }
  note(
    'moves',
    await page.evaluate<string[]>(`document.getAnimations().filter(({ playState }) => playState === 'running')
      .map(({ effect }) => effect.target?.className?.toString() ?? '')`),
  )
  await page.setViewportSize(smallest)
  for (const [how, set] of [
    ['as it is', ''],
    ['twice as large', "document.documentElement.style.fontSize = '200%'"],
    ['right to left', "document.documentElement.style.fontSize = ''; document.documentElement.dir = 'rtl'"],
  ] as const) {
    await page.evaluate(`${set}; undefined`)
    note(how, await escaping(page, smallest.width))
    note(how, await overlapping(page))
  }
  await page.evaluate("document.documentElement.removeAttribute('dir')")
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'no-preference' })
  await page.setViewportSize(usual)
  expect(await page.evaluate('document.documentElement.lang'), state).toBe('cy')
  return wrong
}
