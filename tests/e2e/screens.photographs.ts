import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { test } from 'vitest'
import cy from '../../services/web/src/shared/words/person.cy.json' with { type: 'json' }
import en from '../../services/web/src/shared/words/person.en.json' with { type: 'json' }
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { walkRescue } from './rescue.photographs.ts'
import { walkSupport } from './support.photographs.ts'

/*
 * Photographs of every state, in both languages, themes and widths. One walk a language; at each state the page is
 * turned through themes and widths. SCREENS=counting,asking photographs only these;
 * WALKS=support walks only this entry, LANGUAGES=en only in this language.
 */

const folder = join(process.cwd(), '.data', 'screens')
const only = process.env.SCREENS?.split(',')
const widths = [320, 412]
/** A console is a laptop's as well. */
const consoleWidths = [...widths, 1_280]
const themes = ['dark', 'light'] as const
const catalogues = { en, cy }
const walks = { person: walk, rescue: walkRescue, support: walkSupport }
const wanted = (variable: string, name: string) => process.env[variable]?.split(',').includes(name) ?? true

async function photograph(page: Page, language: string, name: string): Promise<void> {
  if (only && !only.includes(name)) return
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const width of name.startsWith('support-') ? consoleWidths : widths) {
      await page.setViewportSize({ width, height: width === 320 ? 640 : 840 })
      await page.evaluate('window.scrollTo(0, 0)')
      const tooWide = await page.evaluate<string[]>(`
        [...document.querySelectorAll('body *')]
          .filter((element) => element.getBoundingClientRect().right > ${width + 1})
          .map((element) => element.tagName + ' ' + (element.getAttribute('class') ?? ''))`)
      if (tooWide.length > 0) throw new Error(`${name} is wider than ${width} px: ${tooWide.slice(0, 6).join(', ')}`)
      const path = join(folder, `${name}.${language}.${colorScheme}.${width}.png`)
      await page.screenshot({ path })
      const taller = await page.evaluate<boolean>('document.documentElement.scrollHeight > window.innerHeight + 8')
      if (taller) await page.screenshot({ path: path.replace('.png', '.whole.png'), fullPage: true })
    }
  }
  await page.setViewportSize({ width: 412, height: 840 })
  await page.evaluate('window.scrollTo(0, 0)')
}

