import { preparePerson } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import cy from '../../services/web/src/shared/words/support.cy.json' with { type: 'json' }
import en from '../../services/web/src/shared/words/support.en.json' with { type: 'json' }
import { expectReachable, laptop } from './console-under-test.ts'
import type { PagesUnderTest } from './pages-under-test.ts'

const catalogues = { en, cy }

/** Walks a supporter through every state of the console; `shot` looks at each, and axe does. */
export async function walkSupport(
  pages: PagesUnderTest,
  language: 'en' | 'cy',
  shot: (page: Page, name: string) => Promise<void>,
): Promise<void> {
  const words = catalogues[language]
  const { stack, origin } = pages
  const look = async (page: Page, name: string) => {
    await shot(page, `support-${name}`)
    await page.setViewportSize({ width: 320, height: 640 })
    await expectReachable(page, `${name} (${language}, 320 px)`)
    await page.setViewportSize(laptop.viewport)
    await expectReachable(page, `${name} (${language})`)
  }
  const kit = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Kit', onShift: true })
  const sam = await stack.seedSupporter({ phone: stack.newPhone(), name: 'Sam', onShift: false, confirmed: false })
  await stack.db.query(`UPDATE app.supporters SET role = 'duty-lead' WHERE id = $1`, [kit.id])
  const { page, context } = await pages.newPhonePage({
    ...laptop,
    locale: language === 'cy' ? 'cy-GB' : 'en-GB',
  })
  /** A look takes its time, and the duty runs. */
  const renew = async () => {
    await page.keyboard.press('g')
    const asked = page.getByRole('dialog').getByRole('button', { name: words['doubt.again.yes'] })
    const recorded = page.locator('.notice', { hasText: words['kind.rescuer-going'] })
    await asked.or(recorded).first().waitFor()
    if (await asked.isVisible()) await asked.click()
    await recorded.waitFor()
    await page.locator('.duty:not(.short)').waitFor()
  }
  /** A key that comes before the dialog has gone is nobody's. */
  const shut = async () => {
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  const click = (word: string) => page.getByRole('button', { name: word }).first().click()
  const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

  await page.goto(`${origin}/support`)
  await heading(words['signIn.title'])
  await look(page, 'sign-in')
  await page.goto('about:blank')
  await page.goto(`${origin}/support#${await sam.invite()}`)
  await heading(words['passkey.title'])
  await look(page, 'passkey')
  await click(words['passkey.later'])
  await heading(words['shift.title'])
  await look(page, 'shift')
  await click(words['shift.yes'])
  await heading(words['board.title'])
  await look(page, 'board-empty')
  await page.reload()
  await heading(words['board.title'])
  await page.locator('.banner.mute').waitFor()
  await look(page, 'sound-blocked')
  await click(words['sound.turnOn'])
  await page.locator('.banner.mute').waitFor({ state: 'detached' })

  const people = []
  for (const countdownSeconds of [600, 1_200]) {
    const { person } = await preparePerson(stack)
    await person.start({ countdownSeconds, company: 'supporter' })
    people.push(person)
  }
  const { person, rescuer } = await preparePerson(stack, {
    alertOrder: 'both',
    ownPhone: true,
    rescuers: 2,
    plan: {
      address: 'Flat 9, Marigold Court, 4 Thistle Lane, Leeds, LS1 4AB',
      entry: 'Buzzer nine, key under the blue pot',
      pets: 'A greyhound called Biscuit',
      naloxone: 'Tin on the kitchen shelf',
      notes: 'Asthma. Inhaler in the denim jacket',
      callOut: 'Robin',
    },
  })
  const { deadlineAt, alertAt } = await person.start({ countdownSeconds: 180, company: 'supporter' })
  await stack.advanceTo(deadlineAt)
  await page.locator('.session.prompting').waitFor()
  await look(page, 'board')
  await page.locator('.session').last().getByRole('button', { name: words['card.raise'] }).click()
  await page.getByRole('dialog').waitFor()
  await look(page, 'raise')
  await click(words['raise.no'])
  await stack.advanceTo(alertAt)
  await heading(words['take.title'])
  await look(page, 'takeover')
  await click(words['take.claim'])
  await page.locator('address').waitFor()
  await look(page, 'alert')
  await stack.advance(60_000)
  await page.keyboard.press('t')
  await page.locator('.stamp.rescuer-there.done').waitFor()
  await stack.advance(62_000)
  await page.getByText(words['now999.title'], { exact: true }).waitFor()
  await rescuer.reply('1')
  await page.locator('.rescuers .going').first().waitFor()
  await look(page, 'now-999')
  await page.keyboard.press('r')
  await page.getByText('Lima').waitFor()
  await look(page, 'read-back')
  await shut()
  await page.keyboard.press('9')
  await page.locator('.called').waitFor()
  await page.keyboard.press('x')
  await page.locator('.stamp.not-breathing.done').waitFor()
  await page.keyboard.press('n')
  await page.locator('.figure.dose').waitFor()
  await stack.advance(92_000)
  await page.locator('.duty.short').waitFor()
  await page.locator('.region summary').click()
  await look(page, 'working')
  await page.setViewportSize({ width: 412, height: 840 })
  for (const zone of ['brief', 'doing', 'timeline'] as const) {
    await page
      .getByRole('group')
      .getByRole('button', { name: words[`zone.${zone}`] })
      .click()
    await page.locator(`.zones > .${zone}`).waitFor()
    await shot(page, `support-working-${zone}`)
    await page.setViewportSize({ width: 412, height: 840 })
    await renew()
  }
  await page.setViewportSize(laptop.viewport)
  await renew()
  await page.keyboard.press('h')
  await page.getByRole('dialog').waitFor()
  await look(page, 'hand-over')
  await shut()
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await look(page, 'keys')
  await shut()
  await context.setOffline(true)
  await page.locator('.banner.lost').waitFor()
  await look(page, 'out-of-touch')
  await context.setOffline(false)
  await page.locator('.line-word.live').waitFor()
  await renew()
  await people[0]?.help()
  await page.locator('.banner.another').waitFor()
  await look(page, 'another')
  await page.keyboard.press('a')
  await page.getByLabel(words['outcome.rescued']).check()
  await look(page, 'all-clear')
  await click(words['clear.give'])
  // The other alert comes before the log of this one.
  await heading(words['take.title'])
  await page.keyboard.press('d')
  await heading(words['after.log'])
  await look(page, 'log')
  await page.getByLabel(words['log.wanted.unknown']).check()
  await page.getByLabel('4', { exact: true }).first().check()
  await page.getByLabel('2', { exact: true }).last().check()
  await click(words['log.keep'])
  await heading(words['after.debrief'])
  await look(page, 'debrief')
  await click(words['after.rest'])
  await heading(words['board.title'])
  await look(page, 'board-off-shift')
  await click(words['practice.start'])
  await page.locator('.takeover.test').waitFor()
  await look(page, 'practice')
  await click(words['take.claim'])
  await page.locator('address').waitFor()
  await look(page, 'practice-alert')
  await page.keyboard.press('9')
  await page.keyboard.press('a')
  await page.getByLabel(words['outcome.safe']).check()
  await page.getByLabel(words['app.no'], { exact: true }).check()
  await click(words['clear.give'])
  await page.locator('.scores').waitFor()
  await look(page, 'practice-over')
}
