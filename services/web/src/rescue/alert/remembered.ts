import { sealLinkBrief } from '@stillhere/sealing/seal'
import { type Link, openForLink } from './link.ts'

/*
 * A phone that rings 999 may throw the page away and load it again. So that the rescuer is where they were, what they did
 * lies in this tab's storage until the alert closes: sealed to the link's secret, which is not stored, and under a name
 * that says nothing.
 */

const place = 'page'

export async function remember(link: Link, what: object): Promise<void> {
  try {
    sessionStorage.setItem(place, await sealLinkBrief(link.keys, link.linkId, JSON.stringify(what)))
  } catch {
    // No storage, or no room: the page in front of the rescuer goes on.
  }
}

export async function recall<T>(link: Link): Promise<T | undefined> {
  try {
    return await openForLink<T>(link, sessionStorage.getItem(place))
  } catch {
    return undefined
  }
}

/** Nothing of the alert stays: not in this tab's storage, and not the secret in the address. */
export function forget(): void {
  try {
    sessionStorage.clear()
  } catch {
    // There was no storage to clear.
  }
  history.replaceState(null, '', location.pathname)
}
