import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The pages people open, and the file of each. */
export const pages = {
  '/': 'index.html',
  '/support': 'support.html',
  '/operate': 'operate.html',
  '/status': 'status.html',
  '/r/:linkId': 'rescue.html',
} as const

/**
 * Whether there is something to serve. A release whose pages nobody built would answer every phone, console and rescuer
 * with "not built yet": then this process is not ready, and an upgrade stops at its `readyz` and goes back.
 */
export function pagesBuilt(
  folder: string,
  logger: { error(event: string): void },
): () => { ok: boolean; note?: string } {
  let said = false
  return () => {
    if (Object.values(pages).every((file) => existsSync(join(folder, file)))) return { ok: true }
    if (!said) logger.error('the pages of this release are not built')
    said = true
    return { ok: false, note: 'not built' }
  }
}
