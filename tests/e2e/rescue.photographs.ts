import type { Page } from 'playwright-core'
import cy from '../../services/web/src/shared/words/rescue.cy.json' with { type: 'json' }
import en from '../../services/web/src/shared/words/rescue.en.json' with { type: 'json' }
import type { PagesUnderTest } from './pages-under-test.ts'
import { closeAlert, openLink, raiseForPage } from './rescue-under-test.ts'

const catalogues = { en, cy }

/** Walks a rescuer through every screen of their page; `shot` looks at each. */
export async function walkRescue(
  pages: PagesUnderTest,
  language: 'en' | 'cy',
  shot: (page: Page, name: string) => Promise<void>,
): Promise<void> {
  const words = catalogues[language]
  const locale = language === 'cy' ? 'cy-GB' : 'en-GB'
  const raised = await raiseForPage(pages)
  const { page, context } = await openLink(pages, raised.link, { locale })
  const look = (name: string) => shot(page, `rescue-${name}`)
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const seen = (text: string) => page.getByText(text, { exact: true }).first().waitFor()

  await page.getByRole('button', { name: words['reply.going'] }).waitFor()
  await page.locator('.trial').waitFor()
  await look('first')
  await press(words['reply.safe'])
  await look('safe')
  await press(words['safe.no'])
  await press(words['reply.cannot'])
  await seen(words['first.cannot'])
  await seen(words['send.sent.cannot'])
  await look('cannot')
  await context.setOffline(true)
  await press(words['reply.goingAfterAll'])
  await seen(words['send.notYet'])
  await look('not-sent')
  await context.setOffline(false)
  await page.getByRole('heading', { name: words['address.title'] }).waitFor()
  await look('address')
  await press(words['address.next'])
  await press(words['reply.there'])
  await seen(words['send.sent.there'])
  await look('wake')
  await press(words['step.noAnswer'])
  await look('ring')
  await press(words['step.next'])
  await look('airway')
  await press(words['step.notBreathing'])
  await look('breaths')
  await press(words['step.next'])
  await look('naloxone')
  await press(words['step.gaveDose'])
  await page.getByRole('timer').waitFor()
  await look('again')
  await page.clock.install({ time: Date.now() + 125_000 })
  await page.clock.runFor(1_000)
  await seen(words['dose.now'])
  await look('dose-due')
  await press(words['step.breathesNow'])
  await look('recovery')
  await press(words['step.onSide'])
  await look('stay')
  await press(words['step.woke'])
  await look('awake')
  await press(words['hand.open'])
  await look('handover')
  await closeAlert(pages, raised)
  await page.clock.runFor(20_000)
  await page.getByText(words['closed.what']).waitFor()
  await look('closed')

  const late = await openLink(pages, raised.link, { locale })
  await late.page.getByRole('heading', { name: words['over.title'] }).waitFor()
  await shot(late.page, 'rescue-over')
  const broken = await openLink(pages, raised.link.slice(0, -12), { locale })
  await broken.page.getByRole('heading', { name: words['unknown.title'] }).waitFor()
  await shot(broken.page, 'rescue-unknown')
}
