import type { Fields } from './fields.ts'
import { fieldValue } from './fields.ts'

const usualPageSize = 50
const largestPageSize = 1000

interface Listed {
  readonly position: number
}

export interface Page<T> {
  items: T[]
  /** Twilio's paging fields, as published: addresses are relative to the API. */
  fields: {
    first_page_uri: string
    next_page_uri: string | null
    previous_page_uri: string | null
    page: number
    page_size: number
    start: number
    end: number
    uri: string
  }
}

/**
 * One page of a list, newest first. A page is counted from the position of its neighbour, carried in `PageToken`, and not
 * from a number of entries, so texts that arrive meanwhile neither repeat nor hide others. `path` is the resource's own.
 */
export function cutPage<T extends Listed>(path: string, query: Fields, newestFirst: Iterable<T>): Page<T> {
  const size = Math.min(largestPageSize, wholeNumber(query, 'PageSize') || usualPageSize)
  const page = wholeNumber(query, 'Page') ?? 0
  const token = /^P([AB])(\d+)$/.exec(fieldValue(query, 'PageToken') ?? '')
  const { items, more } =
    token?.[1] === 'B' ? newer(newestFirst, Number(token[2]), size) : older(newestFirst, token, page, size)
  const first = items[0]
  const last = items.at(-1)
  const uri = (number: number, pageToken?: string) => addressOf(path, query, size, number, pageToken)
  return {
    items,
    fields: {
      first_page_uri: uri(0),
      next_page_uri: more && last !== undefined ? uri(page + 1, `PA${last.position}`) : null,
      previous_page_uri: page > 0 && first !== undefined ? uri(page - 1, `PB${first.position}`) : null,
      page,
      page_size: size,
      start: page * size,
      end: Math.max(page * size, page * size + items.length - 1),
      uri: uri(page, fieldValue(query, 'PageToken')),
    },
  }
}

function older<T extends Listed>(
  newestFirst: Iterable<T>,
  token: RegExpExecArray | null,
  page: number,
  size: number,
): { items: T[]; more: boolean } {
  let skip = token === null ? page * size : 0
  const items: T[] = []
  for (const item of newestFirst) {
    if (token !== null && item.position >= Number(token[2])) continue
    if (skip > 0) {
      skip -= 1
      continue
    }
    if (items.length === size) return { items, more: true }
    items.push(item)
  }
  return { items, more: false }
}

function newer<T extends Listed>(
  newestFirst: Iterable<T>,
  position: number,
  size: number,
): { items: T[]; more: boolean } {
  const items: T[] = []
  for (const item of newestFirst) {
    if (item.position <= position) break
    items.push(item)
    if (items.length > size) items.shift()
  }
  return { items, more: true }
}

/** The filters come back as they were asked, then the page's own fields. */
function addressOf(path: string, query: Fields, size: number, page: number, pageToken: string | undefined): string {
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (['Page', 'PageSize', 'PageToken'].includes(name)) continue
    for (const one of [value].flat()) fields.append(name, one)
  }
  fields.set('PageSize', String(size))
  fields.set('Page', String(page))
  if (pageToken !== undefined) fields.set('PageToken', pageToken)
  return `${path}?${fields}`
}

function wholeNumber(query: Fields, name: string): number | undefined {
  const written = fieldValue(query, name)
  return written !== undefined && /^\d{1,7}$/.test(written) ? Number(written) : undefined
}
