/*
 * Lets the page of a link open again without a network: a phone that rings 999 may throw the page away, and the lift takes
 * the signal. It keeps the page's own files and nothing else: no link, no answer of the service, no word of an alert. Its
 * scope is `/r/`; the list and the cache's name are written when the page is built (`build/rescue-worker.ts`).
 */
const name = '__NAME__'
const files = __FILES__
const page = '/rescue.html'
/** A network that takes longer is none: what lies here is shown. */
const pageWithinMs = 3_000

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll([page, ...files])))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((old) => old.startsWith('rescue-') && old !== name).map((old) => caches.delete(old))),
      ),
  )
})

self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request
  const { origin, pathname } = new URL(url)
  if (method !== 'GET' || origin !== self.location.origin) return
  // The file is asked for by its own name: not even this process needs to know whose link was opened.
  if (mode === 'navigate') event.respondWith(newestPage())
  else if (files.includes(pathname)) event.respondWith(kept(pathname).then((found) => found ?? fetch(event.request)))
})

const kept = (path) => caches.open(name).then((cache) => cache.match(path))

async function newestPage() {
  try {
    const answer = await fetch(page, { cache: 'no-cache', signal: AbortSignal.timeout(pageWithinMs) })
    if (answer.ok) return answer
  } catch {
    // No network.
  }
  return (await kept(page)) ?? Response.error()
}
