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

/** That this link's alert is over: for a reload, which finds no secret in the address any more. */
const over = 'over'

export function isOver(pathname: string): boolean {
  try {
    return sessionStorage.getItem(over) === pathname
  } catch {
    return false
  }
}

/**
 * Nothing of the alert stays: not in this tab's storage, not the secret in the address, and not the page's own files that
 * were kept for a reload without a network. `closed`: only that this link is over, until the tab is closed. `expired`: the
 * secret stays in the address, where it opens nothing, so that a reload can ask what has become of the alert.
 */
export function forget(why: 'left' | 'closed' | 'expired'): void {
  try {
    sessionStorage.clear()
    if (why === 'closed') sessionStorage.setItem(over, location.pathname)
  } catch {
    // There was no storage to clear.
  }
  if (why !== 'expired') history.replaceState(null, '', location.pathname)
  void forgetFiles()
}

async function forgetFiles(): Promise<void> {
  try {
    const worker = await navigator.serviceWorker.getRegistration('/r/')
    // The app of a person who also answers for others has a worker of its own.
    if (worker?.scope.endsWith('/r/')) await worker.unregister()
    for (const name of await caches.keys()) if (name.startsWith('rescue-')) await caches.delete(name)
  } catch {
    // Private windows keep none.
  }
}
