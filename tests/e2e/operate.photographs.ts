import type { Page } from 'playwright-core'
import cy from '../../services/web/src/shared/words/operate.cy.json' with { type: 'json' }
import en from '../../services/web/src/shared/words/operate.en.json' with { type: 'json' }
import { expectReachable, inviteAs, laptop } from './operate-under-test.ts'
import type { PagesUnderTest } from './pages-under-test.ts'

const catalogues = { en, cy }

/** Walks an operator through every page of their console; `shot` looks at each, and axe does. */
export async function walkOperate(
  pages: PagesUnderTest,
  language: 'en' | 'cy',
  shot: (page: Page, name: string) => Promise<void>,
): Promise<void> {
  const words = catalogues[language]
  const { origin } = pages
  const { page } = await pages.newPhonePage({ ...laptop, locale: language === 'cy' ? 'cy-GB' : 'en-GB' })
  const look = async (name: string) => {
    await shot(page, `operate-${name}`)
    await page.setViewportSize(laptop.viewport)
    await expectReachable(page, `${name} (${language})`)
  }
  const click = (word: string) => page.getByRole('button', { name: word }).first().click()
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

  await page.goto(`${origin}/operate`)
  await heading(words['signIn.title'])
  await look('sign-in')
  await page.goto('about:blank')
  await page.goto(`${origin}/operate#${await inviteAs(pages, 'operator', 'Olwen')}`)
  await heading(words['passkey.title'])
  await look('passkey')
  await click(words['passkey.later'])
  await heading(words['page.board'])
  await page.getByText(words['lamp.unowned.good']).waitFor()
  await page.getByText(words['first.title']).waitFor()
  await look('board')
}
