import { clear, del, get, set } from 'idb-keyval'

/** One thing this device keeps across visits. */
export interface Kept<T> {
  load(): Promise<T | undefined>
  save(value: T): Promise<void>
  remove(): Promise<void>
}

export const kept = <T>(key: string): Kept<T> => ({
  load: () => get<T>(key),
  save: (value) => set(key, value),
  remove: () => del(key),
})

/** Leaves nothing on this device: what was kept, what was cached, and the worker that opens the app offline. */
export async function forgetEverything(): Promise<void> {
  await clear()
  localStorage.clear()
  sessionStorage.clear()
  if ('caches' in window) for (const name of await caches.keys()) await caches.delete(name)
  if ('serviceWorker' in navigator) {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
  }
  for (const { name } of (await indexedDB.databases?.()) ?? []) if (name) indexedDB.deleteDatabase(name)
}