async function walk(pages: PagesUnderTest, language: 'en' | 'cy'): Promise<void> {
  const { stack, origin } = pages
  const words = catalogues[language]
  const { page } = await pages.newPhonePage({
    locale: language === 'cy' ? 'cy-GB' : 'en-GB',
    // A photograph of the whole page upsets the hit test of an emulated phone.
    isMobile: false,
  })
  const shot = (name: string) => photograph(page, language, name)
  const click = (word: string) => page.getByRole('button', { name: word, exact: false }).first().click()
  const heading = (name: string) => page.getByRole('heading', { name }).waitFor()
  const rescuer = stack.newPhone()
  const sessionNow = async () => {
    const [session] = await stack.db.query<{ deadlineAt: number; alertAt: number }>(
      'SELECT deadline_at AS "deadlineAt", alert_at AS "alertAt" FROM app.sessions ORDER BY started_at DESC LIMIT 1',
    )
    if (!session) throw new Error('no session')
    return session
  }

  await page.goto(origin)
  await heading(words['welcome.title'])
  await shot('welcome')
  for (const name of ['guidance', 'data', 'wrong', 'lost', 'feedback'] as const) {
    await click(words[`door.${name}`])
    await heading(words[`door.${name}`])
    if (name === 'guidance') await page.locator('svg.picture').nth(11).waitFor()
    await shot(name)
    await click(words['app.back'])
  }
  await click(words['join.door'])
  await shot('join')
  await click(words['app.back'])
  await click(words['settings.arrive'])
  await heading(words['arrive.title'])
  await shot('arrive')
  await click(words['app.back'])
  await click(words['welcome.start'])
  await shot('quick')
  await click(words['app.back'])
  await click(words['welcome.plan'])
  await page.getByLabel(words['q.label']).fill(words['plan.defaultLabel'])
  await click(words['plan.next'])
  await page.getByLabel(words['q.address']).fill(words['eg.address'])
  await shot('plan-address')
  await click(words['plan.next'])
  await page.getByLabel(words['q.entry']).fill(words['eg.entry'])
  await click(words['plan.next'])
  await shot('plan-pets')
  await click(words['plan.skip'])
  await page.getByLabel(words['q.naloxone']).fill(words['eg.naloxone'])
  await click(words['plan.next'])
  for (let skip = 0; skip < 3; skip += 1) await click(words['plan.skip'])
  await shot('plan-order')
  await page.setViewportSize({ width: 1280, height: 900 })
  if (!only || only.includes('plan-wide')) {
    await page.screenshot({ path: join(folder, `plan-wide.${language}.dark.1280.whole.png`), fullPage: true })
  }
  await page.setViewportSize({ width: 412, height: 840 })
  await click(words['plan.done'])
  await heading(words['people.title'])
  await click(words['people.add'])
  await shot('people-ask')
  await page.getByLabel(words['people.name']).fill('Ash')
  await page.getByLabel(words['people.number']).fill(rescuer.number)
  await page.getByLabel(words['people.word']).fill('thistle')
  await click(words['people.send'])
  await page.getByText(words['consent.waiting']).waitFor()
  await shot('people-waiting')
  await rescuer.expectText('thistle')
  await rescuer.reply('1')
  await page.getByText(words['consent.agreed'], { exact: true }).waitFor()
  await shot('people-agreed')
  await click(words['people.done'])
  await page.getByRole('button', { name: words['ready.start'], exact: true }).waitFor()
  await shot('ready')
  await page.getByRole('button', { name: words['ready.start'], exact: true }).click()
  await page.locator('.holding.watched').waitFor()
  await stack.advance(35_000)
  await page.locator('.field').click()
  await page.getByText(words['count.counted']).waitFor()
  await shot('counted')
  await until('the green to go', async () => (await page.getByText(words['count.counted']).count()) === 0)
  await stack.advance(50_000)
  await shot('counting')
  await click(words['count.dim'])
  await shot('counting-dim')
  await click(words['count.dim'])
  await page.context().setOffline(true)
  await page.locator('.holding.out-of-touch').waitFor()
  await shot('out-of-touch')
  await page.context().setOffline(false)
  await page.locator('.holding.watched').waitFor()
  await stack.advanceTo((await sessionNow()).deadlineAt + 1_000)
  await heading(words['ask.title'])
  await shot('asking')
  await stack.advanceTo((await sessionNow()).alertAt - 9_500)
  await heading(words['open.title'])
  await shot('opening')
  await stack.advanceTo((await sessionNow()).alertAt + 2_000)
  await heading(words['act.title'])
  await page.getByText(words['act.told.rescuer']).waitFor()
  await shot('acting')
  await click(words['act.callOff'])
  await page.getByText(words['act.asked']).waitFor()
  await shot('acting-asked')
  await rescuer.reply('5')
  await heading(words['after.over'])
  await page.getByText(words['after.receipt']).waitFor()
  await shot('after')
  await click(words['after.done'])
  await heading(words['home.title'])
  await shot('home')
  await click(words['home.settings'])
  await shot('settings')
  await click(words['settings.move'])
  await shot('move')
  await click(words['move.qr'])
  await page.locator('svg.qr').waitFor()
  await shot('move-picture')
  await click(words['app.back'])
  await page.getByRole('button', { name: words['settings.forget'] }).click()
  await page.getByRole('dialog').getByRole('button', { name: words['settings.forgetYes'] }).click()
  await heading(words['forgotten.title'])
  await shot('forgotten')
}

test('photographs', async () => {
  if (!only && !process.env.WALKS) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const language of ['en', 'cy'] as const) {
    if (!wanted('LANGUAGES', language)) continue
    const pages = await openPages()
    pages.stack.phones.allow(/./)
    pages.stack.phones.allowCalls()
    try {
      for (const [entry, walkThrough] of Object.entries(walks)) {
        if (wanted('WALKS', entry)) await walkThrough(pages, language, (page, name) => photograph(page, language, name))
      }
    } finally {
      await pages.close()
    }
  }
})
