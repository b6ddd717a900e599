import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Stack, type StackOptions, startStack } from '@stillhere/testkit'
import { buildWeb } from '@stillhere/web'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect, onTestFailed } from 'vitest'
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
  readonly line: {
    open(): void
    cut(): void
    hold(): void
    /** The service's place is taken by one that holds nothing of anybody, until `open`: it answers, and says 404. */
    forget(): void
  }
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
      // Its other tabs, too.
      context.on('page', sayOnFailure)
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
  const knowsNothing = await answerNotFound(origin)
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
      forget: () => void lines.map((line) => line.lead(knowsNothing.port)),
    },
    newPhonePage,
    async close() {
      await browser.close()
      web.server.closeAllConnections()
      await web.close()
      await Promise.all(lines.map((line) => line.close()))
      await knowsNothing.close()
      await stack.close()
      const said = complaints()
      if (said.length > 0) throw new Error(`a page complained:\n- ${said.join('\n- ')}`)
    },
  }
}

/** Where the test fails, what this page last asked, heard and said: without it a rare failure cannot be understood. */
function sayOnFailure(page: Page): void {
  const lines: string[] = []
  const beganAt = performance.now()
  const note = (line: string) => {
    lines.push(`${Math.round(performance.now() - beganAt)} ms ${line}`)
    if (lines.length > 60) lines.shift()
  }
  const pathOf = (url: string) => new URL(url).pathname
  page.on('request', (request) => note(`> ${request.method()} ${pathOf(request.url())}`))
  page.on('response', (response) => note(`< ${response.status()} ${pathOf(response.url())}`))
  page.on('requestfailed', (request) => note(`x ${pathOf(request.url())} ${request.failure()?.errorText}`))
  page.on('console', (message) => note(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => note(`error: ${error.message}`))
  page.on('websocket', (socket) => {
    note('socket begins')
    socket.on('close', () => note('socket ends'))
    const kindOf = (payload: string | Buffer) => /"type":"([^"]*)"/.exec(String(payload))?.[1]
    socket.on('framesent', ({ payload }) => note(`socket > ${kindOf(payload)}`))
    socket.on('framereceived', ({ payload }) => note(`socket < ${kindOf(payload)}`))
  })
  // A page that was made before the first test belongs to none.
  if (expect.getState().currentTestName === undefined) return
  onTestFailed(() => void process.stderr.write(`${[`the page at ${page.url()}:`, ...lines].join('\n  ')}\n`))
}

/** What the api says of a session that it does not hold, to whatever a page of `origin` asks. */
async function answerNotFound(origin: string): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const isPreflight = request.method === 'OPTIONS'
    response.writeHead(isPreflight ? 204 : 404, {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type',
      'content-type': 'application/json',
    })
    response.end(isPreflight ? '' : '{"code":"not_found","message":"not found","requestId":"none"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
