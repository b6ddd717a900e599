import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { walkOperate } from './operate.photographs.ts'
import { openPages } from './pages-under-test.ts'
import { escaping } from './reachable.ts'
import { walkRescue } from './rescue.photographs.ts'
import { walkSupport } from './support.photographs.ts'
import { walkEveryState } from './walk-every-state.ts'

/*
 * Photographs of every state, in both languages, themes and widths, each its own file. At each state the page is turned
 * through themes and widths; whatever does not fit fails. SCREENS=counting,asking photographs only these;
 * WALKS=support walks only this entry.
 */

const folder = join(process.cwd(), '.data', 'screens')
const only = process.env.SCREENS?.split(',')
const widths = [320, 412]
/** A console is a laptop's as well. */
const consoleWidths = [...widths, 1_280]
const themes = ['dark', 'light'] as const

async function photograph(page: Page, language: string, name: string): Promise<void> {
  if (only && !only.includes(name)) return
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const width of /^(?:support|operate)-/.test(name) ? consoleWidths : widths) {
      await page.setViewportSize({ width, height: width === 320 ? 640 : 840 })
      await page.evaluate('window.scrollTo(0, 0)')
      const outside = await escaping(page, width)
      if (outside.length > 0) throw new Error(`${name} does not fit ${width} px: ${outside.slice(0, 6).join(', ')}`)
      const path = join(folder, `${name}.${language}.${colorScheme}.${width}.png`)
      await page.screenshot({ path })
      const taller = await page.evaluate<boolean>('document.documentElement.scrollHeight > window.innerHeight + 8')
      if (taller) await page.screenshot({ path: path.replace('.png', '.whole.png'), fullPage: true })
    }
  }
  await page.setViewportSize({ width: 412, height: 840 })
  await page.evaluate('window.scrollTo(0, 0)')
}

const walks = { person: walkEveryState, rescue: walkRescue, support: walkSupport, operate: walkOperate }
const wanted = process.env.WALKS?.split(',')

/** The evening of a person, the errand of a rescuer, the shift of a supporter and the day of an operator, in one language. Each language has a process of its own. */
export async function photographEverything(language: 'en' | 'cy'): Promise<void> {
  mkdirSync(folder, { recursive: true })
  if (!only && !wanted) {
    for (const file of readdirSync(folder)) if (file.includes(`.${language}.`)) rmSync(join(folder, file))
  }
  const pages = await openPages()
  pages.stack.phones.allow(/./)
  pages.stack.phones.allowCalls()
  try {
    for (const [entry, walk] of Object.entries(walks))
      if (wanted?.includes(entry) ?? true) await walk(pages, language, (page, name) => photograph(page, language, name))
  } finally {
    await pages.close()
  }
}
