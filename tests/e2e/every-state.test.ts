import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openPages } from './pages-under-test.ts'
import { broken, escaping, overlapping } from './reachable.ts'
import { foreign, type Spoken, spoken } from './speaking.ts'
import { type State, walkEveryState } from './walk-every-state.ts'

/*
 * Issue 4, point 9, in every language: every state of the evening by role and label, by axe, with text twice as large on
 * the smallest screen, from right to left, standing still, and without a word of another language.
 */

const smallest = { width: 320, height: 640 }
const usual = { width: 412, height: 840 }

test.each(spoken)(
  'point 9 (%s): every state is reachable, fits with large text and from right to left, can stand still, and speaks one language',
  async (language) => {
    const pages = await openPages()
    pages.stack.phones.allow(/./)
    pages.stack.phones.allowCalls()
    const wrong: string[] = []
    try {
      await walkEveryState(pages, language, async (page, state) => {
        for (const line of await lookAt(page, state, language)) wrong.push(`${state}: ${line}`)
      })
    } finally {
      await pages.close()
    }
    expect(wrong).toEqual([])
  },
  180_000,
)

/** Colours know no language: they are looked at in both themes beside the longer one. */
const themesOf = { en: ['dark'], cy: ['light', 'dark'] } as const satisfies Record<Spoken, readonly string[]>

async function lookAt(page: Page, state: State, language: Spoken): Promise<string[]> {
  const wrong: string[] = []
  const note = (how: string, found: string[]) => wrong.push(...found.map((line) => `${how}: ${line}`))
  for (const colorScheme of themesOf[language]) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    note(colorScheme, await broken(page))
  }
  note(
    'moves',
    await page.evaluate<string[]>(`document.getAnimations().filter(({ playState }) => playState === 'running')
      .map(({ effect }) => effect.target?.className?.toString() ?? '')`),
  )
  note('of another language', foreign(language, await textsOn(page)))
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
  expect(await page.evaluate('document.documentElement.lang'), state).toBe(language)
  return wrong
}

/** What is read or read out, each piece by itself. */
const textsOn = (page: Page) =>
  page.evaluate<string[]>(`[document.title, ...[...document.querySelectorAll('body *')].flatMap((element) => [
    [...element.childNodes].filter((node) => node.nodeType === 3).map(({ data }) => data).join('').trim(),
    ...['aria-label', 'placeholder', 'alt', 'title'].map((name) => element.getAttribute(name) ?? ''),
  ])].filter((text) => text !== '')`)
