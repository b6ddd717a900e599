import type { Phone } from '@stillhere/testkit'
import type { BrowserContextOptions, Page } from 'playwright-core'
import type { PagesUnderTest, PhonePage } from './pages-under-test.ts'
import { type Spoken, speaking, texted } from './speaking.ts'

/** Where the one of `knownPhones` is, and whom they have told. */
export const juniper = 'Flat 2, 7 Juniper Row, Leeds'

export interface KnownPhones {
  /** One that nobody has used, speaking this language. */
  fresh(language: Spoken, options?: BrowserContextOptions): Promise<PhonePage>
  /**
   * One whose person has a plan and a rescuer who agreed, as it stood before its first session, open at its home.
   * @param before what the browser is to do before the app is opened
   */
  known(language: Spoken, before?: (page: Page) => Promise<unknown>): Promise<PhonePage & { rescuer: Phone }>
  /** Closes all that are open. @param andForget what they kept is not used again: they were left in the middle of something */
  close(andForget: boolean): Promise<void>
}

/** Phones in either language. A plan and a rescuer's word take seconds, so one is prepared once and copied. */
export function knownPhones(pages: () => PagesUnderTest): KnownPhones {
  const prepared = new Map<Spoken, { storageState: BrowserContextOptions['storageState']; rescuer: Phone }>()
  const open: PhonePage[] = []
  const fresh: KnownPhones['fresh'] = async (language, options = {}) => {
    const made = await pages().newPhonePage({ locale: speaking(language).locale, ...options })
    open.push(made)
    return made
  }
  return {
    fresh,
    async known(language, before) {
      let kept = prepared.get(language)
      if (kept === undefined) {
        const { page, context } = await fresh(language)
        const rescuer = await preparePlan(pages(), page, language)
        kept = { storageState: await context.storageState({ indexedDB: true }), rescuer }
        prepared.set(language, kept)
        await context.close()
      }
      const { storageState, rescuer } = kept
      const phone = await fresh(language, storageState === undefined ? {} : { storageState })
      await before?.(phone.page)
      await phone.page.goto(pages().origin)
      return { ...phone, rescuer }
    },
    async close(andForget) {
      await Promise.all(open.splice(0).map(({ context }) => context.close()))
      if (andForget) prepared.clear()
    },
  }
}

async function preparePlan(pages: PagesUnderTest, page: Page, language: Spoken): Promise<Phone> {
  const { say } = speaking(language)
  const rescuer = pages.stack.newPhone()
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  await page.goto(pages.origin)
  await button(say('welcome.start')).click()
  await button(say('agree.yes')).click()
  await page.getByLabel(say('q.address')).fill(juniper)
  await button(say('quick.go')).click()
  await page.getByRole('heading', { name: say('ready.title') }).waitFor()
  await button(say('app.back')).click()
  await button(`${say('home.people')} ${say('plan.defaultLabel')}`).click()
  await button(say('people.add')).click()
  await page.getByLabel(say('people.name')).fill('Ash')
  await page.getByLabel(say('people.number')).fill(rescuer.number)
  await button(say('people.send')).click()
  await rescuer.expectText(/(?:Reply|Atebwch) 1 = /)
  await rescuer.reply('1')
  await rescuer.expectText(texted(language, 'agreed-noted'))
  await page.getByText(say('consent.agreed'), { exact: true }).waitFor()
  return rescuer
}
