import { randomUUID } from 'node:crypto'
import { giveAllClear, raiseAlert } from '@stillhere/testkit'
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
  // Every page with something on it, and each form.
  const operator = await (await pages.stack.organisation('demo')).signIn('operator', 'Olwen')
  const make = (path: string, body: object) =>
    operator.request('POST', `/v1/operate${path}`, { commandId: randomUUID(), ...body })
  for (const [label, address, area] of [
    ['Harbour House', '1 Quay Street, Leeds, LS1 4AB', 'Waterside'],
    ['Mill Lane Hostel', '22 Mill Lane, Leeds, LS2 8JT', 'Holbeck'],
  ] as const)
    await make('/sites', {
      label,
      address,
      area,
      entry: 'Blue door, buzzer 2; key safe left of it',
      naloxone: ['Office', 'Kitchen'],
      staffOnSite: 'Night staff from 8 to 8',
    })
  const { body } = await operator.request('GET', '/v1/operate/sites')
  const { body: owned } = await operator.request('GET', '/v1/operate/ladders')
  const at = async (place: string, ready: string) => {
    await page.evaluate(`location.hash = '#/${place}'`)
    await page.getByText(ready).filter({ visible: true }).first().waitFor()
  }
  await at('sites', 'Harbour House')
  await look('sites')
  await at(`sites/${body.sites[0].id}`, body.sites[0].joinCode)
  await look('site')
  await at(`sites/${body.sites[0].id}?view=poster`, words['poster.head'])
  await look('poster')
  await at('ladders', words['ladders.what'])
  await look('ladders')
  await at(`ladders/${owned.ladders[0].id}`, words['step.add'])
  await page.getByText(words['lane.repeats']).waitFor()
  // Nobody is in the rota yet: the dry run says so.
  await page.getByText(words['dry.toRota']).waitFor()
  await look('ladder')
  await at('rhythms', words['prompts.what'])
  await page.getByText(words['save.save']).first().waitFor()
  await look('rhythms')
  await at('texts', words['text.state.fixed'])
  await look('texts')
  await at(`texts/${language}:declined-noted`, words['text.own'])
  await look('text')
  await at('guidance', words['guidance.what'])
  await page.getByText(words['signOff.sign']).first().waitFor()
  await look('guidance')
  await click(words['signOff.sign'])
  await page.getByRole('dialog').waitFor()
  await look('sign-off')
  await page.keyboard.press('Escape')
  await at('organisation', words['org.floor'])
  await look('organisation')
  await at('people', 'Olwen')
  await look('people')
  await click(words['people.new'])
  await page.getByRole('dialog').waitFor()
  await look('person')
  await page.keyboard.press('Escape')
  await walkRota(pages, page, words, make, look, at)
  await at('said', words['said.noLogs'])
  await look('said')
  await at('audit', words['action.site-created'])
  await look('audit')
  const { person, rescuer } = await raiseAlert(pages.stack)
  await giveAllClear(person, rescuer)
  await at('alerts', words['alert.state.closed'])
  await look('alerts')
  await page.getByRole('row').getByRole('link').first().click()
  await page.getByText(words['kind.alert-raised']).waitFor()
  await look('alert')
  const alertId = decodeURIComponent(new URL(page.url()).hash.split('/')[2] ?? '')
  await at(`openings/${alertId}`, words['openings.askButton'])
  await look('openings')
  await at('reports', words['reports.times'])
  await page.getByText(words['reports.hidden']).first().waitFor()
  await look('reports')
  await at('retention', words['retention.kind'])
  await look('retention')
}

/** A week with a gap, somebody who has not come and a swap; then opening hours, a drain, and closing for good up to its name. */
async function walkRota(
  pages: PagesUnderTest,
  page: Page,
  words: typeof en,
  make: (path: string, body: object) => Promise<unknown>,
  look: (name: string) => Promise<void>,
  at: (place: string, ready: string) => Promise<void>,
): Promise<void> {
  const { stack } = pages
  await at('rota', words['rota.empty'])
  await look('rota-empty')
  const lea = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Lea', onShift: false })
  const ceri = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Ceri', onShift: false })
  await stack.db.query(`UPDATE app.supporters SET role = 'duty-lead', engagement = 'staff' WHERE id = $1`, [lea.id])
  await stack.db.query(`UPDATE app.supporters SET engagement = 'peer' WHERE id = $1`, [ceri.id])
  const { body } = await (await (await stack.organisation('demo')).signIn('operator', 'Olwen')).request(
    'GET',
    '/v1/operate/organisation',
  )
  const { name, languages, version } = body.organisation
  const operator = await (await stack.organisation('demo')).signIn('operator', 'Olwen')
  await operator.request('PUT', '/v1/operate/organisation', {
    commandId: randomUUID(),
    name,
    languages,
    version,
    pagerNumber: '+447700900098',
    staffingFloor: 1,
  })
  for (const weekday of [1, 2, 3, 4, 5, 6, 7]) {
    await make('/rota/patterns', { supporterId: lea.id, role: 'duty-lead', weekday, starts: '08:00', ends: '20:00' })
    if (weekday < 7)
      await make('/rota/patterns', { supporterId: ceri.id, role: 'supporter', weekday, starts: '20:00', ends: '08:00' })
  }
  await at('board', words['lamp.unowned.good'])
  await at('rota', 'Ceri')
  await page.getByText(words['rota.fill']).filter({ visible: true }).first().waitFor()
  await look('rota')
  await page.getByRole('button', { name: words['rota.addWeekly'] }).first().click()
  await page.getByRole('dialog').waitFor()
  await look('rota-weekly')
  await page.keyboard.press('Escape')
  await at('staffing', words['alone.title'])
  await page.getByText(words['nights.enough']).first().waitFor()
  await look('staffing')
  await page.getByRole('button', { name: words['pause.title'] }).click()
  await page.getByRole('dialog').waitFor()
  await look('pause')
  await page.getByRole('dialog').getByRole('button', { name: words['pause.yes'] }).click()
  await page.getByText(words['now.withNo']).waitFor()
  await page.getByRole('button', { name: words['closing.ask'] }).click()
  await page.getByRole('dialog').getByRole('button', { name: words['closing.askYes'] }).click()
  await page.getByText(words['closing.typeWhy']).waitFor()
  await look('staffing-closing')
  await page.getByRole('button', { name: words['closing.takeBack'] }).click()
  await page.getByText(words['closing.takenBack']).waitFor()
  await page.getByRole('button', { name: words['pause.open'] }).click()
  await page.getByText(words['pause.opened']).waitFor()
}
