import { raiseAlert } from '@stillhere/testkit'
import type { BrowserContextOptions } from 'playwright-core'
import type { PagesUnderTest, PhonePage } from './pages-under-test.ts'

/** A plan with everything that a rescuer can be told. */
export const fullPlan = {
  label: 'Home',
  address: 'Flat 9, Marigold Court\n4 Thistle Lane, Leeds, LS1 4AB',
  area: 'Holbeck',
  entry: 'Buzzer nine, key under the blue pot',
  pets: 'A greyhound called Biscuit',
  naloxone: 'Tin on the kitchen shelf',
  notes: 'Asthma. Inhaler in the denim jacket',
  callOut: 'Robin',
} as const

const linkIn = (text: string): string => {
  const [link] = /https?:\/\/\S+\/r\/\S+#\S+/.exec(text) ?? []
  if (link === undefined) throw new Error('the text holds no link')
  return link
}

export type RaisedAlert = Awaited<ReturnType<typeof raiseAlert>> & { link: string }

/** An alert that one rescuer was told of, with the link of their text. Repeats and calls are nobody's surprise here. */
export async function raiseForPage(
  pages: PagesUnderTest,
  wanted: Parameters<typeof raiseAlert>[1] = {},
): Promise<RaisedAlert> {
  pages.stack.phones.allow(/./)
  pages.stack.phones.allowCalls()
  const raised = await raiseAlert(pages.stack, { plan: fullPlan, ownPhone: true, ...wanted })
  const link = linkIn(raised.linkText)
  pages.stack.canaries.add('token', link.split('#')[1])
  return { ...raised, link }
}

/** Ends whatever is open, so that nothing goes on under the next test. */
export async function closeAlert(pages: PagesUnderTest, { person, rescuer }: RaisedAlert): Promise<void> {
  if ((await person.session()).state === 'closed') return
  await person.checkIn()
  await rescuer.reply('5')
  await person.sessionUntil('is closed', ({ state }) => state === 'closed')
  await pages.stack.settle()
}

export async function openLink(
  pages: PagesUnderTest,
  link: string,
  options: BrowserContextOptions = {},
): Promise<PhonePage> {
  const phone = await pages.newPhonePage(options)
  await phone.page.goto(link)
  return phone
}
