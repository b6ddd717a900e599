import { signal } from '@preact/signals'
import { clear, del, get, promisifyRequest, set, type UseStore } from 'idb-keyval'

/*
 * What this device keeps, and what is left of that when it cannot or must not keep anything.
 *
 *   keeping    reads and writes IndexedDB.
 *   this visit the browser refuses it, does not answer, or has no room: what is saved is held by the page and is gone with
 *              it. `keepsNothing` says so; every screen must. Entered by the first failure.
 *   forgotten  somebody touched "forget", in this tab or another: nothing is read or written any more, in any tab. A tab
 *              that slept through the news finds its database gone, and never makes it again.
 */

/** One thing this device keeps across visits. Never fails: where nothing can be kept it holds for this visit. */
export interface Kept<T> {
  load(): Promise<T | undefined>
  save(value: T): Promise<void>
  remove(): Promise<void>
}

const [database, table] = ['keyval-store', 'keyval']
/** A database that opens takes milliseconds; some browsers never answer at all. */
const openWithinMs = 3_000

/** Something could not be kept: it is gone when the page is closed. */
export const keepsNothing = signal(false)
/** Everything was forgotten in another tab: this one is to show nothing of it either. */
export const forgottenElsewhere = signal(false)

const thisVisit = new Map<string, unknown>()
let opening: Promise<IDBDatabase> | undefined
let hasOpened = false
let isSilent = false
let isForgotten = false

const tabs = channel()
tabs?.addEventListener('message', hearForgotten)

function channel(): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel('kept')
  } catch {
    // Absent, or refused with the rest of what a browser keeps: then the database itself tells the other tabs.
    return undefined
  }
}

class NotKeptError extends Error {
  override name = 'NotKeptError'
}

/** A connection of our own, because only one that is closed lets its database be deleted. */
const connection: UseStore = async (mode, use) => {
  if (isSilent) throw new NotKeptError('the database did not answer before')
  opening ??= open()
  const transaction = (await opening).transaction(table, mode)
  if (isForgotten) throw new NotKeptError('forgotten')
  const used = use(transaction.objectStore(table))
  // Nothing more is asked of it: what was written is kept although the phone ends this page in the next moment.
  if (mode === 'readwrite') transaction.commit?.()
  return used
}

async function open(): Promise<IDBDatabase> {
  let late: ReturnType<typeof setTimeout> | undefined
  try {
    const request = indexedDB.open(database)
    request.onupgradeneeded = () => {
      // It was there when this page began: somebody deleted it, and this page must not bring it back.
      if (hasOpened || isForgotten) request.transaction?.abort()
      else request.result.createObjectStore(table)
    }
    const silence = new Promise<never>((_, reject) => {
      late = setTimeout(() => {
        isSilent = true
        reject(new NotKeptError('the database does not answer'))
      }, openWithinMs)
    })
    const answer = promisifyRequest<IDBDatabase>(request)
    // Too late to be used: an open connection would keep the database from being deleted.
    answer.then((late) => isSilent && late.close()).catch(() => undefined)
    const opened = await Promise.race([answer, silence])
    hasOpened = true
    const again = () => {
      opening = undefined
    }
    // Some browsers close a connection while the page sleeps.
    opened.onclose = again
    opened.onversionchange = ({ newVersion }) => {
      again()
      opened.close()
      // Only "forget" deletes it.
      if (newVersion === null) hearForgotten()
    }
    return opened
  } catch (error) {
    opening = undefined
    throw error
  } finally {
    clearTimeout(late)
  }
}

export const kept = <T>(key: string): Kept<T> => ({
  load: async () => {
    if (isForgotten) return undefined
    if (thisVisit.has(key)) return thisVisit.get(key) as T
    try {
      return await get<T>(key, connection)
    } catch {
      keepsNothing.value = true
      return undefined
    }
  },
  save: async (value) => {
    if (isForgotten) return
    try {
      await set(key, value, connection)
      thisVisit.delete(key)
    } catch {
      if (isForgotten) return
      thisVisit.set(key, value)
      keepsNothing.value = true
    }
  },
  remove: async () => {
    if (isForgotten) return
    thisVisit.delete(key)
    try {
      await del(key, connection)
    } catch {
      keepsNothing.value = true
    }
  },
})

/** From here on this page keeps nothing, and has nothing. */
function forgetThisPage(): void {
  thisVisit.clear()
  try {
    sessionStorage.clear()
  } catch {
    // Refused: then there is nothing in it.
  }
  isForgotten = true
}

function hearForgotten(): void {
  if (isForgotten) return
  forgetThisPage()
  forgottenElsewhere.value = true
}

/**
 * Leaves nothing on this device: what was kept, what was cached, and the worker that opens the app offline. No page of
 * ours that is open, in this tab or another, keeps anything from here on; opened anew, the app is new.
 */
export async function forgetEverything(): Promise<void> {
  // First the others, so that none writes while this one deletes.
  tabs?.postMessage('forgotten')
  await clear(connection).catch(() => undefined)
  forgetThisPage()
  const opened = await opening?.catch(() => undefined)
  opened?.close()
  opening = undefined
  try {
    localStorage.clear()
  } catch {
    // Refused: then there is nothing in it.
  }
  if ('serviceWorker' in navigator) {
    for (const registration of await navigator.serviceWorker.getRegistrations().catch(() => []))
      await registration.unregister()
  }
  if ('caches' in window) for (const name of await caches.keys().catch(() => [])) await caches.delete(name)
  await Promise.all([...(await databaseNames())].map(deleteDatabase))
  // The browser's own copies of our files, where it knows how. Without a connection they stay, and say nothing of anyone.
  await fetch('/clear', { method: 'POST', cache: 'no-store', signal: AbortSignal.timeout(4_000) }).catch(
    () => undefined,
  )
}

async function databaseNames(): Promise<Set<string>> {
  const names = new Set([database])
  try {
    for (const { name } of (await indexedDB.databases?.()) ?? []) if (name) names.add(name)
  } catch {
    // Refused, or not known to this browser: ours has a name.
  }
  return names
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.deleteDatabase(name)
      // Another tab holds it: it is deleted as soon as that one lets go.
      request.onsuccess = request.onerror = request.onblocked = () => resolve()
    } catch {
      resolve()
    }
  })
}
