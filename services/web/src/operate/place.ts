import { signal } from '@preact/signals'
import type { Power } from '@stillhere/contracts'

/*
 * Where in the console one is, kept after the `#` of the address: it is never sent to anybody, a page can be sent to a
 * colleague, and the way back works. Filters and the order of a table are kept there as words of ours; nothing that
 * somebody typed, and nobody's name.
 */

/** Every page, in the order of the menu, with the powers of which one is enough to see it. */
export const pages = {
  board: ['see-board'],
  proof: ['see-board'],
  incidents: ['see-board'],
  sites: ['run-service'],
  ladders: ['see-settings'],
  rhythms: ['see-settings'],
  texts: ['see-settings'],
  guidance: ['see-settings'],
  organisation: ['see-settings'],
  people: ['see-staff'],
  rota: ['see-staff'],
  staffing: ['see-alerts'],
  alerts: ['see-alerts'],
  openings: ['open-plans'],
  said: ['read-logs'],
  audit: ['audit'],
  reports: ['read-reports'],
  retention: ['read-reports'],
} as const satisfies Record<string, readonly Power[]>
export type Page = keyof typeof pages

export interface Place {
  page: Page
  /** Which one of the page's things. */
  id: string | undefined
  /** Filters and order. */
  kept: Readonly<Record<string, string>>
}

function readPlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [page = '', id] = path.split('/').map(decodeURIComponent)
  return {
    page: page in pages ? (page as Page) : 'board',
    id: id || undefined,
    kept: Object.fromEntries(new URLSearchParams(query)),
  }
}

export function hrefOf(page: Page, id?: string, kept: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(kept).toString()
  return `#/${page}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${query === '' ? '' : `?${query}`}`
}

export const place = signal<Place>(readPlace(location.hash))

export function listenToPlace(): void {
  const read = () => {
    place.value = readPlace(location.hash)
  }
  // It may have been changed while the words were on their way.
  read()
  addEventListener('hashchange', read)
}

export function go(page: Page, id?: string): void {
  location.hash = hrefOf(page, id)
}

/** Changes a filter or the order; an empty one leaves the address. It is no step of its own on the way back. */
export function keep(change: Readonly<Record<string, string | undefined>>): void {
  const { page, id, kept } = place.value
  const next = Object.fromEntries(
    Object.entries({ ...kept, ...change }).filter((one): one is [string, string] => Boolean(one[1])),
  )
  history.replaceState(null, '', hrefOf(page, id, next))
  place.value = { page, id, kept: next }
}
