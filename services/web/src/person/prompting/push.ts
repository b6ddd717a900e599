import { language } from '../../shared/words/speak.ts'
import { api, prefer, service } from '../app.ts'
import { openSealing } from '../plans/save-plan.ts'

/* Prompts as notifications, for a phone whose browser stops the page. Asked for by a touch, and never by itself. */

/** Whether this browser can be reached at all. An iPhone's can once the app is on its home screen. */
export const canBePushed = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

const readyWithinMs = 5_000

async function registration(): Promise<ServiceWorkerRegistration> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('no service worker')), readyWithinMs)
  })
  return Promise.race([navigator.serviceWorker.ready, late])
}

/** Must be called from a touch: the browser asks. @returns whether reminders come from the next prompt on */
export async function allowPush(): Promise<boolean> {
  const key = service.value?.webPush?.publicKey
  if (key === undefined || (await Notification.requestPermission()) !== 'granted') return false
  try {
    await subscribe(key)
  } catch {
    // The browser's push service cannot be reached, or will not have this browser.
    return false
  }
  await prefer({ push: true })
  return true
}

export async function refusePush(): Promise<void> {
  await prefer({ push: false })
  await (await (await registration()).pushManager.getSubscription())?.unsubscribe()
}

async function subscribe(applicationServerKey: string): Promise<PushSubscription> {
  const { pushManager } = await registration()
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
}

/** Tells the service where this browser is, for this session only: sealed, because it says whose phone this is. */
export async function offerPush(sessionId: string): Promise<void> {
  const publicKey = service.value?.webPush?.publicKey
  if (publicKey === undefined || !canBePushed() || Notification.permission !== 'granted') return
  const { endpoint, keys } = (await subscribe(publicKey)).toJSON()
  const { key, sealPush } = await openSealing()
  const told = JSON.stringify({ endpoint, p256dh: keys?.p256dh, auth: keys?.auth, language: language.value })
  const sealed = await sealPush(key, { sessionId }, told)
  await api('PUT', `/v1/sessions/${sessionId}/push`, { commandId: crypto.randomUUID(), sealed })
}

/** Whoever has answered is reminded of nothing. */
export async function clearReminder(): Promise<void> {
  const shown = (await (await navigator.serviceWorker?.getRegistration())?.getNotifications({ tag: 'reminder' })) ?? []
  for (const one of shown) one.close()
}
