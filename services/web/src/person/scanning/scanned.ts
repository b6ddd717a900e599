/** What a picture is read for: a site's plan to adopt, or a copy of another phone. */
export type Wanted = 'join' | 'arrive'

/**
 * What is of use in a picture that was read: the site's code, or the copy. Only our own links count, and from one nothing
 * but the part behind its `#`: nothing that a picture says is ever opened. @returns `undefined` for any other picture
 */
export function readScanned(text: string, wanted: Wanted, origin: string): string | undefined {
  let link: URL
  try {
    link = new URL(text.trim())
  } catch {
    return undefined
  }
  if (link.origin !== origin) return undefined
  let behind: string
  try {
    behind = decodeURIComponent(link.hash.slice(1))
  } catch {
    return undefined
  }
  const [name, value = ''] = behind.split('=', 2)
  return name === wanted && value !== '' ? value : undefined
}
