import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { catalogues } from './build/catalogues.ts'
import { compressed } from './build/compressed.ts'
import { notInstallable } from './build/not-installable.ts'
import { preloaded } from './build/preloaded.ts'
import { pushWorker } from './build/push-worker.ts'
import { rescueWorker } from './build/rescue-worker.ts'
import { runbooks } from './build/runbooks.ts'

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The entries of the house. A new one: its page here, its folder in `src/`, its path in `src/build-web.ts`. */
const entries = {
  person: file('index.html'),
  rescue: file('rescue.html'),
  support: file('support.html'),
  operate: file('operate.html'),
  status: file('status.html'),
  runbook: file('runbook.html'),
}

/** The operator's pages are fetched one by one, and are no part of the app that is kept offline. */
const isOperators = ({ moduleIds }: { moduleIds: readonly string[] }) =>
  moduleIds.some((id) => /\/src\/operate\/|\/operate\.[a-z]{2}\.json$/.test(id))

const alwaysNeeded =
  /\/preact\/|\/@preact\/|look\/icon\.tsx|words\/speak\.ts|shared\/page\/|\/icons\/(?:arrow-left|arrow-right|check|clipboard-list|door-open|heart-handshake|log-out|map-pin|phone|spray-can|triangle-alert|x)\.[mj]+s$/

export default defineConfig({
  root: file('.'),
  build: {
    // Cheap phones of the last five years.
    target: ['chrome100', 'firefox100', 'safari15.4'],
    modulePreload: { polyfill: false },
    // Nothing is put into a page or a stylesheet as data: the content security policy allows neither.
    assetsInlineLimit: 0,
    cssMinify: true,
    rolldownOptions: {
      input: entries,
      output: {
        // What every page needs travels as one: each file more costs a slow network its headers and its turn.
        codeSplitting: {
          groups: [
            { name: 'icon', test: alwaysNeeded },
            {
              name: 'bytes',
              test: /vite\/preload-helper|sealing\/src\/(?:aes-gcm|bytes|bindings|link|sealing-error)\.ts/,
            },
          ],
        },
        chunkFileNames: (chunk) => `assets/${isOperators(chunk) ? 'operate-' : ''}[name]-[hash].js`,
      },
    },
  },
  plugins: [
    catalogues(),
    VitePWA({
      strategies: 'generateSW',
      // Registered by our own line of code: a script in the page would need a hole in the policy.
      injectRegister: false,
      registerType: 'prompt',
      manifest: {
        // What stands under the icon on a phone that somebody else may pick up.
        name: 'Timer',
        short_name: 'Timer',
        description: 'A timer',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#0b1220',
        theme_color: '#0b1220',
        icons: [
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any maskable' },
        ],
      },
      workbox: {
        // The other entries are not this app's either.
        // Nor is what only reads pictures: who scans is online.
        globIgnores: ['assets/{rescue,page,later,support,operate,status,runbook,read-pixels}*'],
        globPatterns: ['index.html', 'assets/**/*.{js,css,woff2}', 'icon*.{svg,png}', 'silence.wav'],
        navigateFallback: '/index.html',
        // The other entries and a rescuer's link are not this app's.
        navigateFallbackAllowlist: [/^\/(?:\?.*)?$/],
        cleanupOutdatedCaches: true,
        // A page that counts down must not be replaced under the person's thumb; the next visit has the new one.
        skipWaiting: false,
        clientsClaim: true,
        inlineWorkboxRuntime: true,
        sourcemap: false,
      },
    }),
    notInstallable(['rescue.html', 'support.html', 'operate.html', 'status.html', 'runbook.html']),
    rescueWorker(),
    runbooks(),
    preloaded({ 'rescue.html': '/rescue/page.tsx' }),
    pushWorker(),
    compressed(),
  ],
})
