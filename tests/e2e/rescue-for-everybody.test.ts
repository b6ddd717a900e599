import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openPages } from './pages-under-test.ts'
import { walkRescue } from './rescue.photographs.ts'
import { closeAlert, openLink, raiseForPage } from './rescue-under-test.ts'

/* WCAG 2.2 AA on every screen of the rescuer's page: by axe, and by what axe cannot see. */

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

async function findFaults(page: Page, name: string): Promise<string[]> {
  const faults: string[] = []
  // Both themes and both widths in every state; four pairs would find no more and take twice as long.
  for (const [colorScheme, width] of [
    ['dark', 320],
    ['light', 412],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 740 })
    // What lies under the bar is reached by scrolling; axe would take it for a target too small to press.
    await page.evaluate(`document.querySelector('.frame > footer').style.position = 'static'`)
    const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
    for (const { id, nodes } of violations) {
      faults.push(`${name} ${colorScheme} ${width}: ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
    }
    const over = await page.evaluate<string[]>(`
      [...document.querySelectorAll('button:not(.link)')].flatMap((button) => {
        const words = document.createRange()
        words.selectNodeContents(button)
        const [inner, outer] = [words.getBoundingClientRect(), button.getBoundingClientRect()]
        if (outer.width === 0) return []
        return inner.left < outer.left + 2 || inner.right > outer.right - 2 ? [button.textContent] : []
      })
    `)
    faults.push(...over.map((text) => `${name} ${width}: over the edge of its button: ${text}`))
    for (const percent of [100, 200]) {
      await page.evaluate(`document.documentElement.style.fontSize = '${percent}%'`)
      const wide = await page.evaluate<boolean>(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      )
      if (wide) faults.push(`${name} ${width}: wider than the screen at ${percent} % text`)
    }
    await page.evaluate(`
      document.documentElement.style.fontSize = ''
      document.querySelector('.frame > footer').style.position = ''
    `)
    // WCAG asks for 24 px; a shaking thumb for more.
    const small = await page.evaluate<string[]>(`
      [...document.querySelectorAll('button, a.button, summary, a[href]')].flatMap((target) => {
        const { width, height } = target.getBoundingClientRect()
        return width > 0 && (height < 44 || width < 44) ? [target.outerHTML.slice(0, 80)] : []
      })
    `)
    faults.push(...small.map((html) => `${name} ${width}: too small for a thumb: ${html}`))
  }
  await page.setViewportSize({ width: 412, height: 840 })
  return faults
}

for (const language of ['en', 'cy'] as const) {
  test(`everybody can read and press every screen (${language})`, async () => {
    const pages = await openPages()
    const faults: string[] = []
    const seen: string[] = []
    try {
      await walkRescue(pages, language, async (page, name) => {
        seen.push(name)
        faults.push(...(await findFaults(page, name)))
      })
    } finally {
      await pages.close()
    }
    expect(faults).toEqual([])
    expect(seen.length).toBeGreaterThan(15)
  }, 240_000)
}

test('the keyboard alone goes the whole way, and a screen reader hears each new screen begin', async () => {
  const pages = await openPages()
  try {
    const raised = await raiseForPage(pages)
    const { page } = await openLink(pages, raised.link, { hasTouch: false, isMobile: false })
    const focused = () => page.evaluate<string>(`document.activeElement?.textContent?.trim() ?? ''`)
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 30; presses += 1) {
        if ((await focused()) === name) return page.keyboard.press('Enter')
        await page.keyboard.press('Tab')
      }
      throw new Error(`${name} is not reached with Tab`)
    }
    const begins = async (heading: string) => {
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
      await expect.poll(focused).toBe(heading)
    }
    await begins('Someone needs help near Holbeck')
    await tabTo('I’m going')
    await begins('Go here')
    await tabTo('I’m there')
    await begins('Wake them')
    await tabTo('They do not wake')
    await begins('Ring 999')
    await tabTo('Next')
    await begins('Are they breathing?')
    await tabTo('Breathing, but not waking')
    await begins('On their side')
    await tabTo('They are on their side')
    await begins('Give naloxone')
    await tabTo('I gave a dose')
    await begins('Stay with them')
    // Ticking is not read out; that the next dose is due is.
    expect(await page.getByRole('timer').getAttribute('aria-live')).toBe('off')
    await tabTo('They woke up')
    await begins('They are awake')
    await tabTo('I’ve spoken to them, they’re safe')
    await page.getByRole('dialog', { name: 'Have you spoken to them?' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await closeAlert(pages, raised)
  } finally {
    await pages.close()
  }
}, 90_000)
