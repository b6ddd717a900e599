/** Names under which people put a token where it does not belong. */
const tokenParameters = new Set(['token', 'access_token', 'authorization', 'auth', 'bearer', 'id_token'])

/** Nobody exposes more by mistake, and each costs a statement. */
const mostTokens = 4

/** Tokens that stand in an address: they are in somebody's log by now, so they are refused and revoked (B29). */
export function exposedTokens(url: string): string[] {
  const mark = url.indexOf('?')
  if (mark < 0) return []
  return [...new URLSearchParams(url.slice(mark + 1))]
    .filter(([name]) => tokenParameters.has(name.toLowerCase()))
    .map(([, value]) => value.replace(/^Bearer /i, ''))
    .slice(0, mostTokens)
}
