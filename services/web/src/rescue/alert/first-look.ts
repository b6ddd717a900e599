import { type Answered, askLink, findService, type Link, readLink } from './link.ts'

export type FirstLook =
  | { kind: 'looked'; link: Link; answered: Answered }
  /** The address does not hold a whole link. */
  | { kind: 'broken' }
  /** The page's own server did not answer. */
  | { kind: 'silent' }

/** Asks what this link shows. Opening a link changes nothing; previews do it too. */
export async function lookFirst(): Promise<FirstLook> {
  const parts = readLink(location)
  if (parts === null) return { kind: 'broken' }
  try {
    const link = await findService(parts)
    return { kind: 'looked', link, answered: await askLink(link, '') }
  } catch {
    return { kind: 'silent' }
  }
}
