import { createHash } from 'node:crypto'
import { type Stack, type StackOptions, startStack } from '@stillhere/testkit'
import { buildWeb } from '@stillhere/web'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findOrInstallChromium } from '../../infra/local/chromium.ts'
import { anyFreePort } from '../../infra/local/ports.ts'
import { buildWebFiles } from '../../infra/local/web-files.ts'
import { createWeakLine } from './weak-line.ts'

/** One Chromium, and the whole service behind the pages it opens. Time moves with `stack.advance`. */
export interface PagesUnderTest {
  readonly stack: Stack
  readonly origin: string
  readonly browser: Browser
  /** Where a page may talk to: the pages themselves, the api, the live socket. */
  readonly origins: readonly string[]
  /** Between every phone and the service: api and live socket alike. */
  readonly line: { open(): void; cut(): void; hold(): void }
  /** A phone of somebody's: its own storage, its own page. Whatever the page complains of fails `close`. */
  newPhonePage(options?: BrowserContextOptions): Promise<PhonePage>
  /** Closes the browser, the pages' server and the stack, which looks for everything that is wrong. */
  close(): Promise<void>
}

export interface PhonePage {
  readonly page: Page
  readonly context: BrowserContext
  /** Every request that left the page: address and body. */
  readonly requests: readonly { method: string; url: string; body: string }[]
  /** What the page said that it should not have. */
  readonly complaints: string[]
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** A small phone of some years ago. */
const phone = { viewport: { width: 412, height: 840 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true } as const

/** A page that needs longer has something else wrong with it. */
const actionWithinMs = 10_000

/** A passkey reader in this page's browser, which says yes by itself. */
export async function addAuthenticator(page: Page): Promise<{ remove(): Promise<unknown> }> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { remove: () => devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }) }
}

/** One Chromium, and phones in it; `complaints` is what their pages have said that they should not have. */
export async function openBrowser(how: { keepsPages?: true; fontSize?: number } = {}): Promise<{
  browser: Browser
  newPhonePage: PagesUnderTest['newPhonePage']
  complaints(): string[]
}> {
  const browser = await chromium.launch({
    executablePath: await findOrInstallChromium(),
    args: [...flags, ...(how.fontSize ? [`--blink-settings=defaultFontSize=${how.fontSize}`] : [])],
    ...(how.keepsPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  })
  const phones: PhonePage[] = []
  return {
    browser,
    complaints: () => phones.flatMap((made) => made.complaints),
    async newPhonePage(wanted = {}) {
      const context = await browser.newContext({ ...phone, locale: 'en-GB', colorScheme: 'dark', ...wanted })
      const page = await context.newPage()
      page.setDefaultTimeout(actionWithinMs)
      const requests: { method: string; url: string; body: string }[] = []
      const complaints: string[] = []
      context.on('request', (request) =>
        requests.push({ method: request.method(), url: request.url(), body: request.postData() ?? '' }),
      )
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) =>
          requests.push({ method: 'ws', url: socket.url(), body: String(payload) }),
        ),
      )
      page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
      page.on('console', (message) => {
        // A policy that stops something, and a script that breaks, are said here.
        if (message.type() === 'error' && !/Failed to load resource|WebSocket/.test(message.text()))
          complaints.push(message.text())
      })
      const made = { page, context, requests, complaints }
      phones.push(made)
      return made
    },
  }
}

/**
 * @param how `keepsPages`: the browser keeps a page that was left, for going back to; the driver of the tests knows little
 *   of that. `fontSize`: the text that the person has set in the browser, in pixels
 */
export async function openPages(
  options: StackOptions = {},
  how: { keepsPages?: true; fontSize?: number } = {},
): Promise<PagesUnderTest> {
  const root = process.cwd()
  await buildWebFiles(root)
  const port = await anyFreePort()
  const origin = `http://localhost:${port}`
  const stack = await startStack({ ...options, webUrl: origin })
  const { disclosureKey } = (await (await fetch(`${stack.api}/v1/service`)).json()) as {
    disclosureKey: { publicKey: string }
  }
  const point = Buffer.from(disclosureKey.publicKey, 'base64url')
  const liveUrl = new URL(stack.liveUrl)
  const lines = await Promise.all([new URL(stack.api), liveUrl].map(({ port }) => createWeakLine(Number(port))))
  const [apiLine, liveLine] = lines as [(typeof lines)[number], (typeof lines)[number]]
  liveUrl.port = String(liveLine.port)
  const web = await buildWeb({
    apiUrl: `http://127.0.0.1:${apiLine.port}`,
    liveUrl: liveUrl.href,
    disclosureKeyFingerprints: [createHash('sha256').update(point).digest('base64url')],
  })
  await web.listen({ host: 'localhost', port })
  const { browser, newPhonePage, complaints } = await openBrowser(how)
  return {
    stack,
    origin,
    browser,
    origins: [origin, `http://127.0.0.1:${apiLine.port}`, `http://127.0.0.1:${liveLine.port}`],
    line: {
      open: () => void lines.map((line) => line.open()),
      cut: () => void lines.map((line) => line.cut()),
      hold: () => void lines.map((line) => line.hold()),
    },
    newPhonePage,
    async close() {
      await browser.close()
      web.server.closeAllConnections()
      await web.close()
      await Promise.all(lines.map((line) => line.close()))
      await stack.close()
      const said = complaints()
      if (said.length > 0) throw new Error(`a page complained:\n- ${said.join('\n- ')}`)
    },
  }
}
