import { clear, del, get, promisifyRequest, set, type UseStore } from 'idb-keyval'

/** One thing this device keeps across visits. */
export interface Kept<T> {
  load(): Promise<T | undefined>
  save(value: T): Promise<void>
  remove(): Promise<void>
}

const [database, table] = ['keyval-store', 'keyval']
let opening: Promise<IDBDatabase> | undefined
/** From then on nothing is written: a page that is still open must not bring back what was forgotten. */
let isForgotten = false

/** A connection of our own, because only one that is closed lets its database be deleted. */
const connection: UseStore = async (mode, use) => {
  opening ??= open()
  const transaction = (await opening).transaction(table, mode)
  return use(transaction.objectStore(table))
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(database)
  request.onupgradeneeded = () => request.result.createObjectStore(table)
  try {
    const opened = await promisifyRequest<IDBDatabase>(request)
    const again = () => {
      opening = undefined
    }
    // Some browsers close a connection while the page sleeps; another tab of ours may forget everything.
    opened.onclose = again
    opened.onversionchange = () => {
      again()
      opened.close()
    }
    return opened
  } catch (error) {
    opening = undefined
    throw error
  }
}

export const kept = <T>(key: string): Kept<T> => ({
  load: async () => (isForgotten ? undefined : get<T>(key, connection)),
  save: async (value) => {
    if (!isForgotten) await set(key, value, connection)
  },
  remove: async () => {
    if (!isForgotten) await del(key, connection)
  },
})

/**
 * Leaves nothing on this device: what was kept, what was cached, and the worker that opens the app offline. The page
 * that is open keeps nothing from here on; opened anew, the app is new.
 */
export async function forgetEverything(): Promise<void> {
  await clear(connection)
  isForgotten = true
  const opened = await opening
  opened?.close()
  opening = undefined
  localStorage.clear()
  sessionStorage.clear()
  if ('serviceWorker' in navigator) {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
  }
  if ('caches' in window) for (const name of await caches.keys()) await caches.delete(name)
  const names = new Set([database, ...((await indexedDB.databases?.()) ?? []).map(({ name }) => name ?? '')])
  await Promise.all([...names].filter(Boolean).map(deleteDatabase))
  // The browser's own copies of our files, where it knows how. Without a connection they stay, and say nothing of anyone.
  await fetch('/clear', { method: 'POST', cache: 'no-store', signal: AbortSignal.timeout(4_000) }).catch(
    () => undefined,
  )
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name)
    // Another tab holds it: it is deleted as soon as that one lets go.
    request.onsuccess = request.onerror = request.onblocked = () => resolve()
  })
}
