import type { Page } from 'playwright-core'

/** What this browser keeps under a key, as the next page of it would find it: `of` is asked of it there. */
export const readKept = <T>(page: Page, key: string, of: string): Promise<T> =>
  page.evaluate<T>(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('keyval-store')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const asked = opening.result.transaction('keyval').objectStore('keyval').get('${key}')
      asked.onerror = () => reject(asked.error)
      asked.onsuccess = () => {
        opening.result.close()
        resolve(((kept) => ${of})(asked.result))
      }
    }
  })`)
