/*
 * Appended to the app's service worker when it is built (`build/push-worker.ts`). A reminder on a screen that anybody may
 * look at: its words come from the service, sealed to this browser, and say nothing of what the app is for.
 */
self.addEventListener('push', (event) => {
  let said = {}
  try {
    said = event.data.json()
  } catch {
    // Something was pushed that is not ours: the browser shows one of its own where we show none.
  }
  event.waitUntil(remind(said))
})

async function remind({ title = 'Timer', body = '' }) {
  // A page that is looked at asks by itself.
  const pages = await self.clients.matchAll({ type: 'window' })
  if (pages.some(({ visibilityState }) => visibilityState === 'visible')) return
  await self.registration.showNotification(title, {
    body,
    icon: '/icon-192.png',
    // The second takes the place of the first, and is heard again.
    tag: 'reminder',
    renotify: true,
    requireInteraction: true,
    vibrate: [400, 150, 400, 150, 400],
  })
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(backToPage())
})

async function backToPage() {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const ours = pages.find(({ url }) => new URL(url).pathname === '/')
  await (ours ? ours.focus() : self.clients.openWindow('/'))
}
