import { randomUUID } from 'node:crypto'
import { type Console, giveAllClear, raiseAlert, until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import cy from '../../services/web/src/shared/words/operate.cy.json' with { type: 'json' }
import en from '../../services/web/src/shared/words/operate.en.json' with { type: 'json' }
import { expectReachable, inviteAs, laptop } from './operate-under-test.ts'
import type { PagesUnderTest } from './pages-under-test.ts'

const catalogues = { en, cy }

/** One test of the alarm path that comes back, and one that does not. */
async function walkProof({ stack }: PagesUnderTest, operator: Console): Promise<void> {
  const handset = stack.newPhone()
  const path = '/v1/operate/synthetic-alerts'
  const send = (method: string, body: object) => operator.request(method, path, { commandId: randomUUID(), ...body })
  await send('PUT', { everyMinutes: null, boundSeconds: 60, number: handset.number })
  await handset.expectText(/1 = /)
  await handset.reply('1')
  const ready = async () => (await operator.request('GET', path)).body.syntheticAlerts
  await until('the handset is ready', async () => (await ready()).handset.ready)
  for (const answers of [true, false]) {
    const { dueAt } = (await send('POST', {})).body.result
    await stack.advanceTo(dueAt)
    await handset.expectText(/^TEST\. No one needs help\. SAFETY ALERT/)
    if (answers) await handset.reply('1')
    else await stack.advanceTo(Date.parse(dueAt) + 60_000)
    await until('it is over', async () => (await ready()).results[0].outcome !== 'running')
  }
}

/** Walks an operator through every page of their console; `shot` looks at each, and axe does. */
export async function walkOperate(
  pages: PagesUnderTest,
  language: 'en' | 'cy',
  shot: (page: Page, name: string) => Promise<void>,
): Promise<void> {
  const words = catalogues[language]
  const { origin } = pages
  const { page } = await pages.newPhonePage({ ...laptop, locale: language === 'cy' ? 'cy-GB' : 'en-GB' })
  const only = process.env.SCREENS?.split(',')
  const look = async (name: string) => {
    // Whoever wants a few states does not wait for all of them.
    if (only && !only.includes(`operate-${name}`)) return
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
  const make = (path: string, body: object, method = 'POST') =>
    operator.request(method, `/v1/operate${path}`, { commandId: randomUUID(), ...body })
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
  await page.getByLabel(words['site.entry']).fill('Green gate')
  await page.getByLabel(words['site.pets']).fill('A cat')
  await make(
    `/sites/${body.sites[0].id}`,
    { label: 'Harbour House', address: '41 Quay Street, Leeds, LS1 4AB', entry: 'Red door, no buzzer' },
    'PUT',
  )
  await click(words['save.save'])
  await click(words['save.newest'])
  await page.getByText('Red door, no buzzer').waitFor()
  await look('site-changed-by-two')
  await click(words['save.drop'])
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
  await make('/supporters', {
    name: 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch',
    role: 'supporter',
    language: 'cy',
  })
  await seedNumbers(pages)
  await at('people', 'Beca')
  await look('people')
  await page.getByRole('row', { name: /Beca/ }).getByRole('button', { name: words['person.askAgain'] }).click()
  await page.getByRole('dialog').waitFor()
  await look('person-ask')
  await page.keyboard.press('Escape')
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
  const [, , alertId] = new URL(page.url()).hash.split('/')
  // A line has its place in the chain a moment after it was written.
  await until('the chain has every line', async () => {
    await click(words['chain.verify'])
    await page.getByText(words['chain.sound']).or(page.getByText(words['chain.notYet'])).first().waitFor()
    return (await page.getByText(words['chain.sound']).count()) === 1
  })
  await look('alert')
  await at('board', words['delivery.title'])
  await page.locator('canvas').first().waitFor()
  await look('board-history')
  await at('board/delivery', words['behind.title.delivery'])
  await page.locator('canvas').first().waitFor()
  await look('behind')
  await at('proof', words['proof.empty'])
  await look('proof-empty')
  await walkProof(pages, operator)
  await page.getByText(words['proof.reason.no-reply']).first().waitFor()
  await look('proof')
  await at('incidents', words['incidents.empty'])
  await look('incidents-empty')
  const { incident } = (
    await make('/incidents', {
      severity: 'down',
      title: 'Texts are late',
      text: 'The carrier is slow. We ring instead.',
    })
  ).body
  await make(`/incidents/${incident.id}/updates`, { severity: 'trouble', text: 'Half of them come again.' })
  // The page asks every ten seconds by itself.
  await at('board', words['delivery.title'])
  await at('incidents', 'Half of them come again.')
  await click(words['incident.update'])
  await page.getByLabel(words['incident.more']).waitFor()
  await look('incidents')
  const { organisation } = (await operator.request('GET', '/v1/operate/organisation')).body
  const { name, languages, pagerNumber, staffingFloor } = organisation
  await operator.request('PUT', '/v1/operate/organisation', {
    commandId: randomUUID(),
    ...{ name, languages, pagerNumber, staffingFloor },
    colour: '#e3a008',
  })
  await page.reload()
  await at('organisation', words['org.colourOwn'])
  await look('organisation-colour')
  const anybody = await pages.newPhonePage({ ...laptop, locale: language === 'cy' ? 'cy-GB' : 'en-GB' })
  // What everybody reads may be some seconds old.
  const published = async () => (await fetch(`${pages.stack.api}/v1/status?service=demo`)).text()
  await until('the update is public', async () => (await published()).includes('Half of them come again.'), 10_000)
  await anybody.page.goto(`${origin}/status?service=demo`)
  await anybody.page.getByText('Half of them come again.').waitFor()
  await shot(anybody.page, 'operate-status')
  await expectReachable(anybody.page, `status (${language})`)
  await anybody.page.goto(`${origin}/runbooks/synthetic-alert-missed.html`)
  await anybody.page.getByRole('heading', { level: 1 }).waitFor()
  await shot(anybody.page, 'operate-runbook')
  await at(`openings/${alertId}`, words['openings.askButton'])
  await look('openings')
  await at('reports', words['reports.times'])
  await page.getByText(words['reports.hidden']).first().waitFor()
  await look('reports')
  await at('retention', words['retention.kind'])
  await look('retention')
}

/** Somebody whose phone was asked, somebody whose phone is another's, and somebody who took an alert with it. */
async function seedNumbers({ stack }: PagesUnderTest): Promise<void> {
  const answers = [
    ['Beca', null, null],
    ['Dafydd', 'denied', 'reply'],
    ['Gwen', 'confirmed', 'claim'],
    ['Huw', 'confirmed', 'reply'],
  ] as const
  for (const [name, answer, by] of answers) {
    const { id } = await stack.seedSupporter({ phone: stack.newPhone(), name, onShift: false, confirmed: false })
    await stack.db.query(
      `UPDATE app.supporters SET number_check = 'ok', number_asked_at = app.clock() - interval '3 days', number_answer = $2,
         number_answered_by = $3, number_answered_at = CASE WHEN $2::text IS NULL THEN NULL ELSE app.clock() - interval '5 hours' END,
         number_answer_hash = CASE WHEN $2::text IS NULL THEN NULL ELSE number_hash END WHERE id = $1`,
      [id, answer, by],
    )
  }
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
  // Her number has been changed since it said that it is hers: it waits again.
  await stack.db.query(`UPDATE app.supporters SET number_answer_hash = sha256('another') WHERE id = $1`, [ceri.id])
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
  await page.getByText(words['closing.byAnother']).waitFor()
  await look('staffing-closing')
  await page.getByRole('button', { name: words['closing.takeBack'] }).click()
  await page.getByText(words['closing.takenBack']).waitFor()
  await page.getByRole('button', { name: words['pause.open'] }).click()
  await page.getByText(words['pause.opened']).waitFor()
}
