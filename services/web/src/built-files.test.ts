import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { boardRunbooks } from '@stillhere/domain'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildWebFiles } from '../../../infra/local/web-files.ts'
import { buildWeb, builtFiles } from './build-web.ts'

const budgetBytes = 60_000
const fingerprint = Buffer.alloc(32, 7).toString('base64url')

let web: FastifyInstance
beforeAll(async () => {
  await buildWebFiles(process.cwd())
  web = await buildWeb({
    apiUrl: 'https://api.example.org',
    liveUrl: 'wss://live.example.org/v1/live',
    disclosureKeyFingerprints: [fingerprint],
  })
})
afterAll(() => web.close())

const files = () => readdirSync(builtFiles, { recursive: true, encoding: 'utf8' })
const read = (file: string) => readFileSync(join(builtFiles, file))

/** What a page loads to begin with: its script, what that imports at once, and one language. */
function loadedBy(page: string): string[] {
  const found = new Set(
    [
      ...read(page)
        .toString()
        .matchAll(/src="\/(assets\/[^"]+\.js)"/g),
    ].map(([, file]) => file ?? ''),
  )
  for (const file of found) {
    for (const [, next] of read(file)
      .toString()
      .matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
      found.add(`assets/${next}`)
  }
  return [...found]
}

test("the person's app fits in 60 kB of compressed JavaScript, with the larger of its languages", () => {
  const scripts = loadedBy('index.html')
  expect(scripts.length).toBeGreaterThan(0)
  const sizes = scripts.map((file) => gzipSync(read(file), { level: 9 }).length)
  const languages = files().filter((file) => /person\.[a-z]{2}-.*\.js$/.test(file))
  expect(languages).toHaveLength(2)
  const largest = Math.max(...languages.map((file) => gzipSync(read(file), { level: 9 }).length))
  expect(sizes.reduce((sum, size) => sum + size, largest)).toBeLessThanOrEqual(budgetBytes)
})

test('the page of the status is small, and its app and the runbooks are not kept on the phone of a person', () => {
  const scripts = loadedBy('status.html')
  const sizes = scripts.map((file) => gzipSync(read(file), { level: 9 }).length)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(25_000)
  expect(read('sw.js').toString()).not.toMatch(/(?:status|runbooks?|uplot|operate)[-/.]/i)
})

test('only the app of the person can be put on a home screen', () => {
  const pages = files().filter((file) => file.endsWith('.html') && read(file).toString().includes('rel="manifest"'))
  expect(pages).toEqual(['index.html'])
})

test('every fault that the board names has its runbook as a page, and every link among them leads to one', () => {
  const pages = files().filter((file) => file.startsWith('runbooks/') && file.endsWith('.html'))
  for (const name of boardRunbooks) expect(pages).toContain(`runbooks/${name}.html`)
  for (const page of pages) {
    const html = read(page).toString()
    expect(html, page).toMatch(/<main><h1>.+<\/h1>/)
    for (const [, to] of html.matchAll(/href="\/(runbooks\/[^"]*)"/g)) expect(pages, page).toContain(to)
    expect(html, page).not.toContain('.md"')
    // Steps are a list and not a paragraph with numbers in it.
    expect(html, page).not.toMatch(/<p>[^<]*(?:<(?!\/p>)[^<]*)*\n2\. /)
  }
})

test('who has no script is sent to the same as plain data, of the organisation they asked for', async () => {
  const to = async (url: string) => (await web.inject(url)).headers.location
  expect(await to('/status.json')).toBe('https://api.example.org/v1/status')
  expect(await to('/status.json?service=harbour')).toBe('https://api.example.org/v1/status?service=harbour')
  expect(await to('/status.json?service=a%26b%2F..')).toBe('https://api.example.org/v1/status?service=a%26b%2F..')
  expect((await web.inject('/status')).body).toContain('/status.json')
})

test('the policy lets nothing in but ourselves: no inline code or style, no data, no third party', async () => {
  const { headers } = await web.inject('/')
  const policy = Object.fromEntries(
    String(headers['content-security-policy'])
      .split(';')
      .map((directive) => directive.trim().split(/\s+/))
      .map(([name, ...sources]) => [name, sources]),
  )
  expect(policy).toEqual({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'font-src': ["'self'"],
    'img-src': ["'self'"],
    'manifest-src': ["'self'"],
    'media-src': ["'self'"],
    'worker-src': ["'self'"],
    'connect-src': ["'self'", 'https://api.example.org', 'wss://live.example.org'],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ['still-here'],
  })
  expect(headers['referrer-policy']).toBe('no-referrer')
})

test('what is no document travels without what protects documents, and is never taken for another type', async () => {
  const [script = ''] = loadedBy('rescue.html')
  const { headers } = await web.inject({ url: `/${script}`, headers: { 'accept-encoding': 'br' } })
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['cross-origin-resource-policy']).toBe('same-origin')
  expect(headers['content-type']).toContain('/javascript')
  expect(headers['content-security-policy']).toBeUndefined()
  const workers = files().filter((file) => /worker.*\.js$|^sw\.js$/.test(file))
  expect(workers.length).toBeGreaterThan(2)
  for (const path of [...workers.map((file) => `/${file}`), '/r/abc', '/assets/none.js', '/'])
    expect((await web.inject(path)).headers['content-security-policy'], path).toContain("default-src 'none'")
})

test('no page holds a script or a style of its own, nor anything from elsewhere', () => {
  const pages = files().filter((file) => file.endsWith('.html'))
  expect(pages).toContain('index.html')
  for (const page of pages) {
    const html = read(page).toString()
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/)
    expect([...html.matchAll(/<script\b([^>]*)>/g)].every(([, attributes]) => attributes?.includes('src="/'))).toBe(
      true,
    )
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  }
})

test('only the person’s app can be put on a home screen: no other page names its manifest', () => {
  expect(read('index.html').toString()).toContain('rel="manifest"')
  for (const page of ['rescue.html', 'support.html', 'operate.html'])
    expect(read(page).toString(), page).not.toContain('manifest')
})

test('neither title, icon name nor manifest says what the app is for', () => {
  const said = read('index.html').toString() + read('manifest.webmanifest').toString()
  expect(said).toContain('<title>Timer</title>')
  expect(said).not.toMatch(/still here|overdose|drug|naloxone|rescue/i)
})

test('what has a hash in its name is kept for ever, everything else is asked for anew', async () => {
  const [script = ''] = loadedBy('index.html')
  expect((await web.inject(`/${script}`)).headers['cache-control']).toContain('immutable')
  for (const path of ['/', '/sw.js', '/manifest.webmanifest']) {
    const answer = await web.inject(path)
    expect(answer.statusCode, path).toBe(200)
    expect(answer.headers['cache-control'], path).toBe('no-cache')
  }
  expect(
    (await web.inject({ url: `/${script}`, headers: { 'accept-encoding': 'br' } })).headers['content-encoding'],
  ).toBe('br')
})

test('the page learns the pinned fingerprints from here, and never from a cache', async () => {
  const answer = await web.inject('/settings.json')
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.json()).toEqual({
    apiUrl: 'https://api.example.org',
    liveUrl: 'wss://live.example.org/v1/live',
    disclosureKeyFingerprints: [fingerprint],
  })
})

test('a page that is not built yet says that it protects nobody', async () => {
  for (const path of ['/operate', '/r/abc']) {
    const { statusCode, body } = await web.inject(path)
    expect(statusCode).toBe(200)
    expect(body).toMatch(/NOT protected|id="app"/)
  }
})
