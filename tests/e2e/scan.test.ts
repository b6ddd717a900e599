import { randomUUID } from 'node:crypto'
import { RefusedByServiceError, until } from '@stillhere/testkit'
import type { Page } from 'playwright-core'
import { create } from 'qrcode'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectReachable } from './expect-reachable.ts'
import { openPages, type PagesUnderTest } from './pages-under-test.ts'
import { pressEnd, startInBrowser } from './start-in-browser.ts'

/* Issue 4, points 1 and 2: a picture is read by the app itself, for who has no other reader on the phone. */

let pages: PagesUnderTest
beforeAll(async () => {
  pages = await openPages()
})
afterAll(() => pages.close())

const button = (page: Page, name: string) => page.getByRole('button', { name })

interface Picture {
  side: number
  /** Which dots are dark, row by row. */
  dark: number[]
}

/** A camera that looks at whatever the test holds in front of it. `undefined`: the person does not allow it. */
const withCamera = (page: Page, text: string | undefined) =>
  page.addInitScript(`
    window.seen = { picture: ${JSON.stringify(text && drawn(text))}, asked: 0, tracks: [] }
    navigator.mediaDevices.getUserMedia = async () => {
      seen.asked += 1
      if (seen.picture === undefined) throw new DOMException('no', 'NotAllowedError')
      const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 })
      const context = canvas.getContext('2d')
      const stream = canvas.captureStream(10)
      seen.tracks.push(...stream.getTracks())
      const draw = () => {
        const { side, dark } = seen.picture
        const dot = Math.floor(680 / (side + 8))
        context.fillStyle = '#fff'
        context.fillRect(0, 0, canvas.width, canvas.height)
        context.fillStyle = '#000'
        for (const at of dark) context.fillRect(300 + (at % side) * dot, 20 + Math.floor(at / side) * dot, dot, dot)
        if (stream.active) setTimeout(draw, 100)
      }
      draw()
      return stream
    }`)

function drawn(text: string): Picture {
  const { modules } = create(text, { errorCorrectionLevel: 'L' })
  return { side: modules.size, dark: [...modules.data].flatMap((dark, at) => (dark ? [at] : [])) }
}

const hold = (page: Page, picture: Picture) => page.evaluate(`void (seen.picture = ${JSON.stringify(picture)})`)
/** It was asked so often, and none of what it gave is live. */
const isOff = (page: Page, asked: number) =>
  // Not the page's own waiting: that would evaluate words, which the policy of the page forbids.
  until(`the camera to be off after ${asked}`, () =>
    page.evaluate<boolean>(`seen.asked === ${asked} && seen.tracks.every(({ readyState }) => readyState === 'ended')`),
  )

test('a poster’s picture is read, another’s is not; the camera is asked only on the press, and is off afterwards', async () => {
  const operator = await (await pages.stack.organisation('demo')).signIn('operator')
  const made = await operator.request('POST', '/v1/operate/sites', {
    commandId: randomUUID(),
    label: 'Harbour House',
    address: '1 Quay Street, Leeds',
    entry: 'Blue door',
    naloxone: ['Office'],
    staffOnSite: 'Night staff until 8',
  })
  if (made.status > 299) throw new RefusedByServiceError('POST /sites', made)
  const { page } = await pages.newPhonePage()
  await withCamera(page, 'https://elsewhere.example/#join=ABCD2345')
  await page.goto(pages.origin)
  await button(page, 'Plan of a hostel or service').click()
  await button(page, 'I understand and agree').click()
  await page.getByLabel('The place’s code').waitFor()
  await isOff(page, 0)

  await button(page, 'Scan with the camera').click()
  await page.getByText('This picture is not one of ours.').waitFor()
  await expectReachable(page, 'scanning')
  // Leaving the screen, or the page, turns it off.
  await button(page, 'Stop the camera').click()
  await isOff(page, 1)
  await button(page, 'Scan with the camera').click()
  await page.getByText('This picture is not one of ours.').waitFor()
  await page.keyboard.press('Escape')
  await isOff(page, 2)
  await button(page, 'Scan with the camera').click()
  await page.getByText('This picture is not one of ours.').waitFor()
  await page.evaluate(`location.hash = '#lost'`)
  await page.getByRole('heading', { name: 'I lost my phone' }).waitFor()
  await isOff(page, 3)

  await button(page, 'Back').click()
  await button(page, 'Plan of a hostel or service').click()
  await button(page, 'Scan with the camera').click()
  await hold(page, drawn(`${pages.origin}/#join=${made.body.site.joinCode}`))
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByText('Blue door').waitFor()
  await isOff(page, 4)
})

test('who does not allow the camera is told so, and types the code', async () => {
  const { page } = await pages.newPhonePage()
  await withCamera(page, undefined)
  await page.goto(pages.origin)
  await button(page, 'Plan of a hostel or service').click()
  await button(page, 'I understand and agree').click()
  await button(page, 'Scan with the camera').click()
  await page
    .getByText(
      'The camera is not allowed here. You can allow it in your browser’s settings. You can type the code instead.',
    )
    .waitFor()
  await expectReachable(page, 'the camera is refused')
  await page.getByLabel('The place’s code').fill('ABCD2345')
})

test('the picture on the old phone is read by the new one; and by the browser’s own reader where it has one', async () => {
  const old = await startInBrowser(pages)
  await pressEnd(old.page)
  await old.page.getByRole('button', { name: 'Done', exact: true }).click()
  await button(old.page, 'Settings').click()
  await old.page.getByRole('heading', { name: 'A new phone' }).click()
  await button(old.page, 'Move to a new phone').click()
  await button(old.page, 'Show a picture').click()
  const path = (await old.page.locator('.qr path').last().getAttribute('d')) ?? ''
  const side = Number((await old.page.locator('.qr').getAttribute('viewBox'))?.split(' ')[2]) - 8
  const dark = [...path.matchAll(/M(\d+) (\d+)h/g)].map(([, x, y]) => (Number(y) - 4) * side + Number(x) - 4)
  await button(old.page, 'Next: its code').click()
  const code = (await old.page.locator('.code').textContent()) ?? ''

  const { page, requests } = await pages.newPhonePage({ serviceWorkers: 'block' })
  await withCamera(page, 'nothing')
  await page.goto(pages.origin)
  await hold(page, { side, dark })
  await button(page, 'I have a new phone').click()
  await button(page, 'I understand and agree').click()
  await button(page, 'Scan with the camera').click()
  await page.getByText('The copy is here. Type its code.').waitFor()
  await isOff(page, 1)
  await page.getByLabel('Its code (20 digits)').fill(code)
  await button(page, 'Bring my plans here').click()
  await page.getByText('Flat 2, 7 Juniper Row, Leeds').waitFor()
  expect(requests.some(({ url }) => url.includes('read-pixels'))).toBe(true)

  const own = await pages.newPhonePage({ serviceWorkers: 'block' })
  await withCamera(own.page, 'nothing')
  await own.page.addInitScript(`window.BarcodeDetector = class {
    static getSupportedFormats = async () => ['qr_code']
    detect = async () => [{ rawValue: '${pages.origin}/#join=ABCD2345' }]
  }`)
  await own.page.goto(pages.origin)
  await button(own.page, 'Plan of a hostel or service').click()
  await button(own.page, 'I understand and agree').click()
  await button(own.page, 'Scan with the camera').click()
  await isOff(own.page, 1)
  expect(await own.page.getByLabel('The place’s code').inputValue()).toBe('ABCD2345')
  expect(own.requests.some(({ url }) => url.includes('read-pixels'))).toBe(false)
}, 90_000)
