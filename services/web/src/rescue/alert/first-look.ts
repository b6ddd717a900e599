import { type Answered, askLink, findService, type Link, readLink } from './link.ts'
import { isOver } from './remembered.ts'

export type FirstLook =
  | { kind: 'looked'; link: Link; answered: Answered }
  /** The address does not hold a whole link; `over`: because its alert ended in this tab, which took the secret away. */
  | { kind: 'broken' | 'over' }
  /** This browser cannot open links. */
  | { kind: 'silent' }

/** Asks what this link shows. Opening a link changes nothing; previews do it too. */
export async function lookFirst(): Promise<FirstLook> {
  const parts = readLink(location)
  if (parts === null) return { kind: isOver(location.pathname) ? 'over' : 'broken' }
  try {
    const link = await findService(parts)
    return { kind: 'looked', link, answered: await askLink(link, '') }
  } catch {
    return { kind: 'silent' }
  }
}
